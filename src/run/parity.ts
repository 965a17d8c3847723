/**
 * A session held against itself. First its journal is executed again from its inputs: the same bytes must come out. Then
 * the market data that it received is replayed through the simulated venue, with the same strategy, parameters and seed;
 * how what became of the orders differs is explained in analysis/explain-orders.ts.
 */

import type { JournalTarget } from '../journal/journal-file.ts'
import { readRecords } from '../journal/journal-reader.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type { RunTrace } from '../model/order-trace.ts'
import { type Reexecution, reexecute } from './reexecute.ts'
import { runReplay } from './run-replay.ts'
import { openSession, type SessionJournal } from './session-journal.ts'
import { SessionTapes } from './session-tape.ts'
import { OrderTracer } from './trace-orders.ts'

export interface Parity {
  readonly reexecution: Reexecution
  /** False when the session broke off: it is compared as far as it goes. */
  readonly isWhole: boolean
  readonly otherVersion: string | undefined
  readonly instruments: readonly InstrumentSpec[]
  /** Absent when it was not asked for. */
  readonly comparison: ParityComparison | undefined
}

export interface ParityComparison {
  readonly session: RunTrace
  readonly replay: RunTrace
  /** Fingerprint of the replay. */
  readonly fingerprint: string
}

export interface ParityOptions {
  /** Also replay the market and explain what differs. */
  readonly isReplayed: boolean
}

/** @throws {ConfigError} SESSION_MISSING, STRATEGY_CHANGED @throws {DataError} JOURNAL_DAMAGED, SESSION_EMPTY */
export async function checkParity(session: string, { isReplayed }: ParityOptions): Promise<Parity> {
  const opened = await openSession(session)
  const { journal, strategy, description, otherVersion } = opened
  const tracer = new OrderTracer()
  const tapes = new SessionTapes()
  const reexecution = reexecute(journal, strategy, {
    onRecord: (record) => {
      if (!isReplayed) return
      tracer.add(record)
      tapes.add(record)
    },
  })
  const base = { reexecution, isWhole: journal.isWhole, otherVersion, instruments: description.instruments }
  // A journal that does not come out again says nothing that could be relied on.
  if (!isReplayed || reexecution.difference !== undefined) return { ...base, comparison: undefined }
  const { trace, fingerprint } = await replay(opened, tapes)
  return { ...base, comparison: { session: tracer.finish(), replay: trace, fingerprint } }
}

async function replay({ description, strategy, journal }: SessionJournal, tapes: SessionTapes) {
  const kept = new KeptJournal()
  // The paper venue has none, whatever the feed brings.
  const config = { ...description.config, markPrices: 'off' as const }
  const { summary } = await runReplay({ tapes: tapes.finish(description), strategy, config, journal: kept })
  const tracer = new OrderTracer()
  for (const record of readRecords({ body: kept.body, path: journal.path })) tracer.add(record)
  return { trace: tracer.finish(), fingerprint: summary.fingerprint }
}

/** A journal in memory: the replay's has no market data in it. */
class KeptJournal implements JournalTarget {
  private readonly parts: Uint8Array[] = []

  get body(): Uint8Array {
    return Buffer.concat(this.parts)
  }

  write(bytes: Uint8Array): void {
    this.parts.push(Uint8Array.from(bytes))
  }

  close(): void {}

  abort(): void {}
}
