/**
 * What is traded: its price and quantity grids, and what a quantity is worth at a price, in whole quanta of money.
 *
 * Spot and linear: price × quantity × contractSize, exact. Inverse, whose contracts are a fixed sum of the quote
 * currency and settle in the base currency: quantity × contractSize ÷ price, rounded toward zero.
 */

import { decimalOf, parseDecimal, stepsOf } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import { mulDivTrunc } from '../core/mul-div.ts'
import {
  exactProduct,
  type MoneyQuanta,
  moneyQuanta,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
} from '../core/units.ts'

/**
 * `spot` cannot be sold short; `linear` is a perpetual or future settled in its quote currency, `inverse` one settled in
 * its base currency.
 */
export type InstrumentKind = 'spot' | 'linear' | 'inverse'
export const instrumentKinds = ['spot', 'linear', 'inverse'] as const satisfies readonly InstrumentKind[]

/** Decimal fields are plain decimal text, so that no precision is lost between file, config and report. */
export interface InstrumentSpec {
  /** Upper case, as the venue writes it: `BTCUSDT`. Unique within a run. */
  readonly id: string
  /** Where it was recorded: `binance-usdm`, `binance-spot`, `synthetic`, `unknown`. */
  readonly venue: string
  readonly kind: InstrumentKind
  readonly baseCurrency: string
  readonly settleCurrency: string
  /** Smallest price step, > 0. */
  readonly tickSize: string
  /** Smallest quantity step, > 0. */
  readonly lotSize: string
  /** Smallest value of an order, in settlement currency; `0` when there is none. */
  readonly minNotional: string
  /**
   * Per unit of quantity: units of base currency (`1` for spot and most linear contracts), of an inverse contract units
   * of quote currency (`1` where quantities are in dollars, else 10 or 100).
   */
  readonly contractSize: string
  /**
   * Smallest amount of settlement currency that is accounted for; divides tickSize × lotSize × contractSize, of an
   * inverse contract lotSize × contractSize ÷ tickSize.
   */
  readonly settleQuantum: string
}

/** An `InstrumentSpec` with its conversions worked out once. */
export class Instrument {
  readonly spec: InstrumentSpec
  readonly id: string
  readonly isInverse: boolean
  /**
   * Value of one tick × one lot in money quanta: a whole even number, so that half a tick × one lot is exact too.
   * NaN for an inverse contract, where there is no such number: use the methods below.
   */
  readonly quantaPerTickLot: number
  /** Inverse: value of one lot at a price of one tick, in money quanta; at p ticks it is worth a p-th of it. Else NaN. */
  readonly quantaTicksPerLot: number
  /** Money quanta per unit of what `costOf` counts in. */
  readonly quantaPerCost: number
  readonly minNotionalQuanta: MoneyQuanta
  /** As doubles, for display, strategies and analysis only. */
  readonly tickSize: number
  readonly lotSize: number
  readonly settleQuantum: number

  constructor(spec: InstrumentSpec) {
    this.spec = spec
    this.id = spec.id
    this.isInverse = spec.kind === 'inverse'
    this.quantaPerTickLot = this.isInverse ? Number.NaN : linearUnit(spec)
    this.quantaTicksPerLot = this.isInverse ? inverseUnit(spec) : Number.NaN
    this.quantaPerCost = this.isInverse ? 1 : this.quantaPerTickLot
    this.minNotionalQuanta = moneyQuanta(
      parseDecimal(spec.minNotional).div(spec.settleQuantum).ceil().toNumber(),
    )
    this.tickSize = Number(spec.tickSize)
    this.lotSize = Number(spec.lotSize)
    this.settleQuantum = Number(spec.settleQuantum)
  }

  /** @throws {ConfigError} PRICE_OFF_GRID when `price` is not a whole number of ticks */
  parsePrice(price: string): PriceTicks {
    const ticks = stepsOf(price, this.spec.tickSize)
    if (ticks === undefined) {
      throw new ConfigError(
        'PRICE_OFF_GRID',
        `price ${price} is not a multiple of the tick size ${this.spec.tickSize} of ${this.id}`,
      )
    }
    return priceTicks(ticks)
  }

  /** @throws {ConfigError} QTY_OFF_GRID when `qty` is not a whole number of lots */
  parseQty(qty: string): QtyLots {
    const lots = stepsOf(qty, this.spec.lotSize)
    if (lots === undefined) {
      throw new ConfigError(
        'QTY_OFF_GRID',
        `quantity ${qty} is not a multiple of the lot size ${this.spec.lotSize} of ${this.id}`,
      )
    }
    return qtyLots(lots)
  }

  formatPrice(price: PriceTicks): string {
    return decimalOf(price, this.spec.tickSize)
  }

  formatQty(qty: QtyLots): string {
    return decimalOf(qty, this.spec.lotSize)
  }

  formatMoney(amount: MoneyQuanta): string {
    return decimalOf(amount, this.spec.settleQuantum)
  }

  /** Value of a quantity at a price: see the top. Signed like `qty`. */
  notionalQuanta(price: PriceTicks, qty: QtyLots): MoneyQuanta {
    const cost = this.costOf(price, qty)
    return moneyQuanta(this.isInverse ? 0 - cost : exactProduct(cost, this.quantaPerTickLot))
  }

  /**
   * Value at half a price in ticks, so that a mid price fits. Not an exact number any more when it is too large for one:
   * whoever compares it with a limit must ask for `Number.isSafeInteger`.
   */
  valueOf2(priceTimes2: number, qty: number): number {
    if (!this.isInverse) return priceTimes2 * qty * (this.quantaPerTickLot / 2)
    const rough = ((2 * qty) / priceTimes2) * this.quantaTicksPerLot
    return Math.abs(rough) < safeValue ? mulDivTrunc(2 * qty, this.quantaTicksPerLot, priceTimes2) : rough
  }

  /** Worth less than the venue takes in one order. @param price ticks; undefined while none is known: nothing is then */
  isBelowMinNotional(price: number | undefined, lots: number): boolean {
    if (price === undefined || this.minNotionalQuanta === 0) return false
    return this.valueOf2(2 * price, lots) < this.minNotionalQuanta
  }

  /**
   * What `qty` (signed) takes out of the account at a price, so that PnL = cost at the exit − cost at the entry: price ×
   * quantity in tick·lots, exact; of an inverse contract minus its value in quanta, rounded toward zero once, so that
   * mirrored trades mirror each other.
   */
  costOf(price: PriceTicks | number, qty: number): number {
    return this.isInverse ? 0 - mulDivTrunc(qty, this.quantaTicksPerLot, price) : exactProduct(price, qty)
  }

  /** Twice `costOf` at half of `priceTimes2`: an even number, or half a tick is exact. */
  costTimes2(priceTimes2: number, qty: number): number {
    return this.isInverse
      ? 0 - 2 * mulDivTrunc(2 * qty, this.quantaTicksPerLot, priceTimes2)
      : exactProduct(priceTimes2, qty)
  }

  /** @param costTimes2 what `costTimes2` counts in, or a sum or difference of such */
  quantaOfCostTimes2(costTimes2: number): MoneyQuanta {
    return moneyQuanta(
      (this.isInverse ? costTimes2 / 2 : exactProduct(costTimes2, this.quantaPerTickLot / 2)) + 0,
    )
  }

  /**
   * What one lot bought or sold at a price is reserved at, in units of `costOf`, > 0: the price, of an inverse contract
   * the value of the lot, rounded up. A number per lot, so that what is released in parts adds up.
   */
  reservePerLot(price: number): number {
    return this.isInverse ? Math.ceil(this.quantaTicksPerLot / Math.max(1, price)) : price
  }
}

const safeValue = Number.MAX_SAFE_INTEGER / 2

/** @throws {ConfigError} INSTRUMENT_QUANTUM */
function linearUnit({ id, tickSize, lotSize, contractSize, settleQuantum }: InstrumentSpec): number {
  const tickLot = parseDecimal(tickSize).times(lotSize).times(contractSize)
  const quanta = tickLot.div(settleQuantum)
  if (quanta.isInteger() && quanta.gte(2) && quanta.mod(2).isZero()) return quanta.toNumber()
  throw new ConfigError(
    'INSTRUMENT_QUANTUM',
    `${id}: settleQuantum ${settleQuantum} does not divide half of tick × lot × contract = ${tickLot.toFixed()}`,
  )
}

/** @throws {ConfigError} INSTRUMENT_QUANTUM */
function inverseUnit({ id, tickSize, lotSize, contractSize, settleQuantum }: InstrumentSpec): number {
  const lot = parseDecimal(lotSize).times(contractSize).div(tickSize)
  const quanta = lot.div(settleQuantum)
  if (quanta.isInteger() && quanta.gte(1) && quanta.lte(Number.MAX_SAFE_INTEGER)) return quanta.toNumber()
  throw new ConfigError(
    'INSTRUMENT_QUANTUM',
    `${id}: settleQuantum ${settleQuantum} does not divide lot × contract ÷ tick = ${lot.toFixed()}`,
  )
}

/**
 * A power of ten that divides what the instrument is counted in, at most 1e-8. Linear: half of tick × lot × contract;
 * half, because a mid price may lie between two ticks. Inverse: lot × contract ÷ tick.
 */
export function defaultSettleQuantum({
  kind,
  tickSize,
  lotSize,
  contractSize,
}: Pick<InstrumentSpec, 'kind' | 'tickSize' | 'lotSize' | 'contractSize'>): string {
  const lot = parseDecimal(lotSize).times(contractSize)
  const decimals =
    kind === 'inverse' ? lot.div(tickSize).decimalPlaces() : lot.times(tickSize).decimalPlaces() + 1
  return parseDecimal('1')
    .div(`1e${Math.max(8, decimals)}`)
    .toFixed()
}
