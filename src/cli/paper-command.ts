/** `sim paper`. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Json } from '../core/canonical-json.ts'
import { ConfigError } from '../core/errors.ts'
import { isStrategyPath } from '../run/load-strategy.ts'
import type { FeedRequest } from '../run/open-feed.ts'
import { packageVersion } from '../run/package-root.ts'
import { preparePaper } from '../run/paper-venue.ts'
import { runTrade, type TradeOutcome, type TradeRequest } from '../run/run-trade.ts'
import { type Arguments, durationArgument, optionalText } from './arguments.ts'
import { parseFeedRequest } from './feed-request.ts'
import { watchInterrupt } from './interrupt.ts'
import { checkOutput } from './output-file.ts'
import { parseStrategyRequest, type StrategyRequest } from './run-request.ts'
import { chooseSessionFolder } from './session-folder.ts'
import { writeSessionReport } from './session-report.ts'
import { SessionView } from './session-view.ts'

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
  const { strategy } = request
  const feed = parseFeedRequest(args, request.data)
  const duration = optionalText(args, 'duration')
  const durationUs = duration === undefined ? undefined : durationArgument('duration', duration)
  const report = optionalText(args, 'report')
  if (report !== undefined) checkOutput(report)
  const { config, connect } = await preparePaper(request.config)
  const folder = chooseSessionFolder(optionalText(args, 'session'), strategy, new Date())
  const view = new SessionView(args, { strategy, config, folder, source: sourceOf(feed), venue: 'paper' })
  const journal: TradeRequest['journal'] = ({ isSynthetic }) => {
    mkdirSync(folder, { recursive: true })
    return { path: join(folder, 'journal'), origin: originOf(strategy, isSynthetic), keepsPartial: true }
  }
  const outcome = await watched(view, { ...request, config, feed, connect, durationUs, journal })
  if (report !== undefined) await writeSessionReport(folder, report)
  view.finish(outcome, report)
  return 0
}

/** Ctrl-C ends the program until the session has begun, and from then on the session, in order. */
async function watched(view: SessionView, request: TradeRequest): Promise<TradeOutcome> {
  const interrupt = watchInterrupt()
  try {
    return await runTrade(request, {
      onStart: (started) => {
        interrupt.defer()
        view.start(started)
      },
      onProgress: (state) => view.progress(state),
      onWarning: (text) => view.warn(text),
      onLog: (time, text) => view.log(time, text),
      isCanceled: interrupt.isRequested,
    })
  } finally {
    view.clear()
    interrupt.release()
  }
}

/** Outside the fingerprint: what `sim parity` needs besides the journal itself. */
function originOf(strategy: string, isSynthetic: boolean): Json {
  return {
    format: 1,
    kind: 'session',
    version: packageVersion(),
    isSynthetic,
    strategy: isStrategyPath(strategy) ? resolve(strategy) : strategy,
  }
}

function sourceOf(feed: FeedRequest): string {
  if (feed.kind === 'venue') return `${feed.venue}: ${feed.instruments.join(', ')}`
  return `${feed.data.join(', ')} at speed ${feed.speed}`
}
