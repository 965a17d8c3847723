/**
 * The band of a run on bars: what it would have come to, had every bar that holds both a stop and a target taken the
 * stop first, or the target. The run itself stays what it is; where no bar was ambiguous there is nothing to run again.
 */
import type { BarBand } from '../model/run-record.ts'
import { type ReplayOptions, type RunOutcome, runReplay } from './run-replay.ts'

/** Adds the band to a finished run on bars that named no path of its own. */
export async function withBarBand(options: ReplayOptions, outcome: RunOutcome): Promise<RunOutcome> {
  const { config, tapes } = options
  const { summary, record, ambiguousBars } = outcome
  const { barPath = 'nearer' } = config
  const hasBars = tapes.some(({ level }) => level === 'bars')
  if (!hasBars || barPath !== 'nearer' || summary.isPartial) return outcome
  const { count, firstTimes } = ambiguousBars
  const equityOf = (path: 'pessimistic' | 'optimistic') =>
    count === 0 ? summary.equity : otherEquity(options, path)
  const [pessimistic, optimistic] = [await equityOf('pessimistic'), await equityOf('optimistic')]
  // Interrupted meanwhile: a band of half a run says nothing about the whole.
  if (pessimistic === undefined || optimistic === undefined) return outcome
  const band: BarBand = { pessimistic, optimistic, ambiguousBars: count, firstTimes }
  const banded = { ...summary, band }
  return { ...outcome, summary: banded, record: record && { ...record, summary: banded } }
}

/** @returns undefined when it was ended early */
async function otherEquity(
  { tapes, strategy, config, isCanceled, onProgress }: ReplayOptions,
  barPath: 'pessimistic' | 'optimistic',
): Promise<string | undefined> {
  const { summary } = await runReplay({
    tapes,
    strategy,
    config: { ...config, barPath },
    ...(isCanceled && { isCanceled }),
    ...(onProgress && { onProgress }),
  })
  return summary.isPartial ? undefined : summary.equity
}
