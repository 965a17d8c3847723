/** What happens to an account, to the sockets that its owner has opened for it. */
import type { Account, BalanceChange, OrderEvent } from '../account.ts'
import { amountText } from '../amount.ts'
import type { Segment } from '../public-market.ts'
import { type ExchangeContext, marketOfOrder } from './exchange-context.ts'
import type { Outlet } from './outlet.ts'
import { executionReport } from './spot-json.ts'
import { accountUpdate, algoUpdate, orderTradeUpdate } from './usdm-json.ts'

interface Subscription {
  readonly id: number
  readonly account: Account
  readonly segment: Segment
  readonly outlet: Outlet
}

export class UserStreams {
  private readonly context: ExchangeContext
  private readonly subscriptions = new Set<Subscription>()
  private lastId = 0
  /** While a request is answered: its answer goes first. */
  private held: (() => void)[] | undefined

  constructor(context: ExchangeContext) {
    this.context = context
  }

  get size(): number {
    return this.subscriptions.size
  }

  /** @returns the id of the subscription */
  subscribe(account: Account, segment: Segment, outlet: Outlet): number {
    const id = this.lastId++
    this.subscriptions.add({ id, account, segment, outlet })
    return id
  }

  /** @param id undefined: all of this socket */
  unsubscribe(outlet: Outlet, id?: number): void {
    for (const subscription of this.subscriptions) {
      if (subscription.outlet !== outlet) continue
      if (id === undefined || subscription.id === id) this.subscriptions.delete(subscription)
    }
  }

  /** From now on messages wait. */
  hold(): void {
    this.held ??= []
  }

  release(): void {
    const waiting = this.held ?? []
    this.held = undefined
    for (const send of waiting) send()
  }

  onOrder(account: Account, event: OrderEvent): void {
    const { clock } = this.context
    const market = marketOfOrder(this.context, event.order)
    if (event.kind === 'rejected') return
    if (market.segment === 'spot') return this.tell(account, 'spot', executionReport(market, event, clock))
    const { order } = event
    const isConditional = order.ticket.isConditional === true
    if (isConditional && (order.isUntriggered || event.kind === 'triggered')) {
      this.tell(account, 'usdm', algoUpdate(market, event, clock))
    }
    if (!order.isUntriggered) this.tell(account, 'usdm', orderTradeUpdate(market, event, clock))
  }

  onBalances(account: Account, { segment, assets, reason, time }: BalanceChange): void {
    const at = this.context.clock.ms(time)
    if (segment === 'usdm') {
      const word = reason === 'funding' ? 'FUNDING_FEE' : 'ORDER'
      return this.tell(account, 'usdm', accountUpdate(account, assets, word, at))
    }
    const { spot } = account.wallets
    const changed = assets.map((asset) => {
      const { free, locked } = spot.balance(asset)
      return { a: asset, f: amountText(free), l: amountText(locked) }
    })
    this.tell(account, 'spot', { e: 'outboundAccountPosition', E: at, u: at, B: changed })
  }

  private tell(account: Account, segment: Segment, event: object): void {
    for (const subscription of this.subscriptions) {
      if (subscription.account !== account || subscription.segment !== segment) continue
      const message = segment === 'spot' ? { subscriptionId: subscription.id, event } : event
      const send = (): void => subscription.outlet.send('', message)
      if (this.held === undefined) send()
      else this.held.push(send)
    }
  }
}
