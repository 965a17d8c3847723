/** What can be counted about a tape while its rows stream by in receive order. */
import type { InstrumentSpec } from '../model/instrument.ts'
import {
  type DataLevel,
  isOrderKind,
  type LatencyPercentiles,
  type RowKind,
  rowKind,
  type SideCode,
  type TapeFacts,
  type Visibility,
  visibility,
} from '../model/tape.ts'
import type { TapeScan } from '../model/tape-scan.ts'
import type { ClockFit, LatencyMinima } from './clock-fit.ts'
import { OrderLevels } from './order-levels.ts'
import { QualityScan } from './quality-scan.ts'
import { RowHash } from './row-hash.ts'
import { rowKindName } from './row-kinds.ts'
import type { ImportCounters, TapeSink } from './tape-sink.ts'
import { TouchTracker } from './touch-tracker.ts'

/**
 * Whether latency is measured on the messages that this row ends. With a depth stream, quotes are left out: the quote
 * streams of some venues carry no time of their own and borrow an older one.
 */
export function showsLatency(levels: readonly DataLevel[], kind: RowKind): boolean {
  return kind !== rowKind.quote || !levels.includes('l2')
}

/** What a source says about itself. */
export interface TapeOrigin {
  readonly instrument: InstrumentSpec
  readonly isSynthetic: boolean
  /** File names without folders, in order. */
  readonly sources: readonly string[]
  readonly format: string
  readonly levels: readonly DataLevel[]
  readonly barUs?: number | undefined
  readonly hasReceiveTime: boolean
  readonly isClockTrusted?: boolean | undefined
}

export class RowFacts implements TapeSink {
  rows = 0
  firstTime = Number.POSITIVE_INFINITY
  lastTime = Number.NEGATIVE_INFINITY
  crossedBooks = 0
  tradedLots = 0
  private readonly kinds = new Float64Array(Math.max(...Object.values(rowKind)) + 1)
  private readonly touch = new TouchTracker()
  private readonly quality: QualityScan
  /** The message has changed the book or the quotes. */
  private isTouched = false
  private readonly orders = new OrderLevels()
  private readonly hash = new RowHash()
  private readonly seconds: number[] = []
  private readonly minUs: number[] = []
  private second = -1

  /** @param barUs length of a bar in microseconds, on tapes of bars */
  constructor(barUs?: number) {
    this.quality = new QualityScan(this.touch, barUs)
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    seenBy: Visibility = visibility.both,
    orderId = 0,
  ): void {
    this.rows++
    this.kinds[kind] = (this.kinds[kind] ?? 0) + 1
    if (exchangeTime < this.firstTime) this.firstTime = exchangeTime
    if (exchangeTime > this.lastTime) this.lastTime = exchangeTime
    if (kind === rowKind.clear) this.orders.clear()
    if (seenBy === visibility.local) {
      // Its twin, which the exchange sees, counts.
    } else if (kind === rowKind.trade || isBarPoint(kind)) this.tradedLots += qty
    else if (isOrderKind(kind)) this.applyOrder(kind, side, exchangeTime, price, qty, orderId)
    else if (this.touch.apply(kind, side, price, qty)) this.isTouched = true
    if (seenBy !== visibility.local) {
      // Of orders, the quality is that of the levels they amount to.
      const level = isOrderKind(kind) ? rowKind.depth : kind
      const lots = isOrderKind(kind) ? this.orders.qtyAt(side, price) : qty
      this.quality.row(level, side, exchangeTime, receiveTime, price, lots, isLast)
    }
    const flags = kind + 16 * side + (isLast ? 32 : 0) + 64 * (visibility.both - seenBy)
    this.hash.add(flags, exchangeTime, receiveTime, price, qty, orderId)
    if (!isLast) return
    if (this.isTouched && this.touch.isCrossed) this.crossedBooks++
    this.isTouched = false
    if (seenBy === visibility.both) this.addLatency(receiveTime, receiveTime - exchangeTime)
  }

  private applyOrder(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    price: number,
    qty: number,
    orderId: number,
  ): void {
    this.orders.apply(kind, side, exchangeTime, price, qty, orderId)
    this.isTouched = true
    this.touch.apply(rowKind.depth, side, price, this.orders.qtyAt(side, price))
  }

  /** Smallest raw latency of each second, one value per message. */
  get minima(): LatencyMinima {
    return { second: this.seconds, minUs: this.minUs }
  }

  /** What the rows say about their quality. */
  scan(origin: Pick<TapeOrigin, 'levels' | 'hasReceiveTime'>): TapeScan {
    return this.quality.finish(origin)
  }

  /** Ends the counting. */
  finish(origin: TapeOrigin, counters: ImportCounters, clock: ClockFacts): TapeFacts {
    return {
      formatVersion: 1,
      instrument: origin.instrument,
      isSynthetic: origin.isSynthetic,
      sources: origin.sources,
      format: origin.format,
      levels: origin.levels,
      ...(origin.barUs === undefined ? {} : { barUs: origin.barUs }),
      rows: this.rows,
      rowsByKind: this.rowsByKind(),
      firstTime: this.rows === 0 ? 0 : this.firstTime,
      lastTime: this.rows === 0 ? 0 : this.lastTime,
      hasReceiveTime: origin.hasReceiveTime,
      ...(origin.isClockTrusted === true ? { isClockTrusted: true } : {}),
      gaps: counters.gaps,
      crossedBooks: this.crossedBooks,
      offMarketTrades: this.kinds[rowKind.offMarketTrade] ?? 0,
      offLotQuantities: counters.offLotQuantities,
      touchChecks: counters.touchChecks,
      touchAgreed: counters.touchAgreed,
      clock: { offsetUs: clock.fit.offsetUs, driftPpm: clock.fit.driftPpm },
      ...(clock.latency === undefined ? {} : { latency: clock.latency }),
      ...(counters.funding === undefined ? {} : { funding: counters.funding }),
      tradedLots: this.tradedLots,
      scan: this.scan(origin),
      notes: [...counters.notes, ...clockNotes(clock.fit)],
      dataHash: this.hash.digest(),
    }
  }

  private rowsByKind(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const kind of Object.values(rowKind)) {
      const count = this.kinds[kind] ?? 0
      if (count > 0) counts[rowKindName(kind)] = count
    }
    return counts
  }

  private addLatency(receiveTime: number, latencyUs: number): void {
    const second = Math.floor(receiveTime / 1e6)
    if (second !== this.second) {
      this.second = second
      this.seconds.push(second)
      this.minUs.push(latencyUs)
    } else {
      const at = this.minUs.length - 1
      if (latencyUs < (this.minUs[at] ?? 0)) this.minUs[at] = latencyUs
    }
  }
}

/** What the second pass knows: the clock, and the latency after its correction. */
export interface ClockFacts {
  readonly fit: ClockFit
  readonly latency: LatencyPercentiles | undefined
}

export const noCounters: ImportCounters = {
  gaps: 0,
  offLotQuantities: 0,
  touchChecks: 0,
  touchAgreed: 0,
  notes: [],
}

/** Notes that depend on the clock; they are written anew when tapes are put together. */
export const clockNoteStart = 'The receive clock '

function clockNotes(fit: ClockFit): string[] {
  if (fit.kind === 'none') return []
  const floor = `${clockNoteStart}was corrected; the fastest messages are taken to have needed 100 µs, because one direction cannot tell more.`
  if (fit.kind === 'line') return [floor]
  return [
    floor,
    `${clockNoteStart}wanders by up to ${Math.round(fit.wanderUs / 1000)} ms around its offset and drift; it was corrected second by second.`,
  ]
}

function isBarPoint(kind: RowKind): boolean {
  return kind >= rowKind.barOpen && kind <= rowKind.barClose
}
