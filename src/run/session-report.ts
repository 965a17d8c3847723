/** The record of a session, from its journal alone: for a report of it, whenever one is wanted. */
import type { OrderTrace } from '../analysis/order-trace.ts'
import { DataError } from '../core/errors.ts'
import { timeUs } from '../core/units.ts'
import { readRecords } from '../journal/journal-reader.ts'
import { recordKind } from '../model/journal-record.ts'
import type { LatencySamples, RunRecord } from '../model/run-record.ts'
import { reexecute } from './reexecute.ts'
import { withOneQuantum } from './replay-data.ts'
import { LatencySampler, RunRecorder } from './run-recorder.ts'
import { openSession } from './session-journal.ts'
import { sessionRecord } from './session-record.ts'
import { OrderTracer } from './trace-orders.ts'
import type { WiredSession } from './wire-session.ts'

/**
 * @param session folder of a session, or its journal
 * @throws {DataError} JOURNAL_DAMAGED, JOURNAL_DIFFERS @throws {ConfigError} SESSION_MISSING, STRATEGY_CHANGED
 */
export async function recordOfSession(session: string): Promise<RunRecord> {
  const startedMs = performance.now()
  const { journal, description, strategy, isSynthetic } = await openSession(session)
  const instruments = withOneQuantum(description.instruments)
  const span = { start: 0, end: 0, rows: 0 }
  for (const { time, kind } of readRecords(journal)) {
    if (span.start === 0) span.start = time
    if (kind === recordKind.marketRow) span.rows++
    span.end = time
  }
  const tracer = new OrderTracer()
  const log: { time: number; text: string }[] = []
  let wired: WiredSession | undefined
  let riskState: RunRecord['summary']['riskState'] = 'active'
  let sampleTo: (time: number) => void = () => {}
  let recorder: RunRecorder | undefined
  const { difference } = reexecute(journal, strategy, {
    onOpen: (inputs, clock) => {
      wired = inputs.wired
      const markets = inputs.markets.map(({ book }) => book)
      const { positions } = inputs.wired
      const watching = new RunRecorder({ clock, instruments, markets, positions, ...span })
      recorder = watching
      sampleTo = (time) => {
        for (; watching.nextTime <= time; watching.sample()) clock.advanceTo(timeUs(watching.nextTime))
      }
    },
    onRecord: (record) => {
      tracer.add(record)
      if (record.kind === recordKind.log) log.push({ time: record.time, text: record.text ?? '' })
      if (record.kind === recordKind.operator && wired !== undefined) riskState = wired.risk.state
    },
    beforeInput: (time) => sampleTo(time),
  })
  if (difference !== undefined) {
    throw new DataError(
      'JOURNAL_DIFFERS',
      `${session}: the journal comes out otherwise: ${difference.message}`,
    )
  }
  if (wired === undefined || recorder === undefined) {
    throw new DataError('JOURNAL_DAMAGED', `${session}: there is nothing in the journal`)
  }
  return sessionRecord({
    description,
    wired,
    fingerprint: journal.fingerprint,
    ...span,
    wallMs: performance.now() - startedMs,
    riskState,
    isSynthetic,
    isPartial: !journal.isWhole,
    samples: { market: recorder.market, equity: recorder.equity },
    latency: latenciesOf(tracer.finish().orders),
    log,
  })
}

function latenciesOf(orders: readonly OrderTrace[]): LatencySamples {
  const entry = new LatencySampler()
  const response = new LatencySampler()
  for (const { sentAt, arrivedAt, fills } of orders) {
    if (arrivedAt !== undefined) entry.add(Math.max(0, arrivedAt - sentAt))
    for (const { knownAt, exchangeTime } of fills) response.add(Math.max(0, knownAt - exchangeTime))
  }
  return { entryUs: entry.values, responseUs: response.values }
}
