/**
 * What the venue does to our account by itself: funding at its times, and liquidation. It acts at exact times of its own
 * clock, whether there is market data then or not, after the market data and before the orders of that instant.
 *
 * Mark prices are taken once every `checkUs` while a position is open (venues publish theirs once a second). When equity
 * at the mark prices has fallen to the maintenance margin, every order is canceled and every position is closed: against
 * what is displayed, no worse than the bankruptcy price, and the rest at the bankruptcy price by the insurance fund.
 */
import { type MoneyQuanta, moneyQuanta, priceTicks, qtyLots, timeUs } from '../../core/units.ts'
import type { Fill } from '../../model/fill.ts'
import type { Side } from '../../model/order.ts'
import type { AccountMarket } from './matching-market.ts'
import type { ReportPipe, VenueFill } from './report-pipe.ts'
import type { VenueMarks } from './venue-marks.ts'

/** Our account as the venue keeps it. */
export interface VenueAccount {
  readonly isFlat: boolean
  /** Signed lots. */
  qty(instrument: number): number
  applyFill(fill: VenueFill): void
  /** Books it. @returns what was paid */
  payFunding(instrument: number, rate: number, markTimes2: number): MoneyQuanta
  /** Equity at the mark prices is no more than the maintenance margin. */
  isLiquidated(): boolean
  /** Ticks at which closing the position would leave nothing. */
  bankruptcyPrice(instrument: number, at: number): number
  /** A trade that closes a part of a position. */
  close(trade: ClosingTrade): void
  /** Once all of a position is closed. @returns the fee of all these trades */
  settleFees(instrument: number): MoneyQuanta
}

export type ClosingTrade = Omit<VenueFill, 'liquidity'>

/** One funding of one instrument. */
export interface FundingTime {
  /** Microseconds. */
  readonly at: number
  readonly instrument: number
  /** In parts of `fundingRateUnit`; positive: longs pay. */
  readonly rate: number
}

/** The fundings of a run, in order of time; computed when asked, so that a constant rate needs no end. */
export interface FundingSchedule {
  /** The first after `time`. */
  nextAfter(time: number): FundingTime | undefined
}

export interface AccountDeskOptions {
  readonly account: VenueAccount
  /** By instrument. */
  readonly markets: readonly AccountMarket[]
  /** What the account is valued at. */
  readonly marks: VenueMarks
  /** By instrument: the connection that each is traded over. */
  readonly pipes: readonly ReportPipe[]
  /** By instrument; undefined where none is paid. */
  readonly funding: readonly (FundingSchedule | undefined)[]
  /** Exchange time from which fundings count. */
  readonly start: number
  /** True where fees take a part of what is bought: the account then knows what is held, the fills do not. */
  readonly isHolder: boolean
  /** Microseconds between two looks at the margin; undefined: nobody is liquidated. */
  readonly checkUs: number | undefined
}

export class AccountDesk {
  private readonly options: AccountDeskOptions
  /** By instrument. */
  private readonly fundings: (FundingTime | undefined)[]
  private checkAt = Number.POSITIVE_INFINITY
  private alarm = Number.POSITIVE_INFINITY

  constructor(options: AccountDeskOptions) {
    this.options = options
    this.fundings = options.funding.map((schedule) => schedule?.nextAfter(options.start))
    for (const pipe of options.pipes) {
      pipe.onFill = (fill) => this.onFill(fill)
      if (options.isHolder) pipe.qtyOf = (instrument) => options.account.qty(instrument)
    }
    this.setAlarm()
  }

  /** In the order in which they were made. */
  restore(fills: readonly Fill[]): void {
    for (const fill of fills) {
      const { instrument, side, price, qty, tradeId, liquidity, exchangeTime } = fill
      this.onFill({ instrument, side, tick: price, lots: qty, tradeId, liquidity, at: exchangeTime })
    }
  }

  /** Exchange time of the next thing to do; Infinity when there is none. */
  get nextTime(): number {
    return this.alarm
  }

  /** All market data up to and including `at` has been applied. */
  act(at: number): void {
    this.options.marks.advance(at)
    this.fundings.forEach((due, instrument) => {
      if (due === undefined || due.at > at) return
      this.fund(due)
      this.fundings[instrument] = this.options.funding[instrument]?.nextAfter(due.at)
    })
    const { account, checkUs } = this.options
    if (checkUs !== undefined && this.checkAt <= at) {
      if (account.isLiquidated()) this.liquidate(at)
      this.checkAt = account.isFlat ? Number.POSITIVE_INFINITY : nextMultiple(at, checkUs)
    }
    this.setAlarm()
  }

  close(): void {
    this.options.marks.close()
  }

  private onFill(fill: VenueFill): void {
    const { account, checkUs } = this.options
    account.applyFill(fill)
    if (checkUs === undefined) return
    if (account.isFlat) this.checkAt = Number.POSITIVE_INFINITY
    else if (this.checkAt === Number.POSITIVE_INFINITY) this.checkAt = nextMultiple(fill.at, checkUs)
    this.setAlarm()
  }

  /** Without a position, or without any price yet, nothing is paid. */
  private fund({ at, instrument, rate }: FundingTime): void {
    const { account, marks, pipes } = this.options
    const qty = account.qty(instrument)
    const markTimes2 = marks.times2(instrument)
    if (qty === 0 || markTimes2 === undefined) return
    const amount = account.payFunding(instrument, rate, markTimes2)
    const exchangeTime = timeUs(at)
    pipes[instrument]?.push({
      kind: 'funding',
      instrument,
      exchangeTime,
      amount,
      qty: qtyLots(qty),
      markTimes2,
      rate,
    })
  }

  private liquidate(at: number): void {
    const { account, markets } = this.options
    for (const market of markets) market.cancelAll('liquidation', at)
    markets.forEach((market, instrument) => {
      const qty = account.qty(instrument)
      if (qty === 0) return
      const side: Side = qty > 0 ? 'sell' : 'buy'
      const limit = account.bankruptcyPrice(instrument, at)
      const trades: ClosingTrade[] = []
      const onTrade = (tick: number, lots: number, tradeId: number): void => {
        trades.push({ instrument, side, tick, lots, tradeId, at })
      }
      const left = market.liquidate({ side, lots: Math.abs(qty), limit, onTrade })
      const inBook = trades.length
      if (left > 0) onTrade(limit, left, market.takeTradeId())
      for (const trade of trades) account.close(trade)
      this.report(trades, inBook, account.settleFees(instrument))
    })
  }

  /** The last trade carries the fee of all. @param inBook how many of them met the book */
  private report(trades: readonly ClosingTrade[], inBook: number, fee: MoneyQuanta): void {
    trades.forEach(({ instrument, side, tick, lots, tradeId, at }, index) => {
      this.options.pipes[instrument]?.push({
        kind: 'liquidation',
        instrument,
        exchangeTime: timeUs(at),
        tradeId,
        side,
        price: priceTicks(tick),
        qty: qtyLots(lots),
        fee: index === trades.length - 1 ? fee : moneyQuanta(0),
        isInsured: index >= inBook,
      })
    })
  }

  private setAlarm(): void {
    let next = this.checkAt
    for (const due of this.fundings) if (due !== undefined) next = Math.min(next, due.at)
    this.alarm = next
    for (const pipe of this.options.pipes) pipe.setAlarm(next)
  }
}

/** The first whole multiple of `step` after `time`. */
const nextMultiple = (time: number, step: number): number => (Math.floor(time / step) + 1) * step
