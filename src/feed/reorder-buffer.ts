/**
 * Messages into the order of one of their times, as a stream in bounded memory. Whole messages move; equal times keep
 * their order. A message may leave as soon as nothing older can come: when one has been seen that is `horizonUs` younger.
 */
import type { PackedOrder } from '../model/packed.ts'
import type { RowKind, SideCode, Visibility } from '../model/tape.ts'
import { TapeColumns } from './tape-columns.ts'
import type { TapeSink } from './tape-sink.ts'

const drainRows = 65_536

export class ReorderBuffer implements TapeSink {
  private readonly order: PackedOrder
  private readonly horizonUs: number
  private readonly out: TapeSink
  private held = new TapeColumns()
  private spare = new TapeColumns()
  /** First row and time of each message held; numbers, because an object for each would outlive young collections. */
  private readonly firstRows: number[] = []
  private readonly times: number[] = []
  private isStart = true
  private latest = Number.NEGATIVE_INFINITY
  private drainAt = drainRows

  /** @param horizonUs how far a time may lie behind the latest one before it, at most */
  constructor(order: PackedOrder, horizonUs: number, out: TapeSink) {
    this.order = order
    this.horizonUs = horizonUs
    this.out = out
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    seenBy?: Visibility,
    orderId = 0,
  ): void {
    if (this.isStart) {
      const time = this.order === 'exchange' ? exchangeTime : receiveTime
      this.firstRows.push(this.held.rows)
      this.times.push(time)
      if (time > this.latest) this.latest = time
    }
    this.held.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
    this.isStart = isLast
    if (isLast && this.held.rows >= this.drainAt) {
      this.drain(this.latest - this.horizonUs)
      // With much held back, drain less often: each drain copies what stays.
      this.drainAt = Math.max(drainRows, 2 * this.held.rows)
    }
  }

  finish(): void {
    this.drain(Number.POSITIVE_INFINITY)
  }

  private drain(until: number): void {
    this.sendUntil(until)
    const { held, spare, times, firstRows } = this
    let staying = 0
    for (let message = 0; message < times.length; message++) {
      const time = times[message] ?? 0
      if (time <= until) continue
      const row = firstRows[message] ?? 0
      times[staying] = time
      firstRows[staying++] = spare.rows
      copyMessage(held, row, spare)
    }
    times.length = staying
    firstRows.length = staying
    held.clear()
    this.held = spare
    this.spare = held
  }

  private sendUntil(until: number): void {
    const { times, firstRows } = this
    const leaving = new Uint32Array(times.length)
    let count = 0
    for (let message = 0; message < times.length; message++) {
      if ((times[message] ?? 0) <= until) leaving[count++] = message
    }
    const sorted = leaving.subarray(0, count).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b)
    for (const message of sorted) copyMessage(this.held, firstRows[message] ?? 0, this.out)
  }
}

function copyMessage(from: TapeColumns, first: number, to: TapeSink): void {
  let row = first
  while (!from.isLast(row)) from.copyTo(to, row++)
  from.copyTo(to, row)
}
