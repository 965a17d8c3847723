/** A session as a command runs it: Ctrl-C, `sim kill`, and the lines on the terminal. */
import { answerKill, isKillAskedFor } from '../run/kill-request.ts'
import { runTrade, type TradeOutcome, type TradeRequest } from '../run/run-trade.ts'
import type { VenueAccess } from '../run/venue-access.ts'
import { watchInterrupt } from './interrupt.ts'
import type { SessionView } from './session-view.ts'

/** Ctrl-C ends the program until the session has begun, and from then on the session, in order. */
export async function runWatched(
  view: SessionView,
  folder: string,
  request: TradeRequest,
): Promise<TradeOutcome> {
  const interrupt = watchInterrupt()
  try {
    const outcome = await runTrade(request, {
      onStart: (started) => {
        interrupt.defer()
        view.start(started)
      },
      onProgress: (state) => view.progress(state),
      onWarning: (text) => view.warn(text),
      onLog: (time, text) => view.log(time, text),
      isCanceled: interrupt.isRequested,
      isKilled: () => isKillAskedFor(folder),
    })
    if (outcome.end === 'killed') answerKill(folder, outcome.leftOpen)
    return outcome
  } finally {
    view.clear()
    interrupt.release()
  }
}

export function describeAccess({ venue, instruments, sandbox, url }: VenueAccess): string {
  return `${venue}${sandbox ? ' (sandbox)' : ''}${url === undefined ? '' : ` at ${url}`}: ${instruments.join(', ')}`
}
