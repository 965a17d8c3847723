/** The record of a session, from its journal alone: for a report of it, whenever one is wanted. */

import type { SimulatedClock } from '../clock/simulated-clock.ts'
import { DataError } from '../core/errors.ts'
import { timeUs } from '../core/units.ts'
import { type JournalBytes, readRecords } from '../journal/journal-reader.ts'
import type { JournalRecord } from '../journal/record-stream.ts'
import type { Instrument } from '../model/instrument.ts'
import { recordKind } from '../model/journal-record.ts'
import type { OrderTrace } from '../model/order-trace.ts'
import type { LatencySamples, RunRecord } from '../model/run-record.ts'
import { type ReexecutionWatcher, reexecute } from './reexecute.ts'
import { withOneQuantum } from './replay-data.ts'
import { LatencySampler, RunRecorder } from './run-recorder.ts'
import type { SessionInputs } from './session-inputs.ts'
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
  const span = spanOf(journal)
  const watcher = new ReportWatcher({ ...span, instruments: withOneQuantum(description.instruments) })
  const { difference } = reexecute(journal, strategy, watcher)
  if (difference !== undefined) {
    throw new DataError(
      'JOURNAL_DIFFERS',
      `${session}: the journal comes out otherwise: ${difference.message}`,
    )
  }
  return sessionRecord({
    description,
    fingerprint: journal.fingerprint,
    ...span,
    ...watcher.finish(session),
    wallMs: performance.now() - startedMs,
    isSynthetic,
    isPartial: !journal.isWhole,
  })
}

interface Span {
  /** Microseconds. */
  readonly start: number
  readonly end: number
  readonly rows: number
}

function spanOf(journal: JournalBytes): Span {
  let [start, end, rows]: [number | undefined, number, number] = [undefined, 0, 0]
  for (const { time, kind } of readRecords(journal)) {
    start ??= time
    end = time
    if (kind === recordKind.marketRow) rows++
  }
  return { start: start ?? 0, end, rows }
}

/** Gathers what a report needs while the session is executed again. */
class ReportWatcher implements ReexecutionWatcher {
  private readonly options: Span & { readonly instruments: readonly Instrument[] }
  private readonly tracer = new OrderTracer()
  private readonly log: { time: number; text: string }[] = []
  private wired: WiredSession | undefined
  private recorder: RunRecorder | undefined
  private clock: SimulatedClock | undefined
  /** Before an operator's last word, which halts the guard. */
  private riskState: RunRecord['summary']['riskState'] = 'active'

  constructor(options: Span & { readonly instruments: readonly Instrument[] }) {
    this.options = options
  }

  onOpen({ wired, markets }: SessionInputs, clock: SimulatedClock): void {
    this.wired = wired
    this.clock = clock
    const { positions } = wired
    this.recorder = new RunRecorder({
      ...this.options,
      clock,
      positions,
      markets: markets.map(({ book }) => book),
    })
  }

  onRecord(record: JournalRecord): void {
    this.tracer.add(record)
    const { kind, time, text = '' } = record
    if (kind === recordKind.log) this.log.push({ time, text })
    if (kind === recordKind.operator && this.wired !== undefined) this.riskState = this.wired.risk.state
  }

  beforeInput(time: number): void {
    const { recorder, clock } = this
    while (recorder !== undefined && recorder.nextTime <= time) {
      clock?.advanceTo(timeUs(recorder.nextTime))
      recorder.sample()
    }
  }

  finish(session: string) {
    const { wired, recorder, riskState, log } = this
    if (wired === undefined || recorder === undefined) {
      throw new DataError('JOURNAL_DAMAGED', `${session}: there is nothing in the journal`)
    }
    const latency = latenciesOf(this.tracer.finish().orders)
    return { wired, riskState, log, latency, samples: { market: recorder.market, equity: recorder.equity } }
  }
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
