/** Numbers of ccxt, which are doubles or decimal text, as whole ticks and lots of one instrument. */
import { Decimal } from 'decimal.js'
import { type PriceTicks, priceTicks, type QtyLots, qtyLots } from '../../core/units.ts'
import type { InstrumentSpec } from '../../model/instrument.ts'
import { textOf } from './ccxt-exchange.ts'

/** Parts of a step that a double may be off by, when it was read from text. */
const tolerance = 1e-6

export class NumberGrid {
  private readonly tick: number
  private readonly lot: number
  private readonly priceDecimals: number
  private readonly qtyDecimals: number
  private readonly spec: InstrumentSpec

  constructor(spec: InstrumentSpec) {
    this.spec = spec
    this.tick = Number(spec.tickSize)
    this.lot = Number(spec.lotSize)
    this.priceDecimals = new Decimal(spec.tickSize).decimalPlaces()
    this.qtyDecimals = new Decimal(spec.lotSize).decimalPlaces()
  }

  /** For rows of a book: undefined off the grid. */
  ticksOf(price: number): number | undefined {
    return stepsOf(price, this.tick)
  }

  /** For rows of a book: what is finer than a lot is not there for us. */
  lotsOf(qty: number): number {
    return Math.floor(qty / this.lot + tolerance)
  }

  /** Undefined when there is none, or off the grid. */
  price(value: unknown): PriceTicks | undefined {
    const steps = this.exact(value, this.spec.tickSize)
    return steps === undefined || !steps.isInteger() || steps.isZero()
      ? undefined
      : priceTicks(steps.toNumber())
  }

  /** Rounded toward zero: dust is no lot. Undefined when there is no number. */
  qty(value: unknown): QtyLots | undefined {
    const steps = this.exact(value, this.spec.lotSize)
    return steps === undefined ? undefined : qtyLots(steps.trunc().toNumber() + 0)
  }

  /** For ccxt, which wants doubles: those are exact to 15 digits. */
  priceNumber(ticks: number): number {
    return new Decimal(this.spec.tickSize).times(ticks).toNumber()
  }

  qtyNumber(lots: number): number {
    return new Decimal(this.spec.lotSize).times(lots).toNumber()
  }

  /** Plain decimal text, with the decimals of the step: a double is exact to 15 digits. */
  priceText(ticks: number): string {
    return (ticks * this.tick).toFixed(this.priceDecimals)
  }

  qtyText(lots: number): string {
    return (lots * this.lot).toFixed(this.qtyDecimals)
  }

  private exact(value: unknown, step: string): Decimal | undefined {
    const text = textOf(value)
    if (text === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined
    return new Decimal(text).div(step)
  }
}

function stepsOf(value: number, step: number): number | undefined {
  const steps = Math.round(value / step)
  return Math.abs(value / step - steps) < Math.max(tolerance, steps * 1e-12) ? steps : undefined
}
