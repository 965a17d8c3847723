/** Random L3 rows as a sound venue would tell them: the book never crosses, and the first in a queue is hit first. */
import type { Prng } from '../../src/core/prng.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { rowKind, type SideCode, sideCode } from '../../src/model/tape.ts'

interface Known {
  readonly id: number
  readonly side: SideCode
  readonly price: number
  lots: number
}

const middle = 1000
const span = 6

/** @param count of messages; each 0–3 µs after the one before, from 100 on */
export function randomOrderRows(random: Prng, count: number): TapeRow[] {
  const orders: Known[] = []
  const rows: TapeRow[] = []
  const pick = (below: number): number => random.nextInt(below)
  let time = 100
  let lastId = 0
  const push = (kind: TapeRow['kind'], side: SideCode, price: number, qty: number, orderId: number): void => {
    rows.push({ kind, side, price, qty, orderId, exchangeTime: time, receiveTime: time + 10 })
  }
  const best = (side: SideCode): number | undefined => {
    const prices = orders.filter((order) => order.side === side).map(({ price }) => price)
    if (prices.length === 0) return undefined
    return side === sideCode.buy ? Math.max(...prices) : Math.min(...prices)
  }
  const add = (): void => {
    const side = pick(2) === 0 ? sideCode.buy : sideCode.sell
    const toward = side === sideCode.buy ? 1 : -1
    const met = best(side === sideCode.buy ? sideCode.sell : sideCode.buy)
    const wanted = middle + pick(2 * span + 1) - span
    const limit = met === undefined ? wanted : met - toward
    const price = toward === 1 ? Math.min(wanted, limit) : Math.max(wanted, limit)
    const order = { id: ++lastId, side, price, lots: 1 + pick(9) }
    orders.push(order)
    push(rowKind.orderAdd, side, price, order.lots, order.id)
  }
  const leave = (order: Known): void => {
    orders.splice(orders.indexOf(order), 1)
  }
  const cancel = (order: Known): void => {
    leave(order)
    push(rowKind.orderDelete, order.side, order.price, 0, order.id)
  }
  const change = (order: Known): void => {
    const lots = 1 + pick(9)
    if (lots > order.lots) {
      leave(order)
      orders.push(order)
    }
    order.lots = lots
    push(rowKind.orderChange, order.side, order.price, lots, order.id)
  }
  const hit = (side: SideCode): void => {
    const price = best(side)
    const order = orders.find((one) => one.side === side && one.price === price)
    if (order === undefined) return
    const kindOfOrder = pick(8)
    if (kindOfOrder < 2) {
      // Hidden, or never reported: the queue that is known stays as it is.
      push(rowKind.orderExecute, side, order.price, 1 + pick(5), kindOfOrder === 0 ? 0 : 900_000 + pick(9))
      return
    }
    const lots = 1 + pick(order.lots)
    order.lots -= lots
    if (order.lots === 0) leave(order)
    push(rowKind.orderExecute, side, order.price, lots, order.id)
  }
  for (let i = 0; i < count; i++) {
    time += pick(4)
    const action = pick(10)
    const order = orders[pick(orders.length + 1)]
    if (action < 4 || order === undefined) add()
    else if (action < 6) cancel(order)
    else if (action < 7) change(order)
    else hit(pick(2) === 0 ? sideCode.buy : sideCode.sell)
  }
  return rows
}
