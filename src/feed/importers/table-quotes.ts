/** Tables of best bid and offer. An empty or zero quantity says that the side is empty. */
import { rowKind, type SideCode, sideCode } from '../../model/tape.ts'
import type { RowTimes, TableRowReader, TableRows } from './table-rows.ts'

export class QuoteRows implements TableRowReader {
  readonly #rows: TableRows
  /** Of the last quote. */
  #exchangeTime = 0

  constructor(rows: TableRows) {
    this.#rows = rows
    rows.onHole = (time) => {
      rows.gaps++
      rows.sink.row(rowKind.clear, sideCode.buy, this.#exchangeTime, time, 0, 0, true)
    }
  }

  row(cells: readonly string[]): void {
    const times = this.#rows.times(cells)
    const rows = this.#rows
    this.#exchangeTime = times.exchangeTime
    this.#quote(sideCode.buy, times, rows.cell(cells, 'bidPrice'), rows.cell(cells, 'bidQty'))
    this.#quote(sideCode.sell, times, rows.cell(cells, 'askPrice'), rows.cell(cells, 'askQty'))
  }

  startFile(): void {}

  endFile(): void {}

  #quote(side: SideCode, times: RowTimes, priceText: string, qtyText: string): void {
    const qty = qtyText === '' ? 0 : this.#rows.grid.qty(qtyText)
    const price = qty === 0 ? 0 : this.#rows.grid.price(priceText)
    const isLast = side === sideCode.sell
    this.#rows.sink.row(rowKind.quote, side, times.exchangeTime, times.receiveTime, price, qty, isLast)
  }
}
