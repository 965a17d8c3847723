/** Prints against the touch received last, and prices against the one before. */
import { type RowKind, rowKind, type SideCode } from '../model/tape.ts'
import type { ScanCheck, ScanTally } from '../model/tape-scan.ts'
import { TallyCount } from './scan-tally.ts'
import type { TouchTracker } from './touch-tracker.ts'

const farBps = 100
const jumpBps = 100
const jumpUs = 1_000_000
const leapBps = 2_000

export class PrintScan {
  private readonly outside = new TallyCount()
  private readonly far = new TallyCount()
  private readonly offMarket = new TallyCount()
  private readonly repeated = new TallyCount()
  private readonly jump = new TallyCount()
  private readonly leap = new TallyCount()
  private lastTime = 0
  private lastSide = -1
  private lastPrice = 0
  private lastQty = 0
  private prints = 0

  /** A print, of the market or not. The touch is that of the quotes; of the book where there are none. */
  trade(kind: RowKind, side: SideCode, time: number, price: number, qty: number, touch: TouchTracker): void {
    this.prints++
    const distance = touch.hasQuotes
      ? bpsOutside(price, touch.quotedBid, touch.quotedAsk)
      : bpsOutside(price, touch.bestBid, touch.bestAsk)
    if (kind === rowKind.offMarketTrade) {
      this.offMarket.hit(tenths(distance ?? 0), time)
      return
    }
    if (distance !== undefined) this.againstTouch(distance, time)
    this.repeated.of++
    const isSame = time === this.lastTime && side === this.lastSide && qty === this.lastQty
    if (isSame && price === this.lastPrice) this.repeated.hit(0, time)
    this.lastSide = side
    this.lastQty = qty
    this.price(price, time)
  }

  /** The next price of the tape: a print or a point of a bar. */
  price(price: number, time: number): void {
    const before = this.lastPrice
    if (before > 0) {
      this.jump.of++
      this.leap.of++
      const bps = (Math.abs(price - before) * 10_000) / before
      if (bps >= jumpBps) {
        if (Math.abs(time - this.lastTime) <= jumpUs) this.jump.hit(tenths(bps), time)
        if (bps >= leapBps) this.leap.hit(tenths(bps), time)
      }
    }
    this.lastPrice = price
    this.lastTime = time
  }

  finish(): Partial<Record<ScanCheck, ScanTally | undefined>> {
    this.offMarket.of = this.prints
    return {
      tradeOutsideTouch: this.outside.finish(),
      farTrade: this.far.finish(),
      offMarketTrade: this.offMarket.finish(),
      repeatedTrade: this.repeated.finish(),
      priceJump: this.jump.finish(),
      priceLeap: this.leap.finish(),
    }
  }

  private againstTouch(distance: number, time: number): void {
    this.outside.of++
    this.far.of++
    if (distance <= 0) return
    this.outside.hit(tenths(distance), time)
    if (distance >= farBps) this.far.hit(tenths(distance), time)
  }
}

/** 0 inside; undefined without a touch. */
function bpsOutside(price: number, bid: number | undefined, ask: number | undefined): number | undefined {
  if (bid === undefined && ask === undefined) return undefined
  if (bid !== undefined && price < bid) return ((bid - price) * 10_000) / bid
  if (ask !== undefined && price > ask) return ((price - ask) * 10_000) / ask
  return 0
}

/** A distance is told to a tenth of a basis point. */
const tenths = (bps: number): number => Math.round(bps * 10) / 10
