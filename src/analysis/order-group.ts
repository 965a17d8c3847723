/**
 * What transaction costs are measured for: each parent order, and, per instrument and side, the orders that a strategy
 * sent itself. Each of those is its own decision, so it is measured from its own arrival price: timing cost is zero by
 * construction, and quantity that it canceled or that expired was given up on purpose, so it is no opportunity cost.
 */
import type { Fill } from '../model/fill.ts'
import type { Order, Side } from '../model/order.ts'
import type { AlgoName } from '../model/parent-order.ts'
import type { RunRecord } from '../model/run-record.ts'

export interface OrderGroup {
  /** Undefined for orders that the strategy sent itself. */
  readonly parentOrderId: number | undefined
  readonly algo: AlgoName | 'strategy'
  readonly tag: string | undefined
  readonly instrument: number
  readonly side: Side
  /** Asked for, in lots; of the strategy's own orders those that passed the risk guard. */
  readonly qty: number
  /** Of the parent; undefined for the strategy's own orders, each of which has one of its own, or without a market. */
  readonly arrivalMidTimes2: number | undefined
  readonly startTime: number
  /** End of the data when it was still working. */
  readonly endTime: number
  readonly orders: readonly Order[]
  /** In order of time. */
  readonly fills: readonly Fill[]
}

/** Parents first, by id; then the strategy's own orders, by instrument, buys first. */
export function groupOrders(record: RunRecord): OrderGroup[] {
  const ordersOf = groupBy(record.orders, (order) => order.parentOrderId)
  const fillsOf = groupBy(record.fills, (fill) => fill.parentOrderId)
  const end = endOfRun(record)
  const parents = record.parents.map((parent): OrderGroup => {
    const { parentOrderId, tag, instrument, side, qty, arrivalMidTimes2, createdAt } = parent
    const orders = ordersOf.get(parentOrderId) ?? []
    const fills = fillsOf.get(parentOrderId) ?? []
    const algo = parent.algo.algo
    const span = { startTime: createdAt, endTime: parent.doneAt ?? end }
    return { parentOrderId, algo, tag, instrument, side, qty, arrivalMidTimes2, ...span, orders, fills }
  })
  return [...parents, ...ownOrders(ordersOf.get(undefined) ?? [], fillsOf.get(undefined) ?? [], end)]
}

function ownOrders(orders: readonly Order[], fills: readonly Fill[], end: number): OrderGroup[] {
  const keyOf = ({ instrument, side }: Order | Fill): number => 2 * instrument + (side === 'sell' ? 1 : 0)
  const fillsOf = groupBy(fills, keyOf)
  return [...groupBy(orders, keyOf)]
    .sort(([a], [b]) => a - b)
    .flatMap(([key, members]): OrderGroup[] => {
      const sent = members.filter((order) => order.state.kind !== 'denied')
      const [first] = sent
      if (first === undefined) return []
      const { instrument, side, createdAt: startTime } = first
      return [
        {
          parentOrderId: undefined,
          algo: 'strategy',
          tag: undefined,
          instrument,
          side,
          qty: sent.reduce<number>((total, order) => total + order.qty, 0),
          arrivalMidTimes2: undefined,
          startTime,
          endTime: sent.reduce<number>((latest, order) => Math.max(latest, order.doneAt ?? end), startTime),
          orders: sent,
          fills: fillsOf.get(key) ?? [],
        },
      ]
    })
}

function endOfRun(record: RunRecord): number {
  const times = [record.equity.time, ...record.market.map((samples) => samples.time)]
  return times.reduce<number>((latest, time) => Math.max(latest, time.at(-1) ?? latest), 0)
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
