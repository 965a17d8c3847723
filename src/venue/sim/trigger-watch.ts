/** Which rows of a book can concern the orders that wait for a trigger: everything else passes at full speed. */
import type { FlatBook } from '../../book/flat-book.ts'
import { oppositeOf } from '../../model/order.ts'
import type { RestingOrder } from './resting-orders.ts'
import { boundsOf, type TriggerBook } from './trigger-book.ts'

/** Prints outside the band of prices that concern nobody. */
export function watchPrints(book: FlatBook, { low, high }: TriggerBook): void {
  const slots = (tick: number) => ({ bid: book.slotOfTick('buy', tick), ask: book.slotOfTick('sell', tick) })
  book.watch.addPrintBand(slots(low), slots(high))
}

/**
 * The touch that an order would take: `best bid` for a sell, `best ask` for a buy. That it gets better than a price is
 * seen by the rows that reach it. That it gets worse needs one witness: as long as the best level stands, it has not.
 */
export function watchTouch(book: FlatBook, triggers: TriggerBook): void {
  for (const order of triggers.orders) if (triggers.sourceOf(order) === 'touch') watchTouchOf(book, order)
}

function watchTouchOf(book: FlatBook, order: RestingOrder): void {
  const { watch } = book
  const side = oppositeOf(order.side)
  const index = side === 'buy' ? 0 : 1
  const { rising, falling } = boundsOf(order)
  const better = side === 'buy' ? rising : falling
  const worse = side === 'buy' ? falling : rising
  const best = book.bestPrice(side)
  if (best === undefined) watch.addReach(index, 0)
  if (Number.isFinite(better)) watch.addReach(index, book.slotOfTick(side, better))
  if (Number.isFinite(worse) && best !== undefined && book.isInWindow(best)) {
    watch.addLevel(book.slotOfTick(side, best))
  }
}
