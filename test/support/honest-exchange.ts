/**
 * A venue in memory that answers at once and truthfully, and outlives the sessions that trade on it: what it says while
 * nobody listens is lost. Orders at or through the touch of 1000 to 1001 are filled whole.
 */
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type {
  AmendCommand,
  CancelCommand,
  ExecutionReport,
  SubmitCommand,
} from '../../src/model/execution-report.ts'
import { signOf } from '../../src/model/order.ts'
import type { PostInput } from '../../src/run/session-input.ts'
import type { RecoverableVenue, Recovery } from '../../src/venue/recovery.ts'

interface HeldOrder {
  readonly command: SubmitCommand
  price: number
  qty: number
  isLive: boolean
  /** Each report about it. */
  readonly told: ExecutionReport[]
}

type Detail = ExecutionReport extends infer R
  ? R extends unknown
    ? Omit<R, 'clientOrderId' | 'instrument' | 'exchangeTime' | 'cumQty'>
    : never
  : never

export class HonestExchange {
  readonly orders = new Map<number, HeldOrder>()
  /** Orders that came twice. */
  doubled = 0
  /** Signed lots. */
  position = 0
  trades = 0
  recoveries: Recovery[] = []
  private time = 1_700_000_000_000_000

  get live(): number[] {
    return [...this.orders.values()]
      .filter(({ isLive }) => isLive)
      .map(({ command }) => command.clientOrderId)
  }

  /** @param isAlive false once its process is dead: nothing arrives and nobody hears */
  client(post: PostInput, isAlive: () => boolean): RecoverableVenue {
    const tell = (reports: readonly ExecutionReport[]): void => {
      for (const report of reports) if (isAlive()) post({ kind: 'report', report })
    }
    return {
      submit: (command) => isAlive() && tell(this.submit(command)),
      amend: (command) => isAlive() && tell(this.amend(command)),
      cancel: (command) => isAlive() && tell(this.cancel(command)),
      recover: (recovery) => {
        this.recoveries.push(recovery)
        for (const order of recovery.orders) tell(this.find(order))
      },
    }
  }

  private submit(command: SubmitCommand): ExecutionReport[] {
    const { clientOrderId, side, qty, price = 0 } = command
    if (this.orders.has(clientOrderId)) this.doubled++
    const order: HeldOrder = { command, price, qty, isLive: true, told: [] }
    this.orders.set(clientOrderId, order)
    const accepted = this.say(order, { kind: 'accepted' })
    const takes = side === 'buy' ? price >= 1001 : price <= 1000
    if (!takes) return [accepted]
    order.isLive = false
    this.position += signOf(side) * qty
    const lastPrice = priceTicks(price)
    const tradeId = ++this.trades
    return [
      accepted,
      this.say(order, { kind: 'fill', tradeId, lastPrice, lastQty: qty, liquidity: 'taker' }, qty),
    ]
  }

  private amend({ clientOrderId, price, qty }: AmendCommand): ExecutionReport[] {
    const order = this.orders.get(clientOrderId)
    if (order?.isLive !== true) return []
    order.price = price ?? order.price
    order.qty = qty ?? order.qty
    return [this.terms(order)]
  }

  private cancel({ clientOrderId }: CancelCommand): ExecutionReport[] {
    const order = this.orders.get(clientOrderId)
    if (order?.isLive !== true) return []
    order.isLive = false
    return [this.say(order, { kind: 'canceled', reason: 'canceled-by-strategy' })]
  }

  private find({
    order: { clientOrderId, instrument },
    cancelReason,
  }: Recovery['orders'][number]): ExecutionReport[] {
    const order = this.orders.get(clientOrderId)
    if (order === undefined) {
      const exchangeTime = timeUs(++this.time)
      return [
        {
          kind: 'rejected',
          clientOrderId,
          instrument,
          exchangeTime,
          cumQty: qtyLots(0),
          reason: 'never-sent',
        },
      ]
    }
    const known = [...order.told]
    if (order.isLive) known.push(this.terms(order))
    if (cancelReason !== undefined) known.push(...this.cancel({ clientOrderId, instrument }))
    return known
  }

  private terms(order: HeldOrder): ExecutionReport {
    return this.say(order, { kind: 'amended', price: priceTicks(order.price), qty: qtyLots(order.qty) })
  }

  private say(order: HeldOrder, detail: Detail, cumQty = 0): ExecutionReport {
    const { clientOrderId, instrument } = order.command
    const report = {
      ...detail,
      clientOrderId,
      instrument,
      exchangeTime: timeUs(++this.time),
      cumQty: qtyLots(cumQty),
    }
    order.told.push(report)
    return report
  }
}
