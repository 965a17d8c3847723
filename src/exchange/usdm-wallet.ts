/**
 * Margin account of perpetuals settled in their quote currency: one position per market, cross margin, one-way mode.
 * Positions are valued at the mid of the recorded book.
 */
import { feeOf } from './amount.ts'
import type { ExchangeOrder, OrderFill, OrderTicket } from './exchange-order.ts'
import type { PublicMarket } from './public-market.ts'
import type { FeeRates, Wallet, WalletFill } from './wallet.ts'

export interface UsdmPosition {
  readonly market: PublicMarket
  /** Signed. */
  lots: number
  /** What they were bought or sold for, in tick·lots, ≥ 0. */
  cost: bigint
  leverage: number
  /** Realized since the start, fees and funding apart; units of 1e-18. */
  realized: bigint
}

export interface MarginFigures {
  /** All in units of 1e-18 of the settlement asset. */
  readonly wallet: bigint
  readonly unrealized: bigint
  readonly positionMargin: bigint
  readonly orderMargin: bigint
  readonly maintenance: bigint
  readonly available: bigint
}

/** What a position must be worth in margin, in millionths of its value. */
const maintenanceRate = 4000n

export class UsdmWallet implements Wallet {
  readonly fees: FeeRates
  readonly positions: readonly UsdmPosition[]
  readonly assets: readonly string[]
  private readonly balances: Map<string, bigint>
  private readonly orderMargin = new Map<string, bigint>()
  private readonly changed = new Set<string>()

  /** @param amounts units of 1e-18 by asset */
  constructor(options: {
    readonly amounts: ReadonlyMap<string, bigint>
    readonly fees: FeeRates
    readonly leverage: number
    readonly markets: readonly PublicMarket[]
  }) {
    const { amounts, fees, leverage, markets } = options
    const traded = markets.filter(({ segment }) => segment === 'usdm')
    this.fees = fees
    this.balances = new Map(amounts)
    this.positions = traded.map((market) => ({ market, lots: 0, cost: 0n, leverage, realized: 0n }))
    this.assets = [...new Set([...amounts.keys(), ...traded.map(assetOf)])]
  }

  position(market: PublicMarket): UsdmPosition | undefined {
    return this.positions.find((position) => position.market === market)
  }

  figures(asset: string): MarginFigures {
    const wallet = this.balances.get(asset) ?? 0n
    const orderMargin = this.orderMargin.get(asset) ?? 0n
    let [unrealized, positionMargin, maintenance] = [0n, 0n, 0n]
    for (const position of this.positions) {
      if (assetOf(position.market) !== asset || position.lots === 0) continue
      const value = positionValue(position)
      unrealized += unrealizedOf(position)
      positionMargin += value / BigInt(position.leverage)
      maintenance += (value * maintenanceRate) / 1_000_000n
    }
    const left = wallet + unrealized - positionMargin - orderMargin
    const available = left > 0n ? left : 0n
    return { wallet, unrealized, positionMargin, orderMargin, maintenance, available }
  }

  covers(market: PublicMarket, ticket: OrderTicket): boolean {
    const position = this.position(market)
    if (position === undefined || ticket.reduceOnly) return true
    const adding = addedLots(position.lots, ticket)
    const price = ticket.price ?? triggerOf(ticket) ?? bestOf(market, ticket)
    const value = market.scale.ofCost(price, adding)
    const fee = feeOf(market.scale.ofCost(price, ticket.qty), this.fees.taker)
    return value / BigInt(position.leverage) + fee <= this.figures(assetOf(market)).available || adding === 0
  }

  /** A change of a resting order, of which nothing is filled by it. */
  coversChange(market: PublicMarket, order: ExchangeOrder, price: number | undefined, qty: number): boolean {
    const position = this.position(market)
    if (position === undefined || order.ticket.reduceOnly || price === undefined) return true
    const margin = market.scale.ofCost(price, Math.max(0, qty - order.cumQty)) / BigInt(position.leverage)
    return margin - order.locked <= this.figures(assetOf(market)).available
  }

  worstPrice(): undefined {
    return undefined
  }

  relock(market: PublicMarket, order: ExchangeOrder): void {
    const asset = assetOf(market)
    const { leverage = 1 } = this.position(market) ?? {}
    const price = order.price ?? triggerOf(order.ticket)
    const holds = order.isLive && !order.ticket.reduceOnly && price !== undefined
    const locked = holds ? market.scale.ofCost(price, order.leaves) / BigInt(leverage) : 0n
    this.orderMargin.set(asset, (this.orderMargin.get(asset) ?? 0n) + locked - order.locked)
    order.locked = locked
  }

  fill({ market, order, tick, lots, isMaker }: WalletFill): Pick<OrderFill, 'fee' | 'feeAsset' | 'realized'> {
    const asset = assetOf(market)
    const cost = market.scale.ofCost(tick, lots)
    const fee = feeOf(cost, isMaker ? this.fees.maker : this.fees.taker)
    const position = this.position(market)
    const signed = order.ticket.side === 'buy' ? lots : -lots
    const realized = position === undefined ? 0n : trade(position, tick, signed)
    this.add(asset, realized - fee)
    return { fee, feeAsset: asset, realized }
  }

  /** A payment from outside, or funding. @param amount units of 1e-18, signed */
  add(asset: string, amount: bigint): void {
    this.balances.set(asset, (this.balances.get(asset) ?? 0n) + amount)
    this.changed.add(asset)
  }

  takeChanged(): readonly string[] {
    const assets = [...this.changed]
    this.changed.clear()
    return assets
  }
}

export const assetOf = ({ instrument }: PublicMarket): string => instrument.spec.settleCurrency

/** Decimal text. */
export const signedQty = ({ market, lots }: UsdmPosition): string =>
  `${lots < 0 ? '-' : ''}${market.qtyText(Math.abs(lots))}`

/** Half ticks. */
const markOf = ({ referenceTimes2 }: PublicMarket): bigint => BigInt(referenceTimes2 ?? 0)

/** At the mark, ≥ 0, in units of the settlement asset. */
export function positionValue({ market, lots }: UsdmPosition): bigint {
  return (BigInt(Math.abs(lots)) * markOf(market) * market.scale.perTickLot) / 2n
}

export function unrealizedOf(position: UsdmPosition): bigint {
  const value = positionValue(position)
  const cost = position.cost * position.market.scale.perTickLot
  return position.lots >= 0 ? value - cost : cost - value
}

/** Changes a position by signed lots. @returns what it realized, in units of the settlement asset */
function trade(position: UsdmPosition, tick: number, signed: number): bigint {
  const { market, lots, cost } = position
  const closed = lots * signed < 0 ? Math.min(Math.abs(lots), Math.abs(signed)) : 0
  const released = closed === 0 ? 0n : (cost * BigInt(closed)) / BigInt(Math.abs(lots))
  const worth = BigInt(tick) * BigInt(closed)
  const realized = (lots > 0 ? worth - released : released - worth) * market.scale.perTickLot
  position.lots = lots + signed
  position.cost = cost - released + BigInt(tick) * BigInt(Math.abs(signed) - closed)
  position.realized += realized
  return realized
}

/** Lots by which an order would enlarge a position. */
function addedLots(lots: number, { side, qty }: OrderTicket): number {
  const opposite = side === 'buy' ? Math.max(0, -lots) : Math.max(0, lots)
  return Math.max(0, qty - opposite)
}

function triggerOf({ trigger }: OrderTicket): number | undefined {
  return trigger === undefined || trigger.kind === 'trailing-stop' ? undefined : trigger.price
}

function bestOf({ touch, lastPrice }: PublicMarket, { side }: OrderTicket): number {
  const best = side === 'buy' ? touch.ask : touch.bid
  return best === 0 ? (lastPrice ?? 1) : best
}
