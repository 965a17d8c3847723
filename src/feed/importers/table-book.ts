/** Tables of book changes with snapshot rows among them: Tardis `incremental_book_L2`. */
import { type SideCode, sideCode } from '../../model/tape.ts'
import type { SourcePosition } from '../source-position.ts'
import { BookRows } from './book-rows.ts'
import type { RowTimes, TableRowReader, TableRows } from './table-rows.ts'

const sides: Readonly<Record<string, SideCode>> = {
  bid: sideCode.buy,
  buy: sideCode.buy,
  b: sideCode.buy,
  ask: sideCode.sell,
  sell: sideCode.sell,
  a: sideCode.sell,
}

/** @throws {DataError} DATA_BAD_SIDE */
export function bookSideOf(text: string, position: SourcePosition): SideCode {
  const side = sides[text.toLowerCase()]
  if (side !== undefined) return side
  throw position.error('DATA_BAD_SIDE', `expected bid or ask, found ${JSON.stringify(text)}`)
}

interface Message extends RowTimes {
  readonly isSnapshot: boolean
  /** Flat levels in ticks and lots. */
  readonly bids: number[]
  readonly asks: number[]
}

/**
 * Rows with the same two times are one message. A snapshot row after other rows means that the recorder lost its
 * connection: the book is forgotten and built anew (https://docs.tardis.dev, incremental_book_L2, read 2025-11).
 */
export class BookDiffRows implements TableRowReader {
  readonly #rows: TableRows
  readonly #book: BookRows
  #message: Message | undefined
  /** Whether the message before this one was a snapshot; undefined before the first snapshot. */
  #wasSnapshot: boolean | undefined

  constructor(rows: TableRows) {
    this.#rows = rows
    this.#book = new BookRows(rows.sink)
    rows.onHole = (time) => this.#end(time)
  }

  row(cells: readonly string[]): void {
    const times = this.#rows.times(cells)
    const isSnapshot = this.#isSnapshot(cells)
    const message = this.#messageFor(times, isSnapshot)
    const price = this.#rows.grid.price(this.#rows.cell(cells, 'price'))
    const qty = this.#rows.grid.qty(this.#rows.cell(cells, 'qty'))
    const side = bookSideOf(this.#rows.cell(cells, 'side'), this.#rows.position)
    const levels = side === sideCode.buy ? message.bids : message.asks
    levels.push(price, qty)
  }

  startFile(): void {}

  endFile(): void {
    const message = this.#message
    this.#message = undefined
    if (message === undefined) return
    if (message.isSnapshot && this.#wasSnapshot !== true) {
      if (this.#wasSnapshot === false) this.#rows.notes.add('times the book was replaced by a new snapshot')
      this.#book.snapshot(message)
    } else if (this.#wasSnapshot === undefined) {
      this.#rows.notes.add('book messages came before the first snapshot and were left out')
      return
    } else {
      this.#book.diff(message)
    }
    this.#wasSnapshot = message.isSnapshot
  }

  /** What was known may have changed unseen. */
  #end(time: number): void {
    this.endFile()
    if (this.#wasSnapshot === undefined) return
    this.#rows.gaps++
    this.#book.clear(0, time)
    this.#wasSnapshot = undefined
  }

  #messageFor(times: RowTimes, isSnapshot: boolean): Message {
    const message = this.#message
    const isSame =
      message !== undefined &&
      message.isSnapshot === isSnapshot &&
      message.exchangeTime === times.exchangeTime &&
      message.receiveTime === times.receiveTime
    if (isSame) return message
    this.endFile()
    const next = { ...times, isSnapshot, bids: [], asks: [] }
    this.#message = next
    return next
  }

  #isSnapshot(cells: readonly string[]): boolean {
    const text = this.#rows.cell(cells, 'isSnapshot').toLowerCase()
    if (text === 'true' || text === '1') return true
    if (text === 'false' || text === '0') return false
    throw this.#rows.position.error('DATA_BAD_FIELD', `expected is_snapshot true or false, found "${text}"`)
  }
}
