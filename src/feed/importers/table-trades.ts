/** Tables of public prints. */
import { rowKind, type SideCode, sideCode } from '../../model/tape.ts'
import type { TableRowReader, TableRows } from './table-rows.ts'
import { TradeIds } from './trade-ids.ts'

const sideNames: Readonly<Record<string, SideCode>> = {
  buy: sideCode.buy,
  b: sideCode.buy,
  bid: sideCode.buy,
  buyer: sideCode.buy,
  '1': sideCode.buy,
  sell: sideCode.sell,
  s: sideCode.sell,
  a: sideCode.sell,
  ask: sideCode.sell,
  seller: sideCode.sell,
  '-1': sideCode.sell,
}

const makerNames: Readonly<Record<string, SideCode>> = {
  true: sideCode.sell,
  '1': sideCode.sell,
  false: sideCode.buy,
  '0': sideCode.buy,
}

export class TradeRows implements TableRowReader {
  readonly #rows: TableRows
  readonly #ids: TradeIds
  #lastPrice = 0
  #lastSide: SideCode = sideCode.buy

  constructor(rows: TableRows) {
    this.#rows = rows
    this.#ids = new TradeIds(rows.notes)
  }

  row(cells: readonly string[]): void {
    const { exchangeTime, receiveTime } = this.#rows.times(cells)
    if (this.#ids.isRepeated(this.#rows.cell(cells, 'tradeId'))) return
    const price = this.#rows.grid.price(this.#rows.cell(cells, 'price'))
    const qty = this.#rows.grid.qty(this.#rows.cell(cells, 'qty'))
    if (qty === 0) {
      this.#rows.notes.add('trades of less than a lot were left out')
      return
    }
    const side = this.#side(cells, price)
    this.#lastPrice = price
    this.#lastSide = side
    this.#rows.sink.row(rowKind.trade, side, exchangeTime, receiveTime, price, qty, true)
  }

  startFile(): void {}

  endFile(): void {
    this.#ids.finish()
  }

  #side(cells: readonly string[], price: number): SideCode {
    const maker = this.#rows.cell(cells, 'buyerIsMaker').toLowerCase()
    const named = this.#rows.cell(cells, 'side').toLowerCase()
    const side = makerNames[maker] ?? sideNames[named]
    if (side !== undefined) return side
    const isUnknown = maker === '' && ['', 'unknown', 'none', 'null', 'nan'].includes(named)
    if (!isUnknown) {
      const found = JSON.stringify(maker === '' ? named : maker)
      throw this.#rows.position.error('DATA_BAD_SIDE', `expected the side of a trade, found ${found}`)
    }
    this.#rows.notes.add(
      'trades do not say who was the aggressor: a rise is taken for a buy, a fall for a sell',
    )
    if (price === this.#lastPrice || this.#lastPrice === 0) return this.#lastSide
    return price > this.#lastPrice ? sideCode.buy : sideCode.sell
  }
}
