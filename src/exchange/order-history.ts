/** All orders and fills of one account, findable as clients ask for them. Nothing is forgotten. */
import type { ExchangeOrder, OrderFill } from './exchange-order.ts'

export class OrderHistory {
  private readonly byId = new Map<number, ExchangeOrder>()
  /** By market and client id: the newest order with it. */
  private readonly byClientId = new Map<string, ExchangeOrder>()
  private readonly live = new Map<number, ExchangeOrder>()
  private readonly byMarket = new Map<number, ExchangeOrder[]>()
  private readonly fillsByMarket = new Map<number, OrderFill[]>()

  add(order: ExchangeOrder): void {
    this.byId.set(order.id, order)
    this.byClientId.set(keyOf(order.market, order.ticket.clientId), order)
    this.live.set(order.id, order)
    listOf(this.byMarket, order.market).push(order)
  }

  /** It was refused: there is no such order. */
  remove(order: ExchangeOrder): void {
    this.byId.delete(order.id)
    this.live.delete(order.id)
    const orders = listOf(this.byMarket, order.market)
    if (orders.at(-1) === order) orders.pop()
    const key = keyOf(order.market, order.ticket.clientId)
    const before = orders.findLast(({ ticket }) => ticket.clientId === order.ticket.clientId)
    if (before === undefined) this.byClientId.delete(key)
    else this.byClientId.set(key, before)
  }

  isOver(order: ExchangeOrder): void {
    this.live.delete(order.id)
  }

  addFill(market: number, fill: OrderFill): void {
    listOf(this.fillsByMarket, market).push(fill)
  }

  find(id: number): ExchangeOrder | undefined {
    return this.byId.get(id)
  }

  findByClientId(market: number, clientId: string): ExchangeOrder | undefined {
    return this.byClientId.get(keyOf(market, clientId))
  }

  /** In any market: the newest. */
  findAnyByClientId(clientId: string): ExchangeOrder | undefined {
    let found: ExchangeOrder | undefined
    for (const order of this.byId.values()) if (order.ticket.clientId === clientId) found = order
    return found
  }

  findLive(market: number, clientId: string): ExchangeOrder | undefined {
    const order = this.findByClientId(market, clientId)
    return order?.isLive ? order : undefined
  }

  /** In order of arrival. */
  open(market?: number): ExchangeOrder[] {
    return [...this.live.values()].filter((order) => market === undefined || order.market === market)
  }

  /** In order of arrival. */
  orders(market: number): readonly ExchangeOrder[] {
    return this.byMarket.get(market) ?? []
  }

  /** In order of time. */
  fills(market: number): readonly OrderFill[] {
    return this.fillsByMarket.get(market) ?? []
  }
}

/** A client id has no space. */
const keyOf = (market: number, clientId: string): string => `${market} ${clientId}`

function listOf<T>(lists: Map<number, T[]>, market: number): T[] {
  const known = lists.get(market)
  if (known !== undefined) return known
  const made: T[] = []
  lists.set(market, made)
  return made
}
