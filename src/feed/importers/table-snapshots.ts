/** Tables where each row is the top of the book: Tardis `book_snapshot_5`, `book_snapshot_25`. */
import { BookRows } from './book-rows.ts'
import { SnapshotDiff } from './snapshot-diff.ts'
import type { TableRowReader, TableRows } from './table-rows.ts'

/** Column indices of one level. */
interface LevelColumns {
  readonly price: number
  readonly qty: number
}

export class BookSnapshotRows implements TableRowReader {
  readonly #rows: TableRows
  readonly #book: BookRows
  #diff: SnapshotDiff | undefined
  #bidColumns: readonly LevelColumns[] = []
  #askColumns: readonly LevelColumns[] = []

  constructor(rows: TableRows) {
    this.#rows = rows
    this.#book = new BookRows(rows.sink)
    rows.onHole = (time) => {
      if (this.#diff === undefined) return
      rows.gaps++
      this.#diff = undefined
      this.#book.clear(0, time)
    }
  }

  startFile(names: readonly string[]): void {
    this.#bidColumns = levelColumns(names, 'bids')
    this.#askColumns = levelColumns(names, 'asks')
  }

  row(cells: readonly string[]): void {
    const times = this.#rows.times(cells)
    const bids = this.#levels(cells, this.#bidColumns, 1)
    const asks = this.#levels(cells, this.#askColumns, -1)
    const depth = Math.max(this.#bidColumns.length, this.#askColumns.length)
    this.#rows.notes.once(`levels beyond the ${depth} of a snapshot keep the quantity seen last`)
    if (this.#diff === undefined) {
      this.#diff = new SnapshotDiff(depth)
      this.#diff.apply(bids, asks)
      this.#book.snapshot({ ...times, bids, asks })
    } else {
      this.#book.diff({ ...times, ...this.#diff.apply(bids, asks) })
    }
  }

  endFile(): void {}

  /** @param sign 1 where a higher price is better */
  #levels(cells: readonly string[], columns: readonly LevelColumns[], sign: 1 | -1): number[] {
    const flat: number[] = []
    for (const column of columns) {
      const priceText = cells[column.price] ?? ''
      if (priceText === '') break
      const price = this.#rows.grid.price(priceText)
      const before = flat.at(-2)
      if (before !== undefined && (before - price) * sign <= 0) {
        throw this.#rows.position.error('DATA_BAD_BOOK', `expected levels best first, found ${priceText}`)
      }
      flat.push(price, this.#rows.grid.qty(cells[column.qty] ?? ''))
    }
    return flat
  }
}

function levelColumns(names: readonly string[], side: 'bids' | 'asks'): readonly LevelColumns[] {
  const columns: LevelColumns[] = []
  for (;;) {
    const price = names.indexOf(`${side}[${columns.length}].price`)
    const qty = names.indexOf(`${side}[${columns.length}].amount`)
    if (price === -1 || qty === -1) return columns
    columns.push({ price, qty })
  }
}
