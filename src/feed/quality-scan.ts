/**
 * What the rows of a tape say about its quality, in one pass in receive order and in bounded memory. It counts and
 * remembers when; what that means for the grade is decided in `analysis/grade-rules.ts`.
 */
import { type DataLevel, type RowKind, rowKind, type SideCode } from '../model/tape.ts'
import { type ScanCheck, type ScanTally, scanVersion, type TapeScan } from '../model/tape-scan.ts'
import { BookScan } from './book-scan.ts'
import { PrintScan } from './print-scan.ts'
import { TallyCount } from './scan-tally.ts'
import { Silence } from './silence.ts'
import type { TouchTracker } from './touch-tracker.ts'

export interface ScanOrigin {
  readonly levels: readonly DataLevel[]
  readonly hasReceiveTime: boolean
}

export class QualityScan {
  private readonly touch: TouchTracker
  private readonly book = new BookScan()
  private readonly prints = new PrintScan()
  private readonly silence = new Silence()
  private readonly backward = new TallyCount()
  private readonly interleaved = new TallyCount()
  private readonly slow = new TallyCount()
  private readonly slowQuote = new TallyCount()
  /** Latest exchange time by stream: depth, trades, quotes, mark prices; then of all. */
  private readonly latest = new Float64Array(5)
  private readonly missing = new TallyCount()
  private readonly barUs: number | undefined
  private lastOpen: number | undefined

  /**
   * @param touch to which each row is applied before it is handed in
   * @param barUs length of a bar, on tapes of bars
   */
  constructor(touch: TouchTracker, barUs: number | undefined) {
    this.touch = touch
    this.barUs = barUs
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
  ): void {
    this.book.row(kind, exchangeTime, isLast)
    if (kind === rowKind.trade || kind === rowKind.offMarketTrade) {
      this.prints.trade(kind, side, exchangeTime, price, qty, this.touch)
    } else if (kind >= rowKind.barOpen && kind <= rowKind.barClose) {
      this.prints.price(price, exchangeTime)
      if (kind === rowKind.barOpen) this.bar(exchangeTime)
    }
    if (isLast) this.endMessage(kind, exchangeTime, receiveTime)
  }

  finish(origin: ScanOrigin): TapeScan {
    const { levels, hasReceiveTime } = origin
    const isBars = levels.includes('bars')
    const found: Partial<Record<ScanCheck, ScanTally | undefined>> = {
      ...this.book.finish(this.latest[4] ?? 0),
      ...this.prints.finish(),
      backwardTime: this.backward.finish(),
      interleavedStreams: hasReceiveTime ? this.interleaved.finish() : undefined,
      silentSpell: isBars ? undefined : this.silence.finish(),
      missingBar: this.missing.finish(),
      slowMessage: hasReceiveTime ? (levels.includes('l2') ? this.slow : this.slowest()).finish() : undefined,
    }
    const tallies: Record<string, ScanTally> = {}
    for (const [check, tally] of Object.entries(found)) if (tally !== undefined) tallies[check] = tally
    return { version: scanVersion, tallies }
  }

  private endMessage(kind: RowKind, exchangeTime: number, receiveTime: number): void {
    this.book.endMessage(this.touch, exchangeTime)
    this.silence.message(receiveTime, exchangeTime)
    this.order(this.backward, streamOf(kind), exchangeTime)
    this.order(this.interleaved, 4, exchangeTime)
    const latency = kind === rowKind.quote ? this.slowQuote : this.slow
    latency.of++
    latency.widen(receiveTime - exchangeTime, exchangeTime)
  }

  private order(tally: TallyCount, stream: number, time: number): void {
    tally.of++
    const latest = this.latest[stream] ?? 0
    if (time < latest) tally.hit(latest - time, time)
    else this.latest[stream] = time
  }

  private bar(time: number): void {
    const { barUs, lastOpen } = this
    this.lastOpen = time
    this.missing.of++
    if (barUs === undefined || lastOpen === undefined) return
    const missing = Math.round((time - lastOpen) / barUs) - 1
    if (missing <= 0) return
    this.missing.of += missing
    this.missing.hit(missing * barUs, time, missing)
  }

  /** Without depth the quotes are the feed. */
  private slowest(): TallyCount {
    const { worst, worstTime } = this.slowQuote.finish() ?? {}
    if (worst !== undefined && worstTime !== undefined) this.slow.widen(worst, worstTime)
    this.slow.of += this.slowQuote.of
    return this.slow
  }
}

function streamOf(kind: RowKind): number {
  if (kind === rowKind.trade || kind === rowKind.offMarketTrade) return 1
  if (kind === rowKind.quote) return 2
  return kind === rowKind.markPrice ? 3 : 0
}
