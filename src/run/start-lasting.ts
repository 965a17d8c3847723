/**
 * The one start of a session that outlives its process. Whether it is new or broke off: read what there is, execute it
 * again, go on writing behind it, tell the venue which orders to look for, and only then take inputs.
 */
import type { WallClock } from '../clock/wall-clock.ts'
import { qtyLots } from '../core/units.ts'
import type { JournalBytes } from '../journal/journal-reader.ts'
import type { JournalWriter } from '../journal/journal-writer.ts'
import type { ResumedJournal } from '../journal/resumed-journal.ts'
import type { SessionDirectory } from '../journal/session-directory.ts'
import { rowKind, sideCode } from '../model/tape.ts'
import type { RecoverableVenue, Recovery } from '../venue/recovery.ts'
import type { CommandGate } from './command-gate.ts'
import type { HeldTimers } from './held-timers.ts'
import { resumeSession } from './resume-session.ts'
import type { RunnableStrategy } from './run-replay.ts'
import type { SessionInput } from './session-input.ts'
import type { SessionInputs } from './session-inputs.ts'

/** Who trades: part of every id that an order has at the venue. */
export interface SessionIdentity {
  readonly sessionId: string
  /** Fencing token of this process. */
  readonly fence: number
}

export interface LastingStart {
  readonly directory: SessionDirectory
  readonly strategy: RunnableStrategy
  /** What the session is to be, as its first record would say it. */
  readonly description: string
  readonly clock: WallClock
  readonly timers: HeldTimers
  readonly journal: JournalWriter
  readonly target: ResumedJournal
  readonly gate: CommandGate
  /** Writes the first record. */
  readonly open: () => SessionInputs
  readonly connect: (identity: SessionIdentity) => RecoverableVenue
}

export interface Started {
  readonly inputs: SessionInputs
  /** To be handled before anything else. */
  readonly first: readonly SessionInput[]
}

/** @throws {ConfigError} and {DataError} as resumeSession and SessionDirectory.openJournal */
export function startLasting(start: LastingStart): Started {
  const { directory, journal, target, gate, timers, connect } = start
  const { id: sessionId, fence } = directory
  const reader = directory.openReader()
  const path = directory.journalPath
  const whole = (): JournalBytes => directory.readJournal()
  const resumed = reader === undefined ? undefined : resumeSession({ ...start, path, reader, whole })
  const inputs = resumed?.inputs ?? start.open()
  const lastOrderId = resumed?.lastOrderId ?? 0
  journal.flush()
  target.goOn(() => directory.openJournal(reader?.end))
  gate.noteSent(lastOrderId)
  const venue = connect({ sessionId, fence })
  if (resumed !== undefined) venue.recover(recoveryOf(inputs, { sessionId, fence, lastOrderId }))
  gate.open(venue)
  timers.release()
  const first: SessionInput[] = [{ kind: 'epoch', fence }]
  if (resumed !== undefined) first.push(...clearings(inputs), ...neverSent(inputs, lastOrderId))
  if (directory.isDiskFull) first.push({ kind: 'stop' })
  return { inputs, first }
}

/** What the venue has to find out. */
function recoveryOf(
  { wired, epochs, lastReportTime }: SessionInputs,
  { sessionId, fence, lastOrderId }: SessionIdentity & { readonly lastOrderId: number },
): Recovery {
  const { engine } = wired
  const orders = engine
    .unsettledOrders()
    .filter(({ order }) => order.clientOrderId <= lastOrderId)
    .map((unsettled) => {
      const { clientOrderId } = unsettled.order
      const sentIn = epochs.findLast(({ firstOrderId }) => firstOrderId <= clientOrderId)
      return { ...unsettled, fence: sentIn?.fence ?? 0 }
    })
  const ours = { fence, firstOrderId: engine.orders.length + 1 }
  const { fills } = engine
  return { sessionId, fence, epochs: [...epochs, ours], orders, fills, lastReportTime }
}

/** No book is known any more. */
function clearings({ markets }: SessionInputs): SessionInput[] {
  return markets.flatMap(({ exchangeTime }, instrument): SessionInput[] => {
    if (exchangeTime === undefined) return []
    const { clear: kind } = rowKind
    const row = { kind, side: sideCode.buy, exchangeTime, price: 0, qty: 0, isLast: true }
    return [{ kind: 'market', instrument, rows: [row] }]
  })
}

/** Orders decided on behind the last intent that is on the disk: certainly at no venue. */
function neverSent({ wired, lastReportTime }: SessionInputs, lastOrderId: number): SessionInput[] {
  return wired.engine
    .workingOrders()
    .filter(({ clientOrderId }) => clientOrderId > lastOrderId)
    .map(({ clientOrderId, instrument, createdAt }) => ({
      kind: 'report',
      report: {
        kind: 'rejected',
        clientOrderId,
        instrument,
        exchangeTime: lastReportTime ?? createdAt,
        cumQty: qtyLots(0),
        reason: 'never-sent',
      },
    }))
}
