/** Finds the price and quantity grid of an instrument from prices and quantities seen in its data. */
import { plainDecimal } from './decimal-steps.ts'

/** Whole digits, and the decimals without their trailing zeros. */
const plainPattern = /^(\d+)(?:\.(\d*?)0*)?$/
/** Fewer different prices than this may share a divisor by chance. */
const distinctForDivisor = 100
/** In one row, so that sums over many rows stay exact. */
const mostLots = 1e13
/** Steps of real venues are one of these times a power of ten. */
const mantissas = [25, 5, 2] as const

export class GridSample {
  /** Greatest common divisor of all prices, in units of 10^-#priceDecimals; 0 before the first. */
  #divisor = 0
  #priceDecimals = 0
  readonly #distinct = new Set<string>()
  /** How many quantities have this many decimals. */
  readonly #qtyDecimals = new Map<number, number>()
  #quantities = 0
  #largestQty = 0

  /** Text that is not a positive plain decimal is left to the import itself, which names its line. */
  addPrice(text: string): void {
    const price = unitsOf(text)
    if (price === undefined || price.units === 0) return
    if (this.#distinct.size < distinctForDivisor) this.#distinct.add(`${price.units}e-${price.decimals}`)
    const common = Math.max(price.decimals, this.#priceDecimals)
    this.#divisor = gcd(
      scaled(this.#divisor, common - this.#priceDecimals),
      scaled(price.units, common - price.decimals),
    )
    this.#priceDecimals = common
  }

  addQty(text: string): void {
    const qty = unitsOf(text)
    if (qty === undefined || qty.units === 0) return
    this.#qtyDecimals.set(qty.decimals, (this.#qtyDecimals.get(qty.decimals) ?? 0) + 1)
    this.#quantities++
    this.#largestQty = Math.max(this.#largestQty, Number(plainDecimal(text)))
  }

  /** A decimal that divides every price seen; undefined before the first price. */
  priceDivisor(): string | undefined {
    return this.#divisor === 0 ? undefined : decimalText(this.#divisor, this.#priceDecimals)
  }

  /** The coarsest usual step that every price seen lies on, by decimals alone when few different prices were seen. */
  tickSize(): string | undefined {
    if (this.#divisor === 0) return undefined
    if (this.#distinct.size < distinctForDivisor) return decimalText(1, this.#priceDecimals)
    let power = 1
    while (this.#divisor % (power * 10) === 0) power *= 10
    const mantissa = mantissas.find((m) => this.#divisor % (power * m) === 0) ?? 1
    return decimalText(power * mantissa, this.#priceDecimals)
  }

  /**
   * The coarsest 10^-n, n ≥ 0, that at most `tolerance` (0–1) of the quantities seen are finer than.
   * A few quantities of Binance's spot books carry more decimals than the lot; a tape of trades must lose none.
   */
  lotSize(tolerance: number): string | undefined {
    if (this.#quantities === 0) return undefined
    let decimals = Math.max(...this.#qtyDecimals.keys())
    let finer = this.#qtyDecimals.get(decimals) ?? 0
    while (decimals > 0) {
      const isTooFine = scaled(this.#largestQty, decimals) > mostLots
      if (!isTooFine && finer > tolerance * this.#quantities) break
      decimals--
      finer += this.#qtyDecimals.get(decimals) ?? 0
    }
    return decimalText(1, decimals)
  }

  /** Share of the quantities seen, 0–1, with more decimals than the power of ten `step`. */
  shareFinerThan(step: string): number {
    const limit = unitsOf(step)?.decimals ?? 0
    let finer = 0
    for (const [decimals, count] of this.#qtyDecimals) if (decimals > limit) finer += count
    return this.#quantities === 0 ? 0 : finer / this.#quantities
  }
}

/** `units` is not exact above 2^53, which only weakens the divisor to 1. */
function unitsOf(text: string): { units: number; decimals: number } | undefined {
  const match = plainPattern.exec(plainDecimal(text))
  if (match === null) return undefined
  const [, whole = '', fraction = ''] = match
  return { units: Number(whole + fraction), decimals: fraction.length }
}

function scaled(value: number, decimals: number): number {
  let result = value
  for (let i = 0; i < decimals; i++) result *= 10
  return result
}

function gcd(a: number, b: number): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b)) return 1
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}

/** units × 10^-decimals without trailing zeros. */
function decimalText(units: number, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, '0')
  if (decimals === 0) return digits
  const fraction = digits.slice(-decimals).replace(/0+$/, '')
  const whole = digits.slice(0, -decimals)
  return fraction === '' ? whole : `${whole}.${fraction}`
}
