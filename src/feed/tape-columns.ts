/** Rows of a tape held in memory as growing columns: for tests, benches and small generated tapes. */
import { f64At, i32At } from '../core/typed-array.ts'
import { type RowKind, type SideCode, type Visibility, visibility } from '../model/tape.ts'
import { rowKindOf } from './row-kinds.ts'
import type { TapeSink } from './tape-sink.ts'

export interface TapeRow {
  readonly kind: RowKind
  readonly side: SideCode
  /** Microseconds. */
  readonly exchangeTime: number
  /** Microseconds. Default: the exchange time. */
  readonly receiveTime?: number
  /** Ticks; 0 where the kind has no price. */
  readonly price?: number
  /** Lots. Default 0. */
  readonly qty?: number
  /** Default true: a message of one row. */
  readonly isLast?: boolean
  /** Default both. */
  readonly seenBy?: Visibility
  /** Of rows about single orders. Default 0. */
  readonly orderId?: number
}

export class TapeColumns implements TapeSink {
  private count = 0
  private flags = new Int32Array(1024)
  private exchangeTimes = new Float64Array(1024)
  private receiveTimes = new Float64Array(1024)
  private prices = new Float64Array(1024)
  private qtys = new Float64Array(1024)
  private orderIds = new Float64Array(1024)

  get rows(): number {
    return this.count
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
    if (this.count === this.flags.length) this.grow()
    const at = this.count++
    this.flags[at] = kind | (side << 8) | (isLast ? lastFlag : 0) | (seenBy << seenShift)
    this.exchangeTimes[at] = exchangeTime
    this.receiveTimes[at] = receiveTime
    this.prices[at] = price
    this.qtys[at] = qty
    this.orderIds[at] = orderId
  }

  add(row: TapeRow): void {
    const { kind, side, exchangeTime, receiveTime = exchangeTime, price = 0, qty = 0 } = row
    const { isLast = true, seenBy, orderId = 0 } = row
    this.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
  }

  clear(): void {
    this.count = 0
  }

  exchangeTime(row: number): number {
    return f64At(this.exchangeTimes, row)
  }

  receiveTime(row: number): number {
    return f64At(this.receiveTimes, row)
  }

  isLast(row: number): boolean {
    return (i32At(this.flags, row) & lastFlag) !== 0
  }

  /** Hands row `row` to another sink. */
  copyTo(sink: TapeSink, row: number): void {
    const flags = i32At(this.flags, row)
    sink.row(
      rowKindOf(flags & 0xff),
      (flags & 0x100) === 0 ? 0 : 1,
      f64At(this.exchangeTimes, row),
      f64At(this.receiveTimes, row),
      f64At(this.prices, row),
      f64At(this.qtys, row),
      (flags & lastFlag) !== 0,
      visibilityOf(flags >> seenShift),
      f64At(this.orderIds, row),
    )
  }

  private grow(): void {
    const rows = 2 * this.flags.length
    const flags = new Int32Array(rows)
    flags.set(this.flags)
    this.flags = flags
    this.exchangeTimes = doubled(this.exchangeTimes)
    this.receiveTimes = doubled(this.receiveTimes)
    this.prices = doubled(this.prices)
    this.qtys = doubled(this.qtys)
    this.orderIds = doubled(this.orderIds)
  }
}

const lastFlag = 1 << 9
const seenShift = 10

export function visibilityOf(seenBy: number): Visibility {
  if (seenBy === visibility.exchange || seenBy === visibility.local) return seenBy
  return visibility.both
}

function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(2 * column.length)
  wider.set(column)
  return wider
}
