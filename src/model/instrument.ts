/** What is traded: its price and quantity grids, and how many quanta of money one tick times one lot is worth. */

import { decimalOf, parseDecimal, stepsOf } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import {
  exactProduct,
  type MoneyQuanta,
  moneyQuanta,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
} from '../core/units.ts'

/** `spot` cannot be sold short; `linear` is a perpetual or future settled in its quote currency. */
export type InstrumentKind = 'spot' | 'linear'

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
  /** Smallest price × quantity × contractSize of an order, in settlement currency; `0` when there is none. */
  readonly minNotional: string
  /** Units of base currency per contract; `1` for spot and most linear contracts. */
  readonly contractSize: string
  /** Smallest amount of settlement currency that is accounted for; divides tickSize × lotSize × contractSize. */
  readonly settleQuantum: string
}

/** An `InstrumentSpec` with its conversions worked out once. */
export class Instrument {
  readonly spec: InstrumentSpec
  readonly id: string
  /** Value of one tick × one lot in money quanta: a whole even number, so that half a tick × one lot is exact too. */
  readonly quantaPerTickLot: number
  readonly minNotionalQuanta: MoneyQuanta
  /** As doubles, for display, strategies and analysis only. */
  readonly tickSize: number
  readonly lotSize: number
  readonly settleQuantum: number

  constructor(spec: InstrumentSpec) {
    const tickLot = parseDecimal(spec.tickSize).times(spec.lotSize).times(spec.contractSize)
    const quanta = tickLot.div(spec.settleQuantum)
    if (!quanta.isInteger() || quanta.lt(2) || !quanta.mod(2).isZero()) {
      throw new ConfigError(
        'INSTRUMENT_QUANTUM',
        `${spec.id}: settleQuantum ${spec.settleQuantum} does not divide half of tick × lot × contract = ${tickLot.toFixed()}`,
      )
    }
    this.spec = spec
    this.id = spec.id
    this.quantaPerTickLot = quanta.toNumber()
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

  /** Price × quantity × contract size. Signed like `qty`; exact. */
  notionalQuanta(price: PriceTicks, qty: QtyLots): MoneyQuanta {
    return moneyQuanta(exactProduct(exactProduct(price, qty), this.quantaPerTickLot))
  }
}

/** A power of ten that divides half of tick × lot × contract, at most 1e-8: half, because a mid price may lie between two ticks. */
export function defaultSettleQuantum(tickSize: string, lotSize: string, contractSize: string): string {
  const tickLot = parseDecimal(tickSize).times(lotSize).times(contractSize)
  return parseDecimal('1')
    .div(`1e${Math.max(8, tickLot.decimalPlaces() + 1)}`)
    .toFixed()
}
