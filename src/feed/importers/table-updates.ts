/**
 * Tables of book changes with update ids: Binance's T_DEPTH dumps, `symbol, timestamp, trans_id, first_update_id,
 * last_update_id, side, update_type, price, qty, pq`, a file of snapshots (`snap`) and one of changes (`set`)
 * (https://www.binance.com/en/landing/data; columns as hftbacktest's converter of these files reads them, read 2025-11).
 */
import { sideCode } from '../../model/tape.ts'
import { isoTime } from '../parse-time.ts'
import { BookRows } from './book-rows.ts'
import { bookSideOf } from './table-book.ts'
import type { TableRowReader, TableRows } from './table-rows.ts'

interface Message {
  readonly time: number
  readonly lastId: number
  readonly isSnapshot: boolean
  /** Flat levels in ticks and lots. */
  readonly bids: number[]
  readonly asks: number[]
}

/** Rows of one time, id and type are one message. Ids are shared by all instruments, so that a gap cannot be seen. */
export class BookUpdateRows implements TableRowReader {
  readonly #rows: TableRows
  readonly #book: BookRows
  #message: Message | undefined
  /** Update id of the known book. */
  #lastId: number | undefined
  /** Time of the newest row. */
  #latest = 0
  /** A file of changes starts before the snapshot of the file read first. */
  #isFirstPart = true

  constructor(rows: TableRows) {
    this.#rows = rows
    this.#book = new BookRows(rows.sink)
    rows.onHole = (at) => this.#end(at)
    this.#rows.notes.once('the dump does not tell whether book changes are missing')
  }

  startFile(): void {
    this.#isFirstPart = true
  }

  row(cells: readonly string[]): void {
    const time = this.#rows.time(cells, 'time')
    const isSnapshot = this.#isSnapshot(cells)
    if (!this.#isInOrder(time, isSnapshot)) return
    const message = this.#messageFor(time, this.#id(cells), isSnapshot)
    const price = this.#rows.grid.price(this.#rows.cell(cells, 'price'))
    const qty = this.#rows.grid.qty(this.#rows.cell(cells, 'qty'))
    const side = bookSideOf(this.#rows.cell(cells, 'side'), this.#rows.position)
    const levels = side === sideCode.buy ? message.bids : message.asks
    levels.push(price, qty)
  }

  endFile(): void {
    const message = this.#message
    this.#message = undefined
    if (message === undefined) return
    const times = { exchangeTime: message.time, receiveTime: message.time }
    const { lastId, isSnapshot, bids, asks } = message
    if (isSnapshot) {
      if (this.#lastId !== undefined) this.#rows.notes.add('times the book was replaced by a new snapshot')
      this.#book.snapshot({ ...times, bids, asks })
    } else if (this.#lastId === undefined) {
      this.#rows.notes.add('book messages came before the first snapshot and were left out')
      return
    } else if (lastId <= this.#lastId) {
      this.#rows.notes.add('book messages were already part of the book')
      return
    } else {
      this.#book.diff({ ...times, bids, asks })
    }
    this.#lastId = lastId
  }

  /** What was known may have changed unseen. */
  #end(time: number): void {
    this.endFile()
    if (this.#lastId === undefined) return
    this.#rows.gaps++
    this.#book.clear(0, time)
    this.#lastId = undefined
  }

  #messageFor(time: number, lastId: number, isSnapshot: boolean): Message {
    const message = this.#message
    const isSame = message?.time === time && message.lastId === lastId && message.isSnapshot === isSnapshot
    if (message !== undefined && isSame) return message
    this.endFile()
    const next = { time, lastId, isSnapshot, bids: [], asks: [] }
    this.#message = next
    return next
  }

  /** @returns false for a change that the snapshot read before already contains */
  #isInOrder(time: number, isSnapshot: boolean): boolean {
    if (time >= this.#latest) {
      this.#rows.checkOrder(time)
      this.#latest = time
      this.#isFirstPart = false
      return true
    }
    if (this.#isFirstPart && !isSnapshot && this.#lastId !== undefined) {
      this.#rows.notes.add('rows from before the snapshot were left out')
      return false
    }
    const message = `expected times in order, found ${isoTime(time)} after ${isoTime(this.#latest)}`
    throw this.#rows.position.error('DATA_OUT_OF_ORDER', message)
  }

  #isSnapshot(cells: readonly string[]): boolean {
    const text = this.#rows.cell(cells, 'updateType').toLowerCase()
    if (text === 'snap' || text === 'set') return text === 'snap'
    throw this.#rows.position.error('DATA_BAD_FIELD', `expected update_type snap or set, found "${text}"`)
  }

  #id(cells: readonly string[]): number {
    const text = this.#rows.cell(cells, 'lastUpdateId')
    const id = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(id)) return id
    throw this.#rows.position.error('DATA_BAD_FIELD', `expected a last_update_id, found "${text}"`)
  }
}
