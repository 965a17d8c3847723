/** `sim paper`. */
import { ConfigError } from '../core/errors.ts'
import type { FeedRequest } from '../run/open-feed.ts'
import { openPaper } from '../run/paper-ground.ts'
import { checkPaperConfig } from '../run/paper-venue.ts'
import { type Arguments, durationArgument, isSet, optionalText } from './arguments.ts'
import { parseFeedRequest } from './feed-request.ts'
import { checkOutput } from './output-file.ts'
import { parseStrategyRequest, type StrategyRequest } from './run-request.ts'
import { chooseSessionFolder } from './session-folder.ts'
import { writeSessionReport } from './session-report.ts'
import { SessionView } from './session-view.ts'
import { describeAccess, runWatched } from './watched-session.ts'

export function paperCommand(args: Arguments): Promise<number> {
  return tradeOnPaper(args, parseStrategyRequest(args, { mode: 'paper', env: process.env }))
}

/** In the mode that EXECUTION_MODE names: paper, unless it says otherwise. @throws {ConfigError} EXECUTION_MODE */
export function tradeCommand(args: Arguments): Promise<number> {
  const request = parseStrategyRequest(args, { mode: undefined, env: process.env })
  if (request.mode === 'paper') return tradeOnPaper(args, request)
  const command = request.mode === 'replay' ? 'run' : request.mode
  throw new ConfigError('EXECUTION_MODE', `EXECUTION_MODE is ${request.mode}: start it with sim ${command}`)
}

async function tradeOnPaper(args: Arguments, request: StrategyRequest): Promise<number> {
  const { strategy, config } = request
  const feed = parseFeedRequest(args, request.data)
  const duration = optionalText(args, 'duration')
  const durationUs = duration === undefined ? undefined : durationArgument('duration', duration)
  const report = optionalText(args, 'report')
  if (report !== undefined) checkOutput(report)
  checkPaperConfig(config)
  const folder = chooseSessionFolder(optionalText(args, 'session'), strategy, new Date())
  const view = new SessionView(args, { strategy, folder, source: sourceOf(feed), venue: 'paper' })
  const outcome = await runWatched(view, folder, {
    ...request,
    feed,
    durationUs,
    resumes: isSet(args, 'resume'),
    open: (market) => openPaper({ strategy, folder, config, environment: process.env }, market),
  })
  if (report !== undefined) await writeSessionReport(folder, report)
  view.finish(outcome, report)
  return 0
}

function sourceOf(feed: FeedRequest): string {
  if (feed.kind === 'venue') return describeAccess(feed.access)
  return `${feed.data.join(', ')} at speed ${feed.speed}`
}
