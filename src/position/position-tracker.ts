/** Fills and funding → positions, realized and unrealized PnL, fees and equity; in exact integers, each fill once. */
import { assert, ConfigError, InvariantError } from '../core/errors.ts'
import { type MoneyQuanta, moneyQuanta, type PriceTicks, type QtyLots } from '../core/units.ts'
import { feeInBase } from '../model/base-fee.ts'
import type { Liquidity } from '../model/execution-report.ts'
import type { Fill } from '../model/fill.ts'
import type { Instrument } from '../model/instrument.ts'
import type { MarketView } from '../model/market-data.ts'
import type { Side } from '../model/order.ts'
import type { Position } from '../model/position.ts'
import { DustPocket } from './dust-pocket.ts'
import type { FeeTiers } from './fee-tiers.ts'
import { type FeeRates, feeOf, rateUnit } from './fees.ts'
import { PositionState } from './position-state.ts'
import { TradeIdSet } from './trade-id-set.ts'

export interface PositionTrackerOptions {
  /** All settled in one currency, with one quantum. */
  readonly instruments: readonly Instrument[]
  /** Initial balance. */
  readonly balance: MoneyQuanta
  /** By instrument. */
  readonly fees: readonly FeeRates[]
  /** By volume, in force instead of `fees`. */
  readonly feeTiers?: FeeTiers | undefined
  /** By instrument: true where a buy pays its fee in the bought coin. Undefined: nowhere. */
  readonly feesReceived?: readonly boolean[] | undefined
  /** By instrument: where positions are valued. */
  readonly markets: readonly Pick<MarketView, 'midTimes2'>[]
}

export class PositionTracker {
  readonly initialBalance: MoneyQuanta
  private readonly instruments: readonly Instrument[]
  private readonly rates: readonly FeeRates[]
  private readonly tiers: FeeTiers | undefined
  private readonly markets: readonly Pick<MarketView, 'midTimes2'>[]
  private readonly states: readonly PositionState[]
  private readonly tradeIds: readonly TradeIdSet[]

  /** @throws {ConfigError} SETTLEMENT_MIXED */
  constructor({ instruments, balance, fees, feeTiers, feesReceived, markets }: PositionTrackerOptions) {
    assert(
      fees.length === instruments.length && markets.length === instruments.length,
      'positions need one fee schedule and one market per instrument',
    )
    requireOneSettlement(instruments)
    this.initialBalance = balance
    this.instruments = instruments
    this.rates = fees
    this.tiers = feeTiers
    this.markets = markets
    this.states = instruments.map(
      (instrument, index) =>
        new PositionState(index, instrument, feesReceived?.[index] ? new DustPocket(instrument) : undefined),
    )
    this.tradeIds = instruments.map(() => new TradeIdSet())
  }

  /**
   * Of a fill that is about to be applied. Positive is a cost, negative a rebate.
   * @param time exchange time of the fill: decides the tier, where fees go by volume
   */
  feeOf(
    instrument: number,
    price: PriceTicks,
    qty: QtyLots,
    liquidity: Liquidity,
    time: number,
  ): MoneyQuanta {
    const notional = at(this.instruments, instrument).notionalQuanta(price, qty)
    return feeOf(notional, this.ratesAt(instrument, time), liquidity)
  }

  /** Of a fill that is about to be applied: what the venue keeps of the bought coin; undefined when it takes money. */
  feeBaseOf(
    instrument: number,
    side: Side,
    qty: QtyLots,
    liquidity: Liquidity,
    time: number,
  ): number | undefined {
    const { pocket } = at(this.states, instrument)
    if (pocket === undefined || side === 'sell') return undefined
    const { maker, taker } = this.ratesAt(instrument, time)
    return feeInBase(qty, liquidity === 'maker' ? maker : taker, rateUnit, pocket.quantaPerLot)
  }

  /** What so much of the bought coin is worth at a price, rounded up. @param feeBase in base quanta */
  feeBaseValue(instrument: number, feeBase: number, price: PriceTicks): MoneyQuanta {
    const { pocket } = at(this.states, instrument)
    assert(pocket !== undefined, 'fees of this instrument are taken in money')
    return moneyQuanta(pocket.feeValue(feeBase, price))
  }

  /** Base quanta of all fees paid in the bought coin; undefined where they are taken in money. */
  feesBase(instrument: number): bigint | undefined {
    return at(this.states, instrument).pocket?.paid
  }

  /** @returns false, and changes nothing, when this trade of this instrument was applied before */
  apply(fill: Fill): boolean {
    if (!at(this.tradeIds, fill.instrument).add(fill.tradeId)) return false
    at(this.states, fill.instrument).apply(fill)
    const value = this.tiers && at(this.instruments, fill.instrument).notionalQuanta(fill.price, fill.qty)
    if (value !== undefined) this.tiers?.add(fill.exchangeTime, value)
    return true
  }

  /** Live: its fields change with the next fill. */
  position(instrument: number): Position {
    return at(this.states, instrument)
  }

  /** At this mark. @param midTimes2 twice the price in ticks */
  unrealized(instrument: number, midTimes2: number): MoneyQuanta {
    return at(this.states, instrument).unrealizedAt(midTimes2)
  }

  /** Σ realized PnL of all instruments, before fees. */
  realized(): MoneyQuanta {
    let sum = 0
    for (const state of this.states) sum += state.realizedPnl
    return moneyQuanta(sum)
  }

  fees(): MoneyQuanta {
    let sum = 0
    for (const state of this.states) sum += state.fees
    return moneyQuanta(sum)
  }

  /** Σ paid, of all instruments; negative was received. */
  funding(): MoneyQuanta {
    let sum = 0
    for (const state of this.states) sum += state.funding
    return moneyQuanta(sum)
  }

  /** A payment for holding the position; positive is a cost. */
  applyFunding(instrument: number, amount: MoneyQuanta): void {
    at(this.states, instrument).charge('funding', amount)
  }

  /** A fee that no fill carries. */
  applyFee(instrument: number, amount: MoneyQuanta): void {
    at(this.states, instrument).charge('fees', amount)
  }

  /** At current mids; a position without a market is valued at its last fill. Reads only markets with a position. */
  unrealizedNow(): MoneyQuanta {
    let sum = 0
    for (const state of this.states) {
      if (!state.isFlat) sum += state.unrealizedAt(this.markTimes2(state))
    }
    return moneyQuanta(sum)
  }

  /** Initial balance + Σ realized − Σ fees − Σ funding + Σ unrealized. */
  equity(): MoneyQuanta {
    let sum: number = this.initialBalance
    for (const state of this.states) {
      sum += state.realizedPnl - state.fees - state.funding
      if (!state.isFlat) sum += state.unrealizedAt(this.markTimes2(state))
    }
    return moneyQuanta(sum)
  }

  /** Signed market value of a position at the mark that `equity` uses. */
  value(instrument: number): MoneyQuanta {
    const state = at(this.states, instrument)
    return state.isFlat ? moneyQuanta(0) : state.valueAt(this.markTimes2(state))
  }

  /** Twice the price in ticks that a position is valued at. */
  markOf(instrument: number): number {
    return this.markTimes2(at(this.states, instrument))
  }

  private ratesAt(instrument: number, time: number): FeeRates {
    return this.tiers?.ratesAt(time) ?? at(this.rates, instrument)
  }

  private markTimes2(state: PositionState): number {
    return at(this.markets, state.instrument).midTimes2() ?? state.lastFillTimes2
  }
}

function at<T>(list: readonly T[], instrument: number): T {
  const found = list[instrument]
  if (found === undefined) throw new InvariantError(`no instrument ${instrument}`)
  return found
}

function requireOneSettlement(instruments: readonly Instrument[]): void {
  const [first] = instruments
  for (const { spec } of instruments) {
    if (first === undefined) return
    const { settleCurrency, settleQuantum } = first.spec
    if (spec.settleCurrency !== settleCurrency || spec.settleQuantum !== settleQuantum) {
      throw new ConfigError(
        'SETTLEMENT_MIXED',
        `${spec.id} settles in ${spec.settleCurrency} by ${spec.settleQuantum}, ` +
          `${first.id} in ${settleCurrency} by ${settleQuantum}: one account keeps one currency and one quantum`,
      )
    }
  }
}
