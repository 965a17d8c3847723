/** An order by whichever of its ids the venue can be asked with; sought in lists where it knows none of them. */
import { notFound } from './call-runner.ts'
import type { CcxtExchange, Params } from './ccxt-exchange.ts'
import type { WireRef } from './exchange-wire.ts'
import { orderStateOf, type ParseContext } from './order-parser.ts'
import type { VenueProfile } from './venue-profiles.ts'

export class OrderLookup {
  private readonly exchange: CcxtExchange
  private readonly profile: VenueProfile

  constructor(exchange: CcxtExchange, profile: VenueProfile) {
    this.exchange = exchange
    this.profile = profile
  }

  /** @returns as ccxt has it, or `notFound` */
  async find({ venueOrderId, clientId }: WireRef, symbol: string, context: ParseContext): Promise<unknown> {
    const { exchange, profile } = this
    if (venueOrderId !== undefined) return exchange.fetchOrder(venueOrderId, symbol, profile.fetchParams)
    if (clientId === undefined) return notFound
    const asked = profile.byClientId?.(clientId)
    if (asked !== undefined) return exchange.fetchOrder(asked.id, symbol, asked.params)
    return this.seek(clientId, symbol, context)
  }

  /** How to name it to the venue; undefined when it has no such order. */
  async address(
    { venueOrderId, clientId }: WireRef,
    symbol: string,
    context: ParseContext,
  ): Promise<{ readonly id: string | undefined; readonly params: Params } | undefined> {
    if (venueOrderId !== undefined) return { id: venueOrderId, params: {} }
    if (clientId === undefined) return undefined
    const asked = this.profile.byClientId?.(clientId)
    if (asked !== undefined) return asked
    const found = orderStateOf(await this.seek(clientId, symbol, context), context)
    return found === undefined ? undefined : { id: found.venueOrderId, params: {} }
  }

  /** Open ones first: one that ends in between is then in the second list. */
  private async seek(clientId: string, symbol: string, context: ParseContext): Promise<unknown> {
    const lists = [await this.exchange.fetchOpenOrders(symbol), await this.exchange.fetchClosedOrders(symbol)]
    for (const order of lists.flat()) if (orderStateOf(order, context)?.clientId === clientId) return order
    return notFound
  }
}
