/**
 * Rows of a tape, already in the wanted order, to packed batches. Pure: what a batch looks like is told in
 * model/packed.ts, which rows a data level uses is decided here.
 *
 * | level  | rows used                                             |
 * | ------ | ----------------------------------------------------- |
 * | l3, l2 | depth, snapshot, clear, clearSide, trade              |
 * | l1     | quote (as set of the new touch + delete of the old), clear of a gap, trade |
 * | trades | trade                                                 |
 * | bars   | the four bar points                                   |
 *
 * Off-market prints and mark prices become `idle` on every level; all other rows become nothing at all. Rows about
 * single orders have become rows about levels before they come here: see order-flattener.ts.
 */
import { assert, unreachable } from '../core/errors.ts'
import { f64At, i32At } from '../core/typed-array.ts'
import {
  batchRows,
  indexMask,
  kindMask,
  lastOfMessageBit,
  type PackedBatch,
  packedKind,
  sideBit,
  windowLevels,
} from '../model/packed.ts'
import {
  type DataLevel,
  hasBook,
  hasLevels,
  type RowKind,
  rowKind,
  type SideCode,
  type Visibility,
} from '../model/tape.ts'
import { type BatchPrices, chooseBaseTick, type TickRange } from './window-base.ts'

export interface RowPackerOptions {
  readonly level: DataLevel
  /** Column that ends with Infinity. */
  readonly order: 'exchange' | 'receive'
  /** Called with each full batch and the last one; its arrays are reused after the call. */
  readonly emit: (batch: PackedBatch) => void
  /** Rows of a batch; only tests and growing tapes need another than the usual. At least 8. */
  readonly batchRows?: number
  /** Where the window of a batch lies. */
  readonly chooseBase?: (batch: BatchPrices) => number
}

export class RowPacker {
  private readonly level: DataLevel
  private readonly order: 'exchange' | 'receive'
  private readonly emit: (batch: PackedBatch) => void
  private readonly capacity: number
  private readonly chooseBase: (batch: BatchPrices) => number
  /** The rows gathered so far: codes without slot index, because the window is chosen when the batch is full. */
  private readonly gathered: BatchColumns
  private readonly gatheredTick: Float64Array
  private gatheredRows = 0
  private readonly packed: BatchColumns
  private packedRows = 0
  private baseTick: number | undefined
  /** Span of prints gathered, for levels without a book. */
  private prints: TickRange | undefined
  /** Touch of the level l1, to be deleted by the next quote of its side. */
  private readonly touch: [bid: number | undefined, ask: number | undefined] = [undefined, undefined]
  /** A message of which a row was used has not been ended yet. */
  private isMessageOpen = false

  constructor(options: RowPackerOptions) {
    this.level = options.level
    this.order = options.order
    this.emit = options.emit
    this.capacity = options.batchRows ?? batchRows
    this.chooseBase = options.chooseBase ?? chooseBaseTick
    assert(this.capacity >= 8, `batch of ${this.capacity} rows`)
    const hasOrders = this.level === 'l3' && this.order === 'exchange'
    this.gathered = createColumns(this.capacity, hasOrders)
    this.gatheredTick = new Float64Array(this.capacity)
    this.packed = createColumns(this.capacity + 1, hasOrders)
  }

  /** One row; `receiveTime` corrected for the clock, price in ticks, qty in lots. */
  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    _seenBy?: Visibility,
    joinedAt = 0,
  ): void {
    const use = usedAs(this.level, kind, isLast)
    if (use === 'nothing') {
      // The mark of the last row must not be lost with a row that is not used.
      if (isLast && this.isMessageOpen) this.add(packedKind.idle, exchangeTime, receiveTime, 0, 0, true)
    } else if (use === 'quote') {
      this.addQuote(side, exchangeTime, receiveTime, price, qty, isLast)
    } else if (use === packedKind.clearSide) {
      this.add(use | (side * sideBit), exchangeTime, receiveTime, 0, price, isLast)
    } else {
      if (use === packedKind.clear) this.touch.fill(undefined)
      if (use === packedKind.barOpen) this.reserve(4)
      const onSide = use === packedKind.depth || use === packedKind.trade ? side * sideBit : 0
      this.add(use | onSide, exchangeTime, receiveTime, price, qty, isLast, joinedAt)
    }
  }

  /** Emits what is left; more rows may follow. */
  finish(): void {
    this.flush()
  }

  /** A quote replaces its whole side: the new touch comes, the old one goes, in one message. */
  private addQuote(
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
  ): void {
    const code = packedKind.depth | (side * sideBit)
    const old = this.touch[side]
    const isGone = qty === 0
    this.touch[side] = isGone ? undefined : price
    const mustDelete = old !== undefined && (isGone || old !== price)
    // The new touch comes first: the scan for the next best then stops at it, and not at the end of an empty side.
    if (!isGone) this.add(code, exchangeTime, receiveTime, price, qty, isLast && !mustDelete)
    if (mustDelete) this.add(code, exchangeTime, receiveTime, old, 0, isLast)
    if (isGone && !mustDelete) this.add(packedKind.idle, exchangeTime, receiveTime, 0, 0, isLast)
  }

  private add(
    code: number,
    exchangeTime: number,
    receiveTime: number,
    tick: number,
    qty: number,
    isLast: boolean,
    joinedAt = 0,
  ): void {
    if (!hasBook(this.level) && hasPrice(code)) this.widenPrints(tick)
    this.reserve(1)
    const { gathered, gatheredRows: row } = this
    gathered.code[row] = isLast ? code | lastOfMessageBit : code
    gathered.exchangeTime[row] = exchangeTime
    gathered.receiveTime[row] = receiveTime
    gathered.qty[row] = qty
    if (gathered.joinedAt !== undefined) gathered.joinedAt[row] = joinedAt
    this.gatheredTick[row] = tick
    this.gatheredRows++
    this.isMessageOpen = !isLast
  }

  /** Without a book there are no far rows: a print that does not fit into one window with the others starts a batch. */
  private widenPrints(tick: number): void {
    const { prints } = this
    const low = Math.min(prints?.low ?? tick, tick)
    const high = Math.max(prints?.high ?? tick, tick)
    const fits = high - low < windowLevels - 2
    if (!fits) this.flush()
    this.prints = fits ? { low, high } : { low: tick, high: tick }
  }

  /** Keeps the next rows together in one batch. */
  private reserve(rows: number): void {
    if (this.gatheredRows + rows > this.capacity) this.flush()
  }

  private flush(): void {
    const { gathered, gatheredRows } = this
    if (gatheredRows === 0) return
    const base = this.chooseBase({
      code: gathered.code,
      tick: this.gatheredTick,
      qty: gathered.qty,
      rows: gatheredRows,
      prints: this.prints,
      before: this.baseTick,
    })
    this.baseTick = base
    for (let i = 0; i < gatheredRows; i++) this.packRow(base, i)
    this.emitPacked(base)
    this.gatheredRows = 0
    this.prints = undefined
  }

  private packRow(base: number, row: number): void {
    const code = i32At(this.gathered.code, row)
    const qty = f64At(this.gathered.qty, row)
    const tick = f64At(this.gatheredTick, row)
    const index = (code & sideBit) === 0 ? tick - base + 1 : base + windowLevels - tick
    if (!hasPrice(code)) this.write(base, row, code, qty)
    else if (index >= 1 && index <= windowLevels) this.write(base, row, code | index, qty)
    else {
      if (this.packedRows + 2 > this.capacity) this.emitPacked(base)
      this.write(base, row, packedKind.farTick | (code & sideBit), tick)
      this.write(base, row, farCode(code), qty)
    }
  }

  private write(base: number, row: number, code: number, qty: number): void {
    if (this.packedRows === this.capacity) this.emitPacked(base)
    const { gathered, packed, packedRows: to } = this
    packed.exchangeTime[to] = f64At(gathered.exchangeTime, row)
    packed.receiveTime[to] = f64At(gathered.receiveTime, row)
    packed.code[to] = code
    packed.qty[to] = qty
    if (packed.joinedAt !== undefined && gathered.joinedAt !== undefined) {
      packed.joinedAt[to] = f64At(gathered.joinedAt, row)
    }
    this.packedRows++
  }

  private emitPacked(baseTick: number): void {
    const { packed, packedRows: rows } = this
    if (rows === 0) return
    packed.exchangeTime[rows] = Number.POSITIVE_INFINITY
    packed.receiveTime[rows] = Number.POSITIVE_INFINITY
    packed.code[rows] = packedKind.idle
    packed.qty[rows] = 0
    this.emit({ rows, baseTick, ...packed })
    this.packedRows = 0
  }
}

interface BatchColumns {
  readonly exchangeTime: Float64Array
  readonly receiveTime: Float64Array
  readonly code: Int32Array
  readonly qty: Float64Array
  /** See `PackedBatch`. */
  readonly joinedAt?: Float64Array
}

function createColumns(rows: number, hasOrders: boolean): BatchColumns {
  return {
    exchangeTime: new Float64Array(rows),
    receiveTime: new Float64Array(rows),
    code: new Int32Array(rows),
    qty: new Float64Array(rows),
    ...(hasOrders ? { joinedAt: new Float64Array(rows) } : {}),
  }
}

/** The packed kind of a row, `quote` for a row that becomes up to two, or `nothing`. */
function usedAs(level: DataLevel, kind: RowKind, isLast: boolean): number | 'quote' | 'nothing' {
  switch (kind) {
    case rowKind.depth:
    case rowKind.snapshot:
      return hasLevels(level) ? packedKind.depth : 'nothing'
    case rowKind.trade:
      return level === 'bars' ? 'nothing' : packedKind.trade
    case rowKind.clear:
      // One that is not the last of its message starts a snapshot of the L2 book, which says nothing about quotes.
      return hasLevels(level) || (level === 'l1' && isLast) ? packedKind.clear : 'nothing'
    case rowKind.clearSide:
      return hasLevels(level) ? packedKind.clearSide : 'nothing'
    case rowKind.quote:
      return level === 'l1' ? 'quote' : 'nothing'
    case rowKind.barOpen:
      return level === 'bars' ? packedKind.barOpen : 'nothing'
    case rowKind.barHigh:
      return level === 'bars' ? packedKind.barHigh : 'nothing'
    case rowKind.barLow:
      return level === 'bars' ? packedKind.barLow : 'nothing'
    case rowKind.barClose:
      return level === 'bars' ? packedKind.barClose : 'nothing'
    case rowKind.offMarketTrade:
    case rowKind.markPrice:
      return packedKind.idle
    case rowKind.orderAdd:
    case rowKind.orderChange:
    case rowKind.orderDelete:
    case rowKind.orderExecute:
      return 'nothing'
    default:
      return unreachable(kind)
  }
}

function hasPrice(code: number): boolean {
  const kind = code & kindMask
  return kind !== packedKind.clear && kind !== packedKind.clearSide && kind !== packedKind.idle
}

function farCode(code: number): number {
  const kind = code & kindMask
  assert(kind === packedKind.depth || kind === packedKind.trade, `a far row of packed kind ${kind}`)
  const far = kind === packedKind.depth ? packedKind.farDepth : packedKind.farTrade
  return far | (code & ~kindMask & ~indexMask)
}
