/**
 * Our account as the venue keeps it: every fill when it is made, not when we hear of it, valued at the venue's own mark
 * prices. It knows what funding costs, when the margin has run out, and the prices at which it will have.
 */
import { mulDivCeil } from '../core/mul-div.ts'
import { type MoneyQuanta, moneyQuanta, type PriceTicks, priceTicks, qtyLots, timeUs } from '../core/units.ts'
import { fundingRateUnit } from '../model/account-report.ts'
import type { Liquidity } from '../model/execution-report.ts'
import type { Fill } from '../model/fill.ts'
import type { Instrument } from '../model/instrument.ts'
import type { Side } from '../model/order.ts'
import { MarginTable, type MarginTier, marginRateUnit } from './margin.ts'
import type { PositionTracker } from './position-tracker.ts'

export interface MarginSettings {
  readonly tiers: readonly MarginTier[]
  /** Of the value closed, on top of the taker fee; in parts of `marginRateUnit`. */
  readonly liquidationFee: number
}

export interface VenueAccountOptions {
  readonly instruments: readonly Instrument[]
  /** Valued at the venue's marks; nobody else applies anything to it. */
  readonly positions: PositionTracker
  /** Undefined: nobody is liquidated. */
  readonly margin: MarginSettings | undefined
}

/** One execution, in ticks and lots, at an exchange time in microseconds. */
interface Execution {
  readonly instrument: number
  readonly side: Side
  readonly tick: number
  readonly lots: number
  readonly tradeId: number
  readonly at: number
}

export class VenueAccount {
  private readonly instruments: readonly Instrument[]
  private readonly positions: PositionTracker
  private readonly table: MarginTable | undefined
  private readonly liquidationFee: number
  private owedFees = 0

  constructor({ instruments, positions, margin }: VenueAccountOptions) {
    this.instruments = instruments
    this.positions = positions
    this.table = margin && new MarginTable(margin.tiers)
    this.liquidationFee = margin?.liquidationFee ?? 0
  }

  get isFlat(): boolean {
    return this.instruments.every((_, index) => this.qty(index) === 0)
  }

  qty(instrument: number): number {
    return this.positions.position(instrument).qty
  }

  equity(): MoneyQuanta {
    return this.positions.equity()
  }

  applyFill(fill: Execution & { readonly liquidity: Liquidity }): void {
    const { instrument, tick, lots, liquidity, at } = fill
    const { positions } = this
    const price = priceTicks(tick)
    const feeBase = positions.feeBaseOf(instrument, fill.side, qtyLots(lots), liquidity, at)
    const fee =
      feeBase === undefined
        ? positions.feeOf(instrument, price, qtyLots(lots), liquidity, at)
        : positions.feeBaseValue(instrument, feeBase, price)
    positions.apply({ ...fillOf(fill, liquidity, fee, at), feeBase })
  }

  /** Value at the mark × rate, rounded toward +∞: what is paid never too low, what is received never too high. */
  payFunding(instrument: number, rate: number, markTimes2: number): MoneyQuanta {
    const traded = this.instrument(instrument)
    const value = moneyQuanta(traded.valueOf2(markTimes2, this.qty(instrument)))
    const amount = moneyQuanta(mulDivCeil(value, rate, fundingRateUnit))
    this.positions.applyFunding(instrument, amount)
    return amount
  }

  isLiquidated(): boolean {
    return !this.isFlat && this.positions.equity() <= this.maintenance()
  }

  /** Of all positions, at their marks. */
  maintenance(): MoneyQuanta {
    let sum = 0
    for (let index = 0; index < this.instruments.length; index++) {
      if (this.qty(index) !== 0) sum += this.maintenanceAt(index, this.positions.markOf(index))
    }
    return moneyQuanta(sum)
  }

  /**
   * Twice the mark price at which the account is liquidated while all other marks stay; undefined when no price does it.
   */
  liquidationMarkTimes2(instrument: number): number | undefined {
    const others = this.equityWithout(instrument)
    const mark = this.positions.markOf(instrument)
    const owed = this.maintenance() - this.maintenanceAt(instrument, mark)
    const isSafe = (markTimes2: number): boolean =>
      others + this.positions.unrealized(instrument, markTimes2) >
      owed + this.maintenanceAt(instrument, markTimes2)
    return this.worstWhere(instrument, 2, isSafe)
  }

  /** Price at which closing the position would leave nothing, its taker fee paid, rounded so that nothing is owed. @param at exchange time */
  bankruptcyPrice(instrument: number, at: number): PriceTicks {
    const others = this.equityWithout(instrument)
    const lots = qtyLots(Math.abs(this.qty(instrument)))
    const isBroke = (tick: number): boolean => {
      const fee = this.positions.feeOf(instrument, priceTicks(tick), lots, 'taker', at)
      return others + this.positions.unrealized(instrument, 2 * tick) - Math.max(0, fee) < 0
    }
    // The price nearest to the market at which it is broke lies one tick beyond the last at which it is not.
    const first = this.worstWhere(instrument, 1, (tick) => !isBroke(tick))
    const isLong = this.qty(instrument) > 0
    if (first === undefined) return priceTicks(isLong ? 1 : this.highest(instrument))
    return priceTicks(Math.max(1, isLong ? first + 1 : first - 1))
  }

  /** A trade that closes a part of a position; what it costs is owed until `settleFees`. */
  close(trade: Execution): void {
    const { instrument, tick, lots, at } = trade
    const price = priceTicks(tick)
    const value = this.instrument(instrument).notionalQuanta(price, qtyLots(lots))
    this.owedFees +=
      this.positions.feeOf(instrument, price, qtyLots(lots), 'taker', at) +
      mulDivCeil(value, this.liquidationFee, marginRateUnit)
    this.positions.apply(fillOf(trade, 'taker', moneyQuanta(0), at))
  }

  /** Of all trades that closed a position. Capped by what is left: an account never owes the venue. */
  settleFees(instrument: number): MoneyQuanta {
    const fee = moneyQuanta(Math.max(0, Math.min(this.owedFees, this.positions.equity())))
    this.owedFees = 0
    this.positions.applyFee(instrument, fee)
    return fee
  }

  private equityWithout(instrument: number): number {
    const { positions } = this
    return positions.equity() - positions.unrealized(instrument, positions.markOf(instrument))
  }

  private maintenanceAt(instrument: number, markTimes2: number): number {
    const value = Math.abs(this.instrument(instrument).valueOf2(markTimes2, this.qty(instrument)))
    return this.table === undefined ? 0 : this.table.maintenanceOf(moneyQuanta(value))
  }

  /**
   * Of the prices (in ticks × `scale`) at which `isGood` is false, the one nearest to the profitable side: the highest for
   * a long, the lowest for a short. `isGood` changes once along the prices.
   */
  private worstWhere(
    instrument: number,
    scale: number,
    isGood: (price: number) => boolean,
  ): number | undefined {
    const isLong = this.qty(instrument) > 0
    let low = 0
    let high = this.highest(instrument) * scale
    // Long: `low` is bad or 0, `high` is good. Short: `low` is good or 0, `high` is bad.
    if (isGood(high) !== isLong) return isLong ? high : undefined
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (isGood(middle) === isLong) high = middle
      else low = middle
    }
    if (isLong) return low === 0 ? undefined : low
    return high
  }

  /** A price beyond all that can come: as high as money can be counted exactly, at most a thousand times the mark. */
  private highest(instrument: number): number {
    const { quantaPerCost, isInverse } = this.instrument(instrument)
    const mark = this.positions.markOf(instrument) / 2
    const most = Math.ceil(mark * 1000)
    if (isInverse) return most
    const countable = Number.MAX_SAFE_INTEGER / 4 / (Math.abs(this.qty(instrument)) * quantaPerCost)
    return Math.max(Math.ceil(mark) + 1, Math.min(most, Math.floor(countable)))
  }

  private instrument(index: number): Instrument {
    const found = this.instruments[index]
    if (found === undefined) throw new RangeError(`no instrument ${index}`)
    return found
  }
}

function fillOf(trade: Execution, liquidity: Liquidity, fee: MoneyQuanta, at: number): Fill {
  const { instrument, side, tick, lots, tradeId } = trade
  const time = timeUs(at)
  const what = { instrument, tradeId, side, price: priceTicks(tick), qty: qtyLots(lots), liquidity, fee }
  return { clientOrderId: 0, parentOrderId: undefined, ...what, exchangeTime: time, time }
}
