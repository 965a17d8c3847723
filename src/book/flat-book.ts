/**
 * Order book of one instrument, fast: quantities in one flat array indexed by price around the touch, a sparse map
 * for the few levels outside that window. See model/packed.ts for the layout; both sides count upwards towards a
 * better price, so that one rule serves both.
 */
import { DataError } from '../core/errors.ts'
import { f64At, i32At } from '../core/typed-array.ts'
import { type PriceTicks, priceTicks, type QtyLots, qtyLots } from '../core/units.ts'
import type { Level } from '../model/market-data.ts'
import type { Side } from '../model/order.ts'
import {
  indexMask,
  kindMask,
  lastOfMessageBit,
  type PackedBatch,
  packedKind,
  sideBit,
  slotMask,
  windowBits,
  windowLevels,
} from '../model/packed.ts'

/** Watch nothing: higher than any slot. */
export const noWatch = 0x7fffffff

/** Levels of one side outside the window, by tick. */
type FarLevels = Map<number, number>

export class FlatBook {
  /** Lots by slot; [0] and [sideBit] are sentinels that are never zero, so that a scan for the next level ends. */
  readonly lots = new Float64Array(2 * sideBit)
  /** Slots of the best bid and ask inside the window; the side's sentinel when there is none. */
  private readonly best = new Int32Array([0, sideBit])
  /** Rows on slots of a side from here on stop the loop; by side. */
  private readonly watch = new Int32Array([noWatch, noWatch])
  /** min(best, watch − 1) by side: the one compare that a row far from the touch has to pass. */
  private readonly top = new Int32Array([0, sideBit])
  /** Inside a message that has crossed the sides for the moment: whether it really has shows at its end. */
  private isSuspect = false
  baseTick = 0
  /** Tick of the last print or bar point; undefined before the first. */
  lastTick: number | undefined
  /** Sum of traded lots, and of tick × lots (doubles: for analysis). */
  tradedQty = 0
  tradedNotional = 0
  private readonly farBids: FarLevels = new Map()
  private readonly farAsks: FarLevels = new Map()
  /** Levels of both sides that are better than any window level can be. */
  private farBetter = 0
  private pendingFarTick = 0

  constructor() {
    this.lots[0] = Number.POSITIVE_INFINITY
    this.lots[sideBit] = Number.POSITIVE_INFINITY
  }

  /** Rows on bid slots ≥ bid or ask slots ≥ ask (side bit included) stop `advance`; `noWatch` for none. */
  setWatch(bid: number, ask: number): void {
    this.watch[0] = bid
    this.watch[1] = ask
    this.top[0] = Math.min(this.bidSlot, bid - 1)
    this.top[1] = Math.min(this.askSlot, ask - 1)
  }

  private get bidSlot(): number {
    return i32At(this.best, 0)
  }

  private get askSlot(): number {
    return i32At(this.best, 1)
  }

  /** Both from the slots alone; a slot is the side's sentinel when there is no level inside the window. */
  private setBest(side: number, slot: number): void {
    this.best[side] = slot
    this.top[side] = Math.min(slot, i32At(this.watch, side) - 1)
  }

  /** Tick of a slot of either side. */
  tickOfSlot(slot: number): number {
    const index = slot & indexMask
    return slot >= sideBit ? this.baseTick + windowLevels - index : this.baseTick + index - 1
  }

  /** Slot of a tick, or a value outside 1 … windowLevels (side bit added) when the tick is outside the window. */
  slotOfTick(side: Side, tick: number): number {
    return side === 'buy' ? tick - this.baseTick + 1 : sideBit + this.baseTick + windowLevels - tick
  }

  isInWindow(tick: number): boolean {
    return tick >= this.baseTick && tick < this.baseTick + windowLevels
  }

  /** Best price of a side; undefined when the side is empty. */
  bestPrice(side: Side): PriceTicks | undefined {
    const slot = side === 'buy' ? this.bidSlot : this.askSlot
    const isEmpty = slot === 0 || slot === sideBit
    if (this.farBetter === 0 && !isEmpty) return priceTicks(this.tickOfSlot(slot))
    const far = bestOfFar(side, side === 'buy' ? this.farBids : this.farAsks)
    if (isEmpty) return far
    const near = priceTicks(this.tickOfSlot(slot))
    return far !== undefined && isBetter(side, far, near) ? far : near
  }

  /** Lots displayed at a price; 0 when there is no such level. */
  qtyAt(side: Side, tick: number): number {
    if (this.isInWindow(tick)) return f64At(this.lots, this.slotOfTick(side, tick))
    return (side === 'buy' ? this.farBids : this.farAsks).get(tick) ?? 0
  }

  /** The next displayed price worse than `tick`; undefined when there is none. */
  nextWorse(side: Side, tick: number): PriceTicks | undefined {
    const far = side === 'buy' ? this.farBids : this.farAsks
    let found: number | undefined
    const from = Math.min(this.slotOfTick(side, tick), sideBase(side) + windowLevels + 1)
    let slot = from - 1
    if (slot > sideBase(side)) {
      if (f64At(this.lots, slot) === 0) slot = nextBelow(this.lots, slot)
      if (slot !== sideBase(side)) found = this.tickOfSlot(slot)
    }
    for (const price of far.keys()) {
      if (isBetter(side, tick, price) && (found === undefined || isBetter(side, price, found))) found = price
    }
    return found === undefined ? undefined : priceTicks(found)
  }

  /** Best first, length ≤ depth. */
  levels(side: Side, depth: number): Level[] {
    const levels: Level[] = []
    let price = this.bestPrice(side)
    while (price !== undefined && levels.length < depth) {
      levels.push({ price, qty: qtyLots(this.qtyAt(side, price)) })
      price = this.nextWorse(side, price)
    }
    return levels
  }

  /** Sets the quantity of one level; 0 removes it. */
  set(side: Side, tick: number, lots: number): void {
    if (this.isInWindow(tick)) this.setSlot(this.slotOfTick(side, tick), lots)
    else this.setFar(side, tick, lots)
  }

  private setSlot(slot: number, lots: number): void {
    const side = slot >> windowBits
    const best = i32At(this.best, side)
    this.lots[slot] = lots
    if (lots !== 0) {
      if (slot > best) this.setBest(side, slot)
    } else if (slot === best) this.setBest(side, nextBelow(this.lots, slot))
  }

  /** Forgets both sides: a gap, or the start of a snapshot. */
  clear(): void {
    this.lots.fill(0, 1, this.bidSlot + 1)
    this.lots.fill(0, sideBit + 1, this.askSlot + 1)
    this.setBest(0, 0)
    this.setBest(1, sideBit)
    this.farBids.clear()
    this.farAsks.clear()
    this.farBetter = 0
  }

  /** Moves the window. Levels keep their price and quantity. */
  rebase(baseTick: number): void {
    if (baseTick === this.baseTick) return
    const bids = this.allLevels('buy')
    const asks = this.allLevels('sell')
    this.clear()
    this.baseTick = baseTick
    for (const [tick, lots] of bids) this.set('buy', tick, lots)
    for (const [tick, lots] of asks) this.set('sell', tick, lots)
  }

  /**
   * Applies levels and prints of rows `from` … `end` − 1: the loop that everything else waits for. Stops in front of
   * the first row that is of another kind, is watched, or belongs to a message that has crossed the sides so far; the
   * caller applies it by `applyRow` and, when it ends its message, calls `endMessage`.
   *
   * @returns index of the first row not applied
   * @throws {DataError} BOOK_CROSSED when a whole message leaves best bid ≥ best ask
   */
  advance(batch: PackedBatch, from: number, end: number): number {
    if (this.isSuspect) return from
    const { code, qty } = batch
    const { lots, best, top, watch } = this
    let i = from
    for (; i < end; i++) {
      const c = i32At(code, i)
      const slot = c & slotMask
      const side = slot >> windowBits
      const value = f64At(qty, i)
      if ((c & kindMask) !== packedKind.depth) {
        if ((c & kindMask) !== packedKind.trade || slot >= i32At(watch, side)) break
        this.applyTrade(slot, value)
      } else if (slot > i32At(top, side)) {
        if (slot >= i32At(watch, side)) break
        if (value === 0) continue
        lots[slot] = value
        best[side] = slot
        top[side] = slot
        if (i32At(best, 0) + i32At(best, 1) > uncrossedSum) {
          if (c >= lastOfMessageBit) this.throwCrossed(f64At(batch.exchangeTime, i))
          this.isSuspect = true
          return i + 1
        }
      } else {
        lots[slot] = value
        if (value === 0 && slot === i32At(best, side)) this.setBest(side, nextBelow(lots, slot))
      }
    }
    return i
  }

  /** Applies one row of any kind. */
  applyRow(code: number, lots: number): void {
    switch (code & kindMask) {
      case packedKind.depth:
        return this.setSlot(code & slotMask, lots)
      case packedKind.trade:
        return this.applyTrade(code & slotMask, lots)
      case packedKind.clear:
        return this.clear()
      case packedKind.farTick:
        this.pendingFarTick = lots
        return
      case packedKind.farDepth:
        return this.setFar((code & sideBit) === 0 ? 'buy' : 'sell', this.pendingFarTick, lots)
      case packedKind.farTrade:
        return this.applyPrint(this.pendingFarTick, lots)
      case packedKind.barOpen:
      case packedKind.barHigh:
      case packedKind.barLow:
      case packedKind.barClose:
        return this.applyTrade(code & slotMask, lots)
      default:
        return
    }
  }

  private applyTrade(slot: number, lots: number): void {
    this.applyPrint(this.tickOfSlot(slot), lots)
  }

  private applyPrint(tick: number, lots: number): void {
    this.lastTick = tick
    this.tradedQty += lots
    this.tradedNotional += tick * lots
  }

  /** Tick carried by the last `farTick` row. */
  get farTick(): number {
    return this.pendingFarTick
  }

  /**
   * After the last row of a message that was applied by `applyRow`.
   *
   * @param exchangeTime microseconds, for the message
   * @throws {DataError} BOOK_CROSSED when best bid ≥ best ask
   */
  endMessage(exchangeTime: number): void {
    this.isSuspect = false
    if (this.farBetter === 0 && this.bidSlot + this.askSlot <= uncrossedSum) return
    const bid = this.bestPrice('buy')
    const ask = this.bestPrice('sell')
    if (bid !== undefined && ask !== undefined && bid >= ask) this.throwCrossed(exchangeTime)
  }

  private throwCrossed(timeUs: number): never {
    const bid = this.bestPrice('buy')
    const ask = this.bestPrice('sell')
    const at = new Date(timeUs / 1000).toISOString() // tidy-ok: formats a given time, reads no clock
    throw new DataError(
      'BOOK_CROSSED',
      `book crossed at ${at} (${timeUs} µs): best bid ${bid} ≥ best ask ${ask} ticks`,
      {
        context: { timeUs, bid, ask },
      },
    )
  }

  private setFar(side: Side, tick: number, lots: number): void {
    const far = side === 'buy' ? this.farBids : this.farAsks
    const isBetterThanWindow = side === 'buy' ? tick >= this.baseTick + windowLevels : tick < this.baseTick
    const had = far.has(tick)
    if (lots === 0) far.delete(tick)
    else far.set(tick, lots)
    if (isBetterThanWindow) this.farBetter += (lots === 0 ? 0 : 1) - (had ? 1 : 0)
  }

  private allLevels(side: Side): [number, number][] {
    const base = sideBase(side)
    const levels: [number, number][] = []
    for (let slot = side === 'buy' ? this.bidSlot : this.askSlot; slot > base; slot--) {
      const lots = f64At(this.lots, slot)
      if (lots !== 0) levels.push([this.tickOfSlot(slot), lots])
    }
    for (const [tick, lots] of side === 'buy' ? this.farBids : this.farAsks) levels.push([tick, lots])
    return levels
  }
}

/** bid slot + ask slot (side bit included) of a book that is one tick apart; more is crossed or locked. */
const uncrossedSum = sideBit + windowLevels

/** The next slot below that holds a level, or the side's sentinel. */
function nextBelow(lots: Float64Array, slot: number): number {
  let next = slot - 1
  while (f64At(lots, next) === 0) next--
  return next
}

const sideBase = (side: Side): number => (side === 'buy' ? 0 : sideBit)

const isBetter = (side: Side, a: number, b: number): boolean => (side === 'buy' ? a > b : a < b)

function bestOfFar(side: Side, far: FarLevels): PriceTicks | undefined {
  let best: number | undefined
  for (const tick of far.keys()) if (best === undefined || isBetter(side, tick, best)) best = tick
  return best === undefined ? undefined : priceTicks(best)
}
