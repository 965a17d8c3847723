/** What a session and the exchange hold of the session's orders, each in the same words, to be compared. */
import type { ExchangeTruth, OrderTruth } from '../../src/exchange/truth.ts'
import type { ExecutionEngine } from '../../src/execution/execution-engine.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import { ClientOrderIds } from '../../src/venue/ccxt/client-order-ids.ts'
import { NumberGrid } from '../../src/venue/ccxt/number-grid.ts'

export class Ledgers {
  /** `7 open 3: 12@500000×1 …` by order: its id, whether it works, lots filled, trade ids and fills. */
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
  /** Orders of ours whose end, or whose fills, are not known. */
  readonly unsettled: readonly string[]
  /** Signed lots by the exchange's own fills. */
  readonly position: number
  readonly orderCount: number

  constructor(engine: ExecutionEngine, truth: ExchangeTruth, instruments: readonly InstrumentSpec[]) {
    const [spec] = instruments
    const [account] = truth.accounts
    if (spec === undefined || account === undefined) throw new Error('no instrument, or no account')
    const grid = new NumberGrid(spec)
    const lots = (text: string): number => grid.qty(text) ?? Number.NaN
    const atVenue = new Map<number, OrderTruth>()
    const doubled: string[] = []
    for (const order of account.orders) {
      const id = idOf(order.clientId)
      if (id === undefined || atVenue.has(id) || id > engine.orders.length) doubled.push(order.clientId)
      else atVenue.set(id, order)
    }
    const fills = new Map<number, string[]>()
    for (const { clientOrderId, tradeId, price, qty } of engine.fills) {
      const list = fills.get(clientOrderId) ?? []
      list.push(`${tradeId}@${price}×${qty}`)
      fills.set(clientOrderId, list)
    }
    // The exchange keeps what it has refused to itself: orders without a trace there are over here, and unfilled.
    this.ours = engine.orders
      .filter(({ clientOrderId, isWorking, cumQty }) => isWorking || cumQty > 0 || atVenue.has(clientOrderId))
      .map(({ clientOrderId, isWorking, cumQty }) =>
        lineOf(clientOrderId, isWorking, cumQty, fills.get(clientOrderId) ?? []),
      )
    this.theirs = [
      ...[...atVenue]
        .sort(([a], [b]) => a - b)
        .map(([id, order]) => {
          const isOpen = order.status === 'new' || order.status === 'partially-filled'
          const list = order.fills.map(
            ({ tradeId, price, qty }) => `${tradeId}@${grid.price(price)}×${lots(qty)}`,
          )
          return lineOf(id, isOpen, lots(order.cumQty), list)
        }),
      ...doubled.map((id) => `at the exchange and not ours, or there twice: ${id}`),
    ]
    this.unsettled = engine
      .unsettledOrders()
      .filter(({ order }) => order.state.kind !== 'open')
      .map(({ order }) => `${order.clientOrderId} ${order.state.kind}`)
    this.position = account.orders.reduce(
      (sum, { side, cumQty }) => sum + (side.toLowerCase() === 'buy' ? 1 : -1) * lots(cumQty),
      0,
    )
    this.orderCount = atVenue.size
  }

  get isSettled(): boolean {
    return this.unsettled.length === 0
  }

  get agree(): boolean {
    return this.ours.length === this.theirs.length && this.ours.every((line, at) => line === this.theirs[at])
  }

  get summary(): string {
    const open = this.theirs.filter((line) => line.includes(' open ')).length
    return `${this.orderCount} orders, ${open} open, position ${this.position} lots`
  }
}

const lineOf = (id: number, isOpen: boolean, cumQty: number, fills: readonly string[]): string =>
  `${id} ${isOpen ? 'open' : 'over'} ${cumQty}: ${[...fills].sort().join(' ')}`

/** All are of one session. */
function idOf(clientId: string): number | undefined {
  return new ClientOrderIds('exchange1').parse(clientId)?.clientOrderId
}
