/**
 * The rows of a recorded book in order of exchange time, and what they do to orders of ours.
 *
 * The loop runs over the rows at full speed and stops only at those that can concern us: levels where an order of
 * ours stands or could be met, prints that reach it, levels that we took from.
 */
import type { ColumnCursor } from '../../book/column-cursor.ts'
import type { FlatBook } from '../../book/flat-book.ts'
import { f64At, i32At } from '../../core/typed-array.ts'
import type { Side } from '../../model/order.ts'
import {
  kindMask,
  lastOfMessageBit,
  type PackedBatch,
  packedKind,
  sideBit,
  slotMask,
} from '../../model/packed.ts'
import type { BookMaking } from './book-making.ts'
import type { BookTaking } from './book-taking.ts'
import type { ContingentOrders } from './contingent-orders.ts'
import type { OrderDesk } from './order-desk.ts'
import { watchAll, watchOrders } from './order-watch.ts'
import type { ReportPipe } from './report-pipe.ts'

export interface BookFeedOptions {
  readonly cursor: ColumnCursor
  readonly book: FlatBook
  readonly desk: OrderDesk
  readonly taking: BookTaking
  readonly making: BookMaking
  readonly contingent: ContingentOrders
  readonly pipe: ReportPipe
  /** L3: see BookTaking.refresh. */
  readonly isByOrder: boolean
}

export class BookFeed {
  /** See MatchingMarket. */
  isWatching = false
  private readonly cursor: ColumnCursor
  private readonly book: FlatBook
  private readonly desk: OrderDesk
  private readonly taking: BookTaking
  private readonly making: BookMaking
  private readonly contingent: ContingentOrders
  private readonly pipe: ReportPipe
  private readonly isByOrder: boolean
  /** Inside a message that may have moved a touch that an order waits for. */
  private isTouchDue = false
  /** Inside a message that put a quote at or through an order of ours: matched when the message is whole. */
  private isMatchDue = false

  constructor(options: BookFeedOptions) {
    this.cursor = options.cursor
    this.book = options.book
    this.desk = options.desk
    this.taking = options.taking
    this.making = options.making
    this.contingent = options.contingent
    this.pipe = options.pipe
    this.isByOrder = options.isByOrder
    this.book.rebase(this.cursor.batch.baseTick)
  }

  get nextTime(): number {
    return Math.min(this.cursor.nextTime, this.contingent.nextTime)
  }

  close(): void {
    this.cursor.close()
  }

  advance(until: number): void {
    const { contingent, pipe } = this
    for (;;) {
      this.advanceRows(Math.min(until, pipe.nextStop, contingent.nextTime))
      const next = contingent.nextTime
      if (next > until || next > pipe.nextStop) return
      contingent.act(next)
      this.updateWatch()
    }
  }

  /** Rows that can concern us: on our own levels, on those we took from, at or through our best prices. */
  updateWatch(): void {
    // The window may have moved inside the message, which forgets what is watched.
    if (this.isMatchDue || this.isTouchDue) return watchAll(this.book)
    watchOrders(this.book, this.desk, this.taking)
    this.isWatching = !this.book.watch.isEmpty || this.contingent.isWaiting
  }

  private advanceRows(until: number): void {
    const { cursor, book, contingent, making, pipe } = this
    let stop = until
    while (cursor.nextTime <= stop) {
      const { batch, time } = cursor
      let end = cursor.rowAfter(stop)
      let row = cursor.row
      while (row < end) {
        row = book.advance(batch, row, end)
        if (row === end) break
        const code = i32At(batch.code, row)
        const lots = f64At(batch.qty, row)
        const isLevel = (code & kindMask) === packedKind.depth
        making.joinedAt = batch.joinedAt === undefined ? 0 : f64At(batch.joinedAt, row)
        if (isLevel) this.applySlot(code & slotMask, lots)
        else this.applyOther(code, lots, f64At(time, row))
        const hasActed = code >= lastOfMessageBit && this.endMessage(batch, row)
        row++
        // A level by itself makes no report.
        if (isLevel && !hasActed) continue
        if (pipe.nextStop < stop || contingent.nextTime < stop) {
          stop = Math.min(pipe.nextStop, contingent.nextTime)
          cursor.row = row
          end = cursor.rowAfter(stop)
        }
      }
      if (cursor.moveTo(end)) {
        book.rebase(cursor.batch.baseTick)
        this.updateWatch()
      }
    }
  }

  private applyOther(code: number, lots: number, at: number): void {
    const { book } = this
    const side = (code & sideBit) === 0 ? 'buy' : 'sell'
    switch (code & kindMask) {
      case packedKind.farDepth: {
        const tick = book.farTick
        const previous = book.qtyAt(side, tick)
        book.set(side, tick, lots)
        this.levelChanged(side, tick, previous, lots)
        break
      }
      case packedKind.trade:
        this.applyPrint(side, code, book.tickOfSlot(code & slotMask), lots, at)
        break
      case packedKind.farTrade:
        this.applyPrint(side, code, book.farTick, lots, at)
        break
      case packedKind.clear:
        this.taking.clear()
        book.applyRow(code, lots)
        this.noteTouch()
        break
      default:
        book.applyRow(code, lots)
    }
  }

  private applySlot(slot: number, lots: number): void {
    const { book } = this
    const previous = book.replace(slot, lots)
    this.levelChanged(slot < sideBit ? 'buy' : 'sell', book.tickOfSlot(slot), previous, lots)
  }

  private levelChanged(side: Side, tick: number, previous: number, lots: number): void {
    const { taking } = this
    if (taking.takenOf(side).size > 0 && taking.takenOf(side).has(tick)) {
      const executed = this.making.joinedAt > 0 ? previous - lots : 0
      if (taking.refresh(side, tick, this.isByOrder ? { lots, executed } : undefined)) this.updateWatch()
    }
    if (this.making.onLevel(side, tick, previous, lots) && !this.isMatchDue) {
      this.isMatchDue = true
      watchAll(this.book)
    }
    this.noteTouch()
  }

  private applyPrint(aggressor: Side, code: number, tick: number, lots: number, at: number): void {
    const { contingent } = this
    this.book.applyRow(code, lots)
    const hasFilled = this.making.onPrint(aggressor, tick, lots, at)
    if (hasFilled) this.updateWatch()
    if (!contingent.isWaiting) return
    contingent.onPrint(tick, at)
    this.updateWatch()
  }

  /** After the last row of a message. @returns true when something may have come of it */
  private endMessage(batch: PackedBatch, row: number): boolean {
    this.book.endMessageOf(batch, row)
    if (!this.isMatchDue && !this.isTouchDue) return false
    const at = f64At(batch.exchangeTime, row)
    if (this.isMatchDue) {
      this.isMatchDue = false
      this.making.meetArrived('buy', at)
      this.making.meetArrived('sell', at)
    }
    if (this.isTouchDue) {
      this.isTouchDue = false
      this.contingent.onTouch(at)
    }
    this.updateWatch()
    return true
  }

  /** A row that an order waiting for the touch asked to see: looked at when the message is whole. */
  private noteTouch(): void {
    if (!this.desk.triggers.usesTouch || this.isTouchDue) return
    this.isTouchDue = true
    watchAll(this.book)
  }
}
