/**
 * One account: its orders, fills and money, kept from what the simulated markets report. Orders enter through `place`;
 * everything that happens to them afterwards is told to the listener, after it was booked.
 */
import { InvariantError } from '../core/errors.ts'
import { priceTicks, qtyLots, type TimeUs, timeUs } from '../core/units.ts'
import type { ExecutionReport, SubmitCommand } from '../model/execution-report.ts'
import type { OrderTerms, ReasonCode } from '../model/order.ts'
import { AccountMarket, type MatchingRules } from './account-market.ts'
import { ExchangeOrder, type OrderFill, type OrderTicket } from './exchange-order.ts'
import type { FundingPayment } from './funding-payment.ts'
import { OrderHistory } from './order-history.ts'
import type { PublicMarket, Segment } from './public-market.ts'
import type { SpotWallet } from './spot-wallet.ts'
import type { UsdmWallet } from './usdm-wallet.ts'

/** What happened to an order, in words of FIX (150). */
export type OrderEventKind =
  | 'new'
  | 'trade'
  | 'canceled'
  | 'expired'
  | 'rejected'
  | 'amended'
  | 'triggered'
  | 'restated'

export interface OrderEvent {
  readonly kind: OrderEventKind
  readonly order: ExchangeOrder
  readonly fill: OrderFill | undefined
  readonly time: TimeUs
}

export interface BalanceChange {
  readonly segment: Segment
  readonly assets: readonly string[]
  readonly reason: 'order' | 'funding'
  readonly time: TimeUs
}

export interface AccountListener {
  onOrder(account: Account, event: OrderEvent): void
  /** Everything of one instant is booked; balances have changed. */
  onBalances(account: Account, change: BalanceChange): void
}

/** What is the same for all accounts. */
export interface AccountSurroundings {
  readonly markets: readonly PublicMarket[]
  readonly rules: MatchingRules
  readonly listener: AccountListener
  readonly nextOrderId: () => number
  readonly nextTradeId: () => number
}

export interface AccountKeys {
  readonly name: string
  readonly apiKey: string
  readonly secret: string
}

/** Why an order was not taken. Those with other names come from matching. */
export type PlaceRefusal = ReasonCode | 'insufficient-balance' | 'duplicate-client-id' | 'not-trading'

export type Placed =
  | { readonly kind: 'placed'; readonly order: ExchangeOrder }
  | { readonly kind: 'refused'; readonly reason: PlaceRefusal }

export interface AccountWallets {
  readonly spot: SpotWallet
  readonly usdm: UsdmWallet
}

export class Account {
  readonly keys: AccountKeys
  readonly wallets: AccountWallets
  readonly history = new OrderHistory()
  /** Oldest first. */
  readonly fundingPayments: FundingPayment[] = []
  private readonly around: AccountSurroundings
  /** By market; made when the first order comes. */
  private readonly markets = new Map<number, AccountMarket>()

  constructor(keys: AccountKeys, wallets: AccountWallets, around: AccountSurroundings) {
    this.keys = keys
    this.wallets = wallets
    this.around = around
  }

  place(market: PublicMarket, ticket: OrderTicket, at: TimeUs): Placed {
    if (!market.isTrading) return { kind: 'refused', reason: 'not-trading' }
    if (this.history.findLive(market.index, ticket.clientId) !== undefined) {
      return { kind: 'refused', reason: 'duplicate-client-id' }
    }
    const wallet = this.wallets[market.segment]
    if (!wallet.covers(market, ticket)) return { kind: 'refused', reason: 'insufficient-balance' }
    const worst = wallet.worstPrice(market, ticket)
    if (worst === 0) return { kind: 'refused', reason: 'insufficient-balance' }
    const order = new ExchangeOrder(this.around.nextOrderId(), market.index, ticket, at)
    this.history.add(order)
    // On prints alone a limit would take from the next one only, as a market order does not.
    const limit = market.hasBook ? worst : undefined
    const reports = this.market(market).submit(commandOf(order, limit), at)
    const rejected = reports.find(
      ({ kind, clientOrderId }) => kind === 'rejected' && clientOrderId === order.id,
    )
    if (rejected?.kind === 'rejected') this.history.remove(order)
    this.apply(market, reports, at)
    return rejected?.kind === 'rejected'
      ? { kind: 'refused', reason: rejected.reason }
      : { kind: 'placed', order }
  }

  /**
   * @param clientId of the request, told with the cancel
   * @returns why it was not canceled; undefined when it was
   */
  cancel(order: ExchangeOrder, at: TimeUs, clientId?: string, reason?: ReasonCode): ReasonCode | undefined {
    if (!order.isLive) return 'unknown-order'
    order.cancelClientId = clientId
    const market = this.publicMarket(order.market)
    this.apply(market, this.market(market).cancel(order.id, at, reason), at)
    return order.status === 'canceled' ? undefined : 'unknown-order'
  }

  /** @returns why it was not amended; undefined when it was */
  amend(
    order: ExchangeOrder,
    change: { readonly price: number | undefined; readonly qty: number },
    at: TimeUs,
  ): PlaceRefusal | undefined {
    if (!order.isLive) return 'unknown-order'
    const market = this.publicMarket(order.market)
    const wallet = this.wallets[market.segment]
    if (!wallet.coversChange(market, order, change.price, change.qty)) return 'insufficient-balance'
    const price = change.price === undefined ? undefined : priceTicks(change.price)
    const reports = this.market(market).amend(
      { clientOrderId: order.id, instrument: order.market, price, qty: qtyLots(change.qty) },
      at,
    )
    this.apply(market, reports, at)
    const refused = reports.find(
      (report) => report.kind === 'amend-rejected' && report.clientOrderId === order.id,
    )
    return refused?.kind === 'amend-rejected' ? refused.reason : undefined
  }

  /** Lets exchange time pass for the orders that are open. */
  advance(until: number): void {
    const happened: { readonly market: PublicMarket; readonly report: ExecutionReport }[] = []
    for (const market of this.markets.values()) {
      for (const report of market.advance(until)) happened.push({ market: market.public, report })
    }
    if (happened.length === 0) return
    happened.sort((a, b) => a.report.exchangeTime - b.report.exchangeTime)
    for (const { market, report } of happened) {
      this.book(market, report)
      this.tellBalances(market.segment, report.exchangeTime)
    }
  }

  close(): void {
    for (const market of this.markets.values()) market.close()
  }

  /** The wallet has changed by itself, as by a transfer. */
  tellBalances(segment: Segment, time: TimeUs, reason: BalanceChange['reason'] = 'order'): void {
    const assets = this.wallets[segment].takeChanged()
    if (assets.length > 0) this.around.listener.onBalances(this, { segment, assets, reason, time })
  }

  private apply(market: PublicMarket, reports: readonly ExecutionReport[], at: TimeUs): void {
    for (const report of reports) this.book(market, report)
    this.tellBalances(market.segment, at)
  }

  private book(market: PublicMarket, report: ExecutionReport): void {
    const order = this.history.find(report.clientOrderId)
    if (order === undefined) return
    order.updatedAt = report.exchangeTime
    const { kind, fill } = this.change(market, order, report)
    if (kind === undefined) return
    this.wallets[market.segment].relock(market, order)
    if (!order.isLive) this.history.isOver(order)
    this.around.listener.onOrder(this, { kind, order, fill, time: report.exchangeTime })
  }

  private change(
    market: PublicMarket,
    order: ExchangeOrder,
    report: ExecutionReport,
  ): { readonly kind: OrderEventKind | undefined; readonly fill: OrderFill | undefined } {
    const without = (kind: OrderEventKind | undefined) => ({ kind, fill: undefined })
    switch (report.kind) {
      case 'accepted':
        return without('new')
      case 'fill':
        return { kind: 'trade', fill: this.fill(market, order, report) }
      case 'triggered':
        order.isTriggered = true
        order.workingAt = report.exchangeTime
        return without('triggered')
      case 'amended':
        order.price = report.price
        order.qty = report.qty
        return without('amended')
      case 'restated':
        order.qty = report.qty
        return without('restated')
      case 'canceled':
      case 'expired':
      case 'rejected':
        order.status = report.kind
        order.reason = report.reason
        return without(report.kind)
      case 'cancel-rejected':
      case 'amend-rejected':
        return without(undefined)
      default:
        throw new InvariantError('a report of unknown kind')
    }
  }

  private fill(
    market: PublicMarket,
    order: ExchangeOrder,
    report: Extract<ExecutionReport, { readonly kind: 'fill' }>,
  ): OrderFill {
    const { lastPrice: tick, lastQty: lots, liquidity, exchangeTime: time } = report
    order.cumQty += lots
    order.cumCost += BigInt(tick) * BigInt(lots)
    order.status = order.cumQty >= order.qty ? 'filled' : 'partially-filled'
    const isMaker = liquidity === 'maker'
    const charged = this.wallets[market.segment].fill({ market, order, tick, lots, isMaker })
    const tradeId = this.around.nextTradeId()
    const fill = { tradeId, orderId: order.id, tick, lots, liquidity, time, ...charged }
    order.fills.push(fill)
    this.history.addFill(order.market, fill)
    return fill
  }

  private market(market: PublicMarket): AccountMarket {
    const known = this.markets.get(market.index)
    if (known !== undefined) return known
    const made = new AccountMarket(market, this.around.rules)
    this.markets.set(market.index, made)
    return made
  }

  private publicMarket(index: number): PublicMarket {
    const market = this.around.markets[index]
    if (market === undefined) throw new InvariantError(`no market ${index}`)
    return market
  }
}

/** @param worst limit of a market order, which the account can still pay */
function commandOf({ id, market, ticket }: ExchangeOrder, worst: number | undefined): SubmitCommand {
  const isMarket = ticket.price === undefined && ticket.trigger === undefined
  const price = isMarket && worst !== undefined ? priceTicks(worst) : ticket.price
  const isPlain = ticket.price === undefined
  return {
    clientOrderId: id,
    instrument: market,
    side: ticket.side,
    qty: ticket.qty,
    price,
    timeInForce: isPlain ? 'ioc' : ticket.timeInForce,
    postOnly: ticket.postOnly,
    terms: termsOf(ticket),
  }
}

function termsOf(ticket: OrderTicket): OrderTerms | undefined {
  const { trigger, displayQty, reduceOnly, ocoWith, selfTradePrevention } = ticket
  const isPlain = trigger === undefined && displayQty === undefined && !reduceOnly && ocoWith === undefined
  if (isPlain && selfTradePrevention === undefined) return undefined
  return {
    trigger:
      trigger === undefined
        ? undefined
        : trigger.kind === 'trailing-stop'
          ? { kind: 'trailing-stop', offset: trigger.bps, isBps: true, activation: undefined, source: 'last' }
          : { kind: trigger.kind, price: trigger.price, source: 'last' },
    displayQty,
    expireTime: undefined,
    reduceOnly,
    ocoWith,
    exitOf: undefined,
    selfTradePrevention,
  }
}

/** The time of an event that has none of its own. */
export const wholeTime = (us: number): TimeUs => timeUs(Math.floor(us))
