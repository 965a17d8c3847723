/**
 * Order book of one instrument, fast: quantities in one flat array indexed by price around the touch, a sparse map
 * for the few levels outside that window. See model/packed.ts for the layout; both sides count upwards towards a
 * better price, so that one rule serves both.
 *
 * The best slot of a side is kept as an upper bound: a level that goes leaves it where it is, and whoever asks for the
 * touch scans down from it. So the loop over the rows has one compare and one write for nearly every row.
 */
import { DataError } from '../core/errors.ts'
import { f64At, i32At, u8At } from '../core/typed-array.ts'
import { type PriceTicks, priceTicks, qtyLots } from '../core/units.ts'
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
import { FarLevels, isBetter } from './far-levels.ts'
import { RowWatch } from './row-watch.ts'
import { clearWindow, leaveWindow, takeWindow } from './window-store.ts'

const kindAndSlotMask = kindMask | slotMask
const suspectMask = kindAndSlotMask | lastOfMessageBit

/** bid slot + ask slot (side bit included) of a book that is one tick apart; more is crossed or locked. */
const uncrossedSum = sideBit + windowLevels

export class FlatBook {
  /** What stops `advance`. */
  readonly watch = new RowWatch()
  /** Tick of the last print or bar point; undefined before the first. */
  lastTick: number | undefined
  /** Sum of traded lots, and of tick × lots (doubles: for analysis). */
  tradedQty = 0
  tradedNotional = 0
  baseTick = 0
  /** Lots by slot; [0] and [sideBit] are sentinels that are never zero, so that a scan for the next level ends. */
  private lots = takeWindow()
  /** By side: no level of the window lies above this slot. The side's sentinel when it is known to be empty. */
  private readonly top = new Int32Array([0, sideBit])
  /** By side: a level up to this slot, and not watched, is just written. Everything else needs a closer look. */
  private readonly limit = new Int32Array([0, sideBit])
  /** The message under way may have crossed the sides: whether it has shows at its end. */
  private isSuspect = false
  private readonly isChecked: boolean
  private readonly far = new FarLevels()
  private pendingFarTick = 0

  /** @param isChecked false when the same rows are checked by another book: crossed sides are then taken as they are */
  constructor({ isChecked = true } = {}) {
    this.isChecked = isChecked
    this.lots[0] = Number.POSITIVE_INFINITY
    this.lots[sideBit] = Number.POSITIVE_INFINITY
  }

  /** The last call: the memory goes to the next book. */
  close(): void {
    if (this.lots.length > 0) leaveWindow(this.window())
    this.lots = new Float64Array(0)
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

  /** Tick carried by the last `farTick` row. */
  get farTick(): number {
    return this.pendingFarTick
  }

  /** Best price of a side; undefined when the side is empty. */
  bestPrice(side: Side): PriceTicks | undefined {
    const slot = this.bestSlot(side === 'buy' ? 0 : 1)
    const isEmpty = (slot & indexMask) === 0
    if (!isEmpty && !this.far.hasBetter) return priceTicks(this.tickOfSlot(slot))
    const far = this.far.best(side)
    if (isEmpty) return far === undefined ? undefined : priceTicks(far)
    const near = this.tickOfSlot(slot)
    return priceTicks(far !== undefined && isBetter(side, far, near) ? far : near)
  }

  /** Lots displayed at a price; 0 when there is no such level. */
  qtyAt(side: Side, tick: number): number {
    return this.isInWindow(tick) ? f64At(this.lots, this.slotOfTick(side, tick)) : this.far.qtyAt(side, tick)
  }

  /** The next displayed price worse than `tick`; undefined when there is none. */
  nextWorse(side: Side, tick: number): PriceTicks | undefined {
    const sentinel = side === 'buy' ? 0 : sideBit
    const from = this.slotOfTick(side, tick) - 1
    const isAbove = from > sentinel + windowLevels
    const slot = from > sentinel ? this.levelFrom(isAbove ? sentinel + windowLevels : from) : sentinel
    const near = slot === sentinel ? undefined : this.tickOfSlot(slot)
    // Below the top of the window, its own levels come before any outside: those need not be searched.
    if (near !== undefined && !isAbove) return priceTicks(near)
    const far = this.far.best(side, tick)
    if (near === undefined) return far === undefined ? undefined : priceTicks(far)
    return priceTicks(far !== undefined && isBetter(side, far, near) ? far : near)
  }

  /** Best first, length ≤ depth. */
  levels(side: Side, depth: number): Level[] {
    const levels: Level[] = []
    let price = depth > 0 ? this.bestPrice(side) : undefined
    while (price !== undefined) {
      levels.push({ price, qty: qtyLots(this.qtyAt(side, price)) })
      price = levels.length < depth ? this.nextWorse(side, price) : undefined
    }
    return levels
  }

  /**
   * Applies levels and prints of rows `from` … `end` − 1: the loop that everything else waits for. Stops in front of
   * the first row that is watched or of another kind; the caller applies it by `applyRow`, and by `endMessage` when it
   * ends its message.
   *
   * @returns index of the first row not applied
   * @throws {DataError} BOOK_CROSSED when a whole message leaves best bid ≥ best ask
   */
  advance(batch: PackedBatch, from: number, end: number): number {
    const { code, qty } = batch
    const { lots, limit, watch } = this
    const { marks, hasLevels } = watch
    let row = from
    for (;;) {
      // A row of any kind but a level is above every slot; so is the last one of a message to be checked.
      const mask = this.isSuspect ? suspectMask : kindAndSlotMask
      if (hasLevels) {
        for (; row < end; row++) {
          const slot = i32At(code, row) & mask
          if (slot > i32At(limit, (slot >> windowBits) & 1) || u8At(marks, slot) !== 0) break
          lots[slot] = f64At(qty, row)
        }
      } else {
        for (; row < end; row++) {
          const slot = i32At(code, row) & mask
          if (slot > i32At(limit, (slot >> windowBits) & 1)) break
          lots[slot] = f64At(qty, row)
        }
      }
      if (row === end) return end
      const special = i32At(code, row)
      const slot = special & slotMask
      const kind = special & kindMask
      if (kind === packedKind.depth && !watch.stopsLevel(slot)) this.setSlot(slot, f64At(qty, row))
      else if (kind === packedKind.trade && !watch.stopsPrint(slot)) {
        this.applyPrint(this.tickOfSlot(slot), f64At(qty, row))
      } else return row
      if (this.isSuspect && special >= lastOfMessageBit) this.settle(batch, row)
      row++
    }
  }

  /** Applies one row of any kind. */
  applyRow(code: number, lots: number): void {
    const slot = code & slotMask
    const kind = code & kindMask
    if (kind === packedKind.depth) this.setSlot(slot, lots)
    else if (kind === packedKind.clear) this.clear()
    else if (kind === packedKind.clearSide) this.clearTo(slot < sideBit ? 'buy' : 'sell', lots)
    else if (kind === packedKind.farTick) this.pendingFarTick = lots
    else if (kind === packedKind.farDepth)
      this.setFar(slot < sideBit ? 'buy' : 'sell', this.pendingFarTick, lots)
    else if (kind === packedKind.farTrade) this.applyPrint(this.pendingFarTick, lots)
    else if (kind !== packedKind.idle) this.applyPrint(this.tickOfSlot(slot), lots)
  }

  /**
   * After the last row of a message that was applied by `applyRow`.
   *
   * @param exchangeTime microseconds, for the message
   * @throws {DataError} BOOK_CROSSED when best bid ≥ best ask
   */
  endMessage(exchangeTime: number): void {
    if (this.isSuspect && this.isCrossed()) throw crossed(exchangeTime, this)
    this.isSuspect = false
  }

  /** The same for one row of a batch: its time is looked at only when there is something to say. */
  endMessageOf(batch: PackedBatch, row: number): void {
    if (this.isSuspect) this.settle(batch, row)
  }

  /** Sets the quantity of one level; 0 removes it. */
  set(side: Side, tick: number, lots: number): void {
    if (this.isInWindow(tick)) this.setSlot(this.slotOfTick(side, tick), lots)
    else this.setFar(side, tick, lots)
  }

  /** Sets the quantity of one slot of the window. @returns what it was */
  replace(slot: number, lots: number): number {
    const previous = f64At(this.lots, slot)
    this.setSlot(slot, lots)
    return previous
  }

  /** Forgets both sides: a gap, or the start of a snapshot. */
  clear(): void {
    clearWindow(this.window())
    this.top[0] = 0
    this.top[1] = sideBit
    this.far.clear()
    this.updateLimit()
  }

  /** Forgets the levels of one side from the best to `tick`, both included; all of them when it is 0. */
  clearTo(side: Side, tick: number): void {
    for (let best = this.bestPrice(side); best !== undefined; best = this.bestPrice(side)) {
      if (tick !== 0 && isBetter(side, tick, best)) return
      this.set(side, best, 0)
    }
  }

  /** Moves the window. Levels keep their price and quantity; nothing is watched afterwards. */
  rebase(baseTick: number): void {
    if (baseTick === this.baseTick) return
    const bids = this.allLevels('buy')
    const asks = this.allLevels('sell')
    this.clear()
    this.watch.clear()
    this.baseTick = baseTick
    for (const [tick, lots] of bids) this.set('buy', tick, lots)
    for (const [tick, lots] of asks) this.set('sell', tick, lots)
    this.updateLimit()
  }

  /** To be called after every change of `watch`. */
  updateLimit(): void {
    for (let side = 0; side < 2; side++) this.setTop(side, i32At(this.top, side))
  }

  /** At the end of a message that may have crossed the sides. */
  private settle(batch: PackedBatch, row: number): void {
    // The time is looked at only when there is something to say: each look is a cache miss.
    if (this.isCrossed()) throw crossed(f64At(batch.exchangeTime, row), this)
    this.isSuspect = false
  }

  private setSlot(slot: number, lots: number): void {
    const side = slot >> windowBits
    this.lots[slot] = lots
    if (lots === 0 || slot <= i32At(this.top, side)) return
    this.setTop(side, slot)
    if (i32At(this.top, 0) + i32At(this.top, 1) > uncrossedSum || this.far.hasBetter)
      this.isSuspect = this.isChecked
  }

  private isCrossed(): boolean {
    if (!this.far.hasBetter) return this.bestSlot(0) + this.bestSlot(1) > uncrossedSum
    const bid = this.bestPrice('buy')
    const ask = this.bestPrice('sell')
    return bid !== undefined && ask !== undefined && bid >= ask
  }

  private setFar(side: Side, tick: number, lots: number): void {
    const isBetterThanWindow = side === 'buy' ? tick >= this.baseTick + windowLevels : tick < this.baseTick
    this.far.set(side, tick, lots, isBetterThanWindow)
    this.isSuspect = this.isChecked
  }

  /** Slot of the best level of a side inside the window; its sentinel when there is none. */
  private bestSlot(side: number): number {
    const bound = i32At(this.top, side)
    const slot = this.levelFrom(bound)
    if (slot !== bound) this.setTop(side, slot)
    return slot
  }

  /** The first slot that holds a level, from `slot` downward; or the side's sentinel. */
  private levelFrom(slot: number): number {
    const { lots } = this
    let found = slot
    while (f64At(lots, found) === 0) found--
    return found
  }

  private setTop(side: number, slot: number): void {
    this.top[side] = slot
    this.limit[side] = Math.min(slot, this.watch.reachOf(side) - 1)
  }

  private window() {
    return { lots: this.lots, topBid: i32At(this.top, 0), topAsk: i32At(this.top, 1) }
  }

  private applyPrint(tick: number, lots: number): void {
    this.lastTick = tick
    this.tradedQty += lots
    this.tradedNotional += tick * lots
  }

  private allLevels(side: Side): [number, number][] {
    const sentinel = side === 'buy' ? 0 : sideBit
    const levels = this.far.entries(side)
    for (let slot = i32At(this.top, side === 'buy' ? 0 : 1); slot > sentinel; slot--) {
      const lots = f64At(this.lots, slot)
      if (lots !== 0) levels.push([this.tickOfSlot(slot), lots])
    }
    return levels
  }
}

function crossed(timeUs: number, book: FlatBook): DataError {
  const bid = book.bestPrice('buy')
  const ask = book.bestPrice('sell')
  const at = new Date(timeUs / 1000).toISOString() // tidy-ok: formats a given time, reads no clock
  const [word, sign] = bid === ask ? ['locked', '='] : ['crossed', '>']
  return new DataError(
    'BOOK_CROSSED',
    `book ${word} at ${at} (${timeUs} µs): best bid ${bid} ${sign} best ask ${ask} ticks`,
    { context: { timeUs, bid, ask } },
  )
}
