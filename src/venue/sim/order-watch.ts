/** Which rows of a book can concern us: everything else passes at full speed. */
import type { FlatBook } from '../../book/flat-book.ts'
import type { Side } from '../../model/order.ts'
import type { BookTaking } from './book-taking.ts'
import type { OrderDesk } from './order-desk.ts'
import { watchPrints, watchTouch } from './trigger-watch.ts'

/** On our own levels, on those we took from, at or through our best prices, and what triggers wait for. */
export function watchOrders(book: FlatBook, { bids, asks, triggers }: OrderDesk, taking: BookTaking): void {
  const { watch } = book
  watch.clear()
  for (const { tick } of bids.orders) watchLevel(book, 'buy', tick)
  for (const { tick } of asks.orders) watchLevel(book, 'sell', tick)
  if (taking.bids.size > 0) for (const tick of taking.bids.keys()) watchLevel(book, 'buy', tick)
  if (taking.asks.size > 0) for (const tick of taking.asks.keys()) watchLevel(book, 'sell', tick)
  if (bids.best !== undefined) watch.addReach(1, book.slotOfTick('sell', bids.best.tick))
  if (asks.best !== undefined) watch.addReach(0, book.slotOfTick('buy', asks.best.tick))
  if (!triggers.isEmpty) {
    watchPrints(book, triggers)
    if (triggers.usesTouch) watchTouch(book, triggers)
  }
  book.updateLimit()
}

/** Every further row of this message stops, so that its end is seen. */
export function watchAll(book: FlatBook): void {
  book.watch.addReach(0, 0)
  book.watch.addReach(1, 0)
  book.updateLimit()
}

/** Levels outside the window stop the loop anyway. */
function watchLevel(book: FlatBook, side: Side, tick: number): void {
  if (book.isInWindow(tick)) book.watch.addLevel(book.slotOfTick(side, tick))
}
