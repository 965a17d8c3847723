/** Prices and quantities of one source as ticks and lots, with the complaints and the counting that go with it. */
import { parseDecimal } from '../core/decimal.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import { DecimalSteps, isPrintedDouble, plainDecimal } from './decimal-steps.ts'
import type { SourcePosition } from './source-position.ts'

export class InstrumentGrid {
  /** Quantities finer than the lot, rounded down. */
  offLotQuantities = 0
  readonly #ticks: DecimalSteps
  readonly #halfTicks: DecimalSteps
  readonly #lots: DecimalSteps
  readonly #position: SourcePosition

  constructor(spec: InstrumentSpec, position: SourcePosition) {
    this.#ticks = new DecimalSteps(spec.tickSize)
    this.#halfTicks = new DecimalSteps(parseDecimal(spec.tickSize).div(2).toFixed())
    this.#lots = new DecimalSteps(spec.lotSize)
    this.#position = position
  }

  /** Ticks, > 0. @throws {DataError} for anything but a positive decimal on the grid */
  price(text: string): number {
    const ticks = this.#ticks.exact(text) ?? this.#ticks.exact(meantBy(text))
    if (ticks === undefined || ticks <= 0) throw this.#priceError(text)
    return ticks
  }

  /** Ticks, ≥ 0, to the nearest: a mark price is an average and lies on no grid. @throws {DataError} */
  nearestPrice(text: string): number {
    const halves = this.#halfTicks.floor(plainDecimal(text))
    if (halves === undefined) throw this.#priceError(text)
    return Math.floor((halves + 1) / 2)
  }

  /** Lots, ≥ 0, rounded down and counted when finer than the lot. @throws {DataError} for anything but a decimal ≥ 0 */
  qty(text: string): number {
    const lots = this.#lots.exact(text)
    if (lots !== undefined) return lots
    const plain = meantBy(text)
    const rounded = this.#lots.floor(plain)
    if (rounded === undefined) throw this.#qtyError(text)
    if (this.#lots.exact(plain) === undefined) this.offLotQuantities++
    return rounded
  }

  #priceError(text: string): Error {
    const plain = plainDecimal(text)
    if (!/^[+-]?\d*\.?\d+$/.test(plain)) {
      return this.#position.error('DATA_BAD_PRICE', `expected a price, found ${JSON.stringify(text)}`)
    }
    if (Number(plain) <= 0) {
      return this.#position.error('DATA_BAD_PRICE', `expected a price above zero, found ${text}`)
    }
    return this.#position.error(
      'DATA_PRICE_OFF_GRID',
      `expected a multiple of the tick size ${this.#ticks.step}, found price ${text}; pass --tick to set a finer one`,
    )
  }

  #qtyError(text: string): Error {
    const expected = Number(text) < 0 ? 'a quantity of zero or more' : 'a quantity'
    return this.#position.error('DATA_BAD_QUANTITY', `expected ${expected}, found ${JSON.stringify(text)}`)
  }
}

/** Digits beyond a double's are noise only when a double printed them: else the value is finer than the grid. */
function meantBy(text: string): string {
  return /[eE]/.test(text) || isPrintedDouble(text) ? plainDecimal(text) : text
}
