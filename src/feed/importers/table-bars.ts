/**
 * Tables of bars. Each bar becomes four points in the order of the shortest path: open, the extreme nearer to the open,
 * the other one, close. Their exchange times are the bar's open, a third, two thirds, and one millisecond before its
 * end (Binance's close time). Each carries a quarter of the volume, the close also the rest. All four are received
 * together at that last moment: nothing of a bar is known before.
 */
import { rowKind, sideCode } from '../../model/tape.ts'
import { isoTime } from '../parse-time.ts'
import type { TableRowReader, TableRows } from './table-rows.ts'

interface BarPrices {
  /** Ticks. */
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

/** Before the end of the bar, in microseconds. */
const closeBeforeEnd = 1_000

export class BarRows implements TableRowReader {
  readonly #rows: TableRows
  readonly #barUs: number
  /** Open time of the next bar, if none is missing. */
  #expected: number | undefined

  constructor(rows: TableRows, barUs: number) {
    this.#rows = rows
    this.#barUs = barUs
  }

  row(cells: readonly string[]): void {
    const openTime = this.#openTime(cells)
    this.#checkPlace(openTime)
    this.#expected = openTime + this.#barUs
    const prices = this.#prices(cells)
    const volume = this.#rows.grid.qty(this.#rows.cell(cells, 'volume'))
    const lowFirst = isLowFirst(prices)
    const closeTime = openTime + this.#barUs - closeBeforeEnd
    const third = openTime + Math.floor(this.#barUs / 3)
    const twoThirds = openTime + Math.floor((2 * this.#barUs) / 3)
    const { barOpen, barHigh, barLow, barClose } = rowKind
    const { buy } = sideCode
    const { sink } = this.#rows
    const [firstKind, secondKind] = lowFirst ? [barLow, barHigh] : [barHigh, barLow]
    const [first, second] = lowFirst ? [prices.low, prices.high] : [prices.high, prices.low]
    const quarter = Math.floor(volume / 4)
    sink.row(barOpen, buy, openTime, closeTime, prices.open, quarter, true)
    sink.row(firstKind, buy, third, closeTime, first, quarter, true)
    sink.row(secondKind, buy, twoThirds, closeTime, second, quarter, true)
    sink.row(barClose, buy, closeTime, closeTime, prices.close, volume - 3 * quarter, true)
  }

  startFile(): void {
    if (!this.#rows.has('closeTime')) {
      this.#rows.notes.once(
        'the time of a bar is taken for its start; a file that stamps the end looks into the future',
      )
    }
  }

  endFile(): void {}

  #openTime(cells: readonly string[]): number {
    if (this.#rows.has('time')) return this.#rows.time(cells, 'time')
    return barEndOf(this.#rows.time(cells, 'closeTime')) - this.#barUs
  }

  #checkPlace(openTime: number): void {
    this.#rows.checkOrder(openTime)
    const expected = this.#expected
    if (expected === undefined || openTime === expected) return
    if (openTime < expected) {
      const found = `one at ${isoTime(openTime)}, less than ${this.#barUs / 1_000_000} s after the one before it`
      throw this.#rows.position.error('DATA_BAR_OVERLAP', `expected bars that do not overlap, found ${found}`)
    }
    this.#rows.notes.add('bars are missing', Math.round((openTime - expected) / this.#barUs))
  }

  #prices(cells: readonly string[]): BarPrices {
    const { grid } = this.#rows
    const open = grid.price(this.#rows.cell(cells, 'open'))
    const high = grid.price(this.#rows.cell(cells, 'high'))
    const low = grid.price(this.#rows.cell(cells, 'low'))
    const close = grid.price(this.#rows.cell(cells, 'close'))
    if (high < Math.max(open, close) || low > Math.min(open, close)) {
      throw this.#rows.position.error(
        'DATA_BAD_BAR',
        `expected open and close between low and high, found ${cells.join(', ')}`,
      )
    }
    return { open, high, low, close }
  }
}

/** Where both are equally far, the path that ends in the direction of the close. */
function isLowFirst({ open, high, low, close }: BarPrices): boolean {
  const [up, down] = [high - open, open - low]
  return up === down ? close >= open : down < up
}

/** A close time may be the last instant of the bar (…59.999) or the first one after it. */
export function barEndOf(closeTime: number): number {
  return Math.ceil(closeTime / 1_000_000) * 1_000_000
}
