/**
 * Does everything a strategy can do, over and over, for tests of the seam between engine and venue. What it does is
 * counted in market messages, so that much happens however slow the machine is; timers and its own random stream add
 * what depends on the clock.
 */
import {
  type ClientOrderId,
  defineStrategy,
  durationUs,
  type ParentOrderId,
  p,
  priceTicks,
  qtyLots,
  type StrategyContext,
  timeUs,
  z,
} from '../../src/index.ts'

const barUs = durationUs(50_000)

export const busyStrategy = defineStrategy({
  name: 'busy',
  description: 'submits, amends, cancels and slices all the time',
  params: z.strictObject({ lots: p.int({ min: 1 }), tickUs: p.int({ min: 1 }) }),
  subscriptions: () => ({ trades: true, book: true, barUs }),
  create({ lots, tickUs }, context) {
    const random = context.random('busy')
    let books = 0
    let quote: ClientOrderId | undefined
    let twap: ParentOrderId | undefined
    const tick = (): void => {
      context.cancelTimer(context.setTimer(timeUs(context.now() + 1), () => context.log('never')))
      if (random.nextInt(4) === 0) takeOne(context)
      context.setTimer(timeUs(context.now() + tickUs), tick)
    }
    return {
      onStart() {
        context.log(`start at ${context.market().midTimes2()}`)
        twap = slice(context, lots, 'market')
        tick()
      },
      onBook() {
        books++
        if (books % 5 === 1) quote = quoteBid(context, quote)
        if (books % 17 === 0) tryAndCancel(context, quote)
        if (books % 12 === 0) takeOne(context)
        if (books % 60 === 30 && twap !== undefined) context.cancelParent(twap)
        if (books % 60 === 0) twap = slice(context, lots, books % 120 === 0 ? 'limit' : 'market')
      },
      onTrade({ price, qty, aggressorSide }) {
        context.log(`${aggressorSide} ${qty} at ${price}`)
      },
      onBar({ open, high, low, close, volume }) {
        context.log(`bar ${open} ${high} ${low} ${close} ${volume}`)
      },
      onOrder({ clientOrderId, state }) {
        if (state.kind === 'unknown') context.log(`no answer for ${clientOrderId}`)
      },
      onFill({ liquidity }) {
        if (liquidity === 'taker' || random.nextInt(5) > 0) return
        context.submit({ ...request(context), type: 'market' })
      },
      onParent({ parentOrderId, state, cumQty }) {
        context.log(`parent ${parentOrderId} ${state.kind} ${cumQty}, equity ${context.equity()}`)
      },
    }
  },
})

const bidRequest = { instrument: 0, type: 'limit', side: 'buy' } as const

/** A new quote, or the working one moved. */
function quoteBid(context: StrategyContext, before: ClientOrderId | undefined): ClientOrderId | undefined {
  const bid = context.market().bestBid()
  if (bid === undefined) return before
  const price = priceTicks(bid - (context.workingOrders().length % 2))
  const working = before === undefined ? undefined : context.order(before)
  if (working?.state.kind === 'open') {
    context.amend(working.clientOrderId, { price, qty: qtyLots(working.cumQty + 3) })
    return before
  }
  const id = context.submit({ ...bidRequest, qty: qtyLots(4), price, postOnly: true })
  // Changed before anybody can have heard of it.
  context.amend(id, { qty: qtyLots(5) })
  return id
}

/** Cancels the quote, and an order far from the market that has only just left. */
function tryAndCancel(context: StrategyContext, quote: ClientOrderId | undefined): void {
  const bid = context.market().bestBid()
  if (quote !== undefined) context.cancel(quote)
  if (bid === undefined) return
  context.cancel(context.submit({ ...bidRequest, qty: qtyLots(1), price: priceTicks(bid - 50) }))
}

/** Brings the position towards zero. */
function request(context: StrategyContext) {
  const side = context.position().qty > 0 ? ('sell' as const) : ('buy' as const)
  return { instrument: 0, side, qty: qtyLots(2) }
}

function takeOne(context: StrategyContext): void {
  const ask = context.market().bestAsk()
  const bid = context.market().bestBid()
  const { side, ...rest } = request(context)
  const price = side === 'buy' ? ask : bid
  if (price !== undefined) {
    context.submit({ ...rest, side, type: 'limit', price, timeInForce: 'ioc' })
  }
}

function slice(context: StrategyContext, lots: number, childType: 'market' | 'limit'): ParentOrderId {
  const side = context.position().qty > 0 ? 'sell' : 'buy'
  const duration = durationUs(40_000)
  const algo = { algo: 'twap', duration, slices: 8, childType, jitter: 0.5 } as const
  return context.execute({ instrument: 0, side, qty: qtyLots(lots), algo })
}
