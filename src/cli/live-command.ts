/** `sim live`: real orders. */
import { ConfigError, VenueError } from '../core/errors.ts'
import { checkLiveConfig } from '../run/live-config.ts'
import { openLive } from '../run/live-ground.ts'
import { needVenueKeys } from '../run/venue-keys-file.ts'
import { type Arguments, durationArgument, isSet, optionalText, requiredText } from './arguments.ts'
import { parseDepth, parseVenueAccess } from './feed-request.ts'
import { checkOutput } from './output-file.ts'
import { parseStrategyRequest, type StrategyRequest } from './run-request.ts'
import { chooseSessionFolder } from './session-folder.ts'
import { writeSessionReport } from './session-report.ts'
import { SessionView } from './session-view.ts'
import { describeAccess, runWatched } from './watched-session.ts'

/** What has to be typed where EXECUTION_MODE does not say live. */
const phrase = 'real-orders'

export async function liveCommand(args: Arguments): Promise<number> {
  const request = parseStrategyRequest(args, { mode: undefined, env: process.env })
  checkPromotion(args, request)
  const { strategy, config } = request
  if (request.data.length > 0)
    throw new ConfigError('ARGUMENT', 'data: a live session has a venue, no recording')
  const access = parseVenueAccess(args, requiredText(args, 'venue'))
  checkLiveConfig(config, optionalText(args, 'balance'))
  const duration = optionalText(args, 'duration')
  const durationUs = duration === undefined ? undefined : durationArgument('duration', duration)
  const report = optionalText(args, 'report')
  if (report !== undefined) checkOutput(report)
  const keyFile = optionalText(args, 'keys')
  const keys = needVenueKeys(access.venue, process.env, keyFile)
  const folder = chooseSessionFolder(optionalText(args, 'session'), strategy, new Date())
  const source = describeAccess(access)
  const view = new SessionView(args, { strategy, folder, source, venue: `${source}, with REAL ORDERS` })
  const outcome = await runWatched(view, folder, {
    ...request,
    feed: { kind: 'venue', access, depth: parseDepth(args) },
    durationUs,
    resumes: isSet(args, 'resume'),
    open: (market) =>
      openLive(
        {
          ...{ strategy, folder, config, access, keys, keyFile, environment: process.env },
          acceptsAccount: isSet(args, 'accept-account'),
          abandonsOthers: isSet(args, 'abandon-others'),
          feesInSettle: optionalText(args, 'fee-currency') === 'settle',
        },
        market,
      ),
  })
  if (report !== undefined) await writeSessionReport(folder, report)
  view.finish(outcome, report)
  checkNothingOpen(outcome.leftOpen, folder)
  return 0
}

/** Real orders need a word of their own: of the environment, of the file, or typed. @throws {ConfigError} NOT_PROMOTED */
function checkPromotion(args: Arguments, { mode, isModeSaid }: StrategyRequest): void {
  const typed = optionalText(args, 'confirm')
  if (typed !== undefined && typed !== phrase) {
    throw new ConfigError('NOT_PROMOTED', `--confirm expects ${phrase}, found ${JSON.stringify(typed)}`)
  }
  if (mode === 'live') return
  if (isModeSaid) {
    const command = mode === 'replay' ? 'run' : mode
    throw new ConfigError(
      'EXECUTION_MODE',
      `EXECUTION_MODE is ${mode}, and this command is for live: use sim ${command}`,
    )
  }
  if (typed === phrase) return
  throw new ConfigError(
    'NOT_PROMOTED',
    `sim live sends real orders: set EXECUTION_MODE=live, or give --confirm ${phrase}; sim paper trades without`,
  )
}

/** @throws {VenueError} ORDERS_LEFT_OPEN */
export function checkNothingOpen(leftOpen: readonly string[], folder: string): void {
  if (leftOpen.length === 0) return
  const which =
    leftOpen[0] === 'unknown' ? 'the venue did not say what is open' : `open: ${leftOpen.join(', ')}`
  throw new VenueError(
    'ORDERS_LEFT_OPEN',
    `orders may still work at the venue (${which}): run sim kill ${folder}, or cancel them there`,
  )
}
