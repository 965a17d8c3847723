/** Spot balances: a buy holds back quote asset at its limit, a sale base asset; a fee is taken from what is received. */
import { feeOf } from './amount.ts'
import type { ExchangeOrder, OrderFill, OrderTicket } from './exchange-order.ts'
import type { PublicMarket } from './public-market.ts'
import type { Balance, FeeRates, Wallet, WalletFill } from './wallet.ts'

export class SpotWallet implements Wallet {
  /** In the order in which the assets became known. */
  readonly balances = new Map<string, Balance>()
  readonly fees: FeeRates
  private readonly changed = new Set<string>()

  /** @param amounts units of 1e-18 by asset */
  constructor(amounts: ReadonlyMap<string, bigint>, fees: FeeRates) {
    for (const [asset, free] of amounts) this.balances.set(asset, { free, locked: 0n })
    this.fees = fees
  }

  covers(market: PublicMarket, ticket: OrderTicket): boolean {
    if (ticket.ocoWith !== undefined) return true
    const { free } = this.balance(payAsset(market, ticket))
    if (ticket.side === 'sell') return market.scale.ofLots(ticket.qty) <= free
    const price = limitOf(ticket)
    if (price !== undefined) return market.scale.ofCost(price, ticket.qty) <= free
    const best = market.touch.ask === 0 ? market.lastPrice : market.touch.ask
    return market.scale.ofCost(best ?? 1, ticket.qty) <= free
  }

  coversChange(market: PublicMarket, order: ExchangeOrder, price: number | undefined, qty: number): boolean {
    const leaves = Math.max(0, qty - order.cumQty)
    const isSell = order.ticket.side === 'sell'
    const needed = isSell ? market.scale.ofLots(leaves) : market.scale.ofCost(price ?? 0, leaves)
    return needed - order.locked <= this.balance(payAsset(market, order.ticket)).free
  }

  worstPrice(market: PublicMarket, ticket: OrderTicket): number | undefined {
    if (ticket.side === 'sell' || ticket.price !== undefined) return undefined
    const { free } = this.balance(payAsset(market, ticket))
    const worst = free / (BigInt(ticket.qty) * market.scale.perTickLot)
    return worst > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(worst)
  }

  relock(market: PublicMarket, order: ExchangeOrder): void {
    const locked = this.lockOf(market, order)
    if (locked === order.locked) return
    const asset = payAsset(market, order.ticket)
    const balance = this.balance(asset)
    balance.free -= locked - order.locked
    balance.locked += locked - order.locked
    order.locked = locked
    this.changed.add(asset)
  }

  fill({ market, order, tick, lots, isMaker }: WalletFill): Pick<OrderFill, 'fee' | 'feeAsset' | 'realized'> {
    const { baseCurrency, settleCurrency } = market.instrument.spec
    const isBuy = order.ticket.side === 'buy'
    const { scale } = market
    const cost = scale.ofCost(tick, lots)
    const amount = scale.ofLots(lots)
    const received = isBuy ? amount : cost
    const feeAsset = isBuy ? baseCurrency : settleCurrency
    const fee = feeOf(received, isMaker ? this.fees.maker : this.fees.taker)
    this.add(isBuy ? settleCurrency : baseCurrency, isBuy ? -cost : -amount)
    this.add(feeAsset, received - fee)
    return { fee, feeAsset, realized: 0n }
  }

  takeChanged(): readonly string[] {
    const assets = [...this.changed]
    this.changed.clear()
    return assets
  }

  balance(asset: string): Balance {
    const known = this.balances.get(asset)
    if (known !== undefined) return known
    const fresh = { free: 0n, locked: 0n }
    this.balances.set(asset, fresh)
    return fresh
  }

  /** A payment from outside, for tests of clients. */
  add(asset: string, amount: bigint): void {
    this.balance(asset).free += amount
    this.changed.add(asset)
  }

  /** The second order of a list holds nothing back: only one of the two can fill. */
  private lockOf(market: PublicMarket, order: ExchangeOrder): bigint {
    if (!order.isLive || order.ticket.ocoWith !== undefined) return 0n
    if (order.ticket.side === 'sell') return market.scale.ofLots(order.leaves)
    const price = order.price ?? limitOf(order.ticket) ?? 0
    return market.scale.ofCost(price, order.leaves)
  }
}

/** The asset that an order pays with. */
function payAsset({ instrument: { spec } }: PublicMarket, { side }: OrderTicket): string {
  return side === 'buy' ? spec.settleCurrency : spec.baseCurrency
}

/** Ticks; of a stop without a limit its trigger price. */
function limitOf({ price, trigger }: OrderTicket): number | undefined {
  if (price !== undefined) return price
  return trigger !== undefined && trigger.kind !== 'trailing-stop' ? trigger.price : undefined
}
