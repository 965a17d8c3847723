/**
 * One bid and one ask around the mid price, looked at on a timer. Inventory pushes both quotes the other way.
 * A quote is replaced only when its wanted price has changed, and the new one leaves only after the old one is known
 * to be gone: there is never a second working quote on a side.
 */
import {
  type ClientOrderId,
  defineStrategy,
  type Order,
  type PriceTicks,
  p,
  priceTicks,
  qtyLots,
  type Side,
  type Spread,
  type StrategyContext,
  signOf,
  timeUs,
  z,
} from '../../src/index.ts'

const sides: readonly Side[] = ['buy', 'sell']

export default defineStrategy({
  name: 'market-maker',
  description: 'quotes both sides of the market and leans against its inventory',
  params: z.strictObject({
    interval: p.duration().prefault('100ms'),
    halfSpread: p.spread().prefault('1bps'),
    quantity: p.qty(),
    maxInventory: p.qty(),
    skew: p.number({ min: 0, max: 100 }).default(1),
  }),

  /** Quotes of ten lots or 0.01 % of what the tape traded; ten of them at most in stock. */
  defaults({ facts, instrument, given }) {
    const lots = Math.max(10, Math.round(facts.tradedLots * 0.0001))
    const quantity = given.quantity ?? instrument.formatQty(qtyLots(lots))
    const isNumber = /^\d+(\.\d+)?$/.test(quantity)
    return {
      quantity,
      maxInventory: isNumber ? instrument.formatQty(qtyLots(10 * instrument.parseQty(quantity))) : '',
    }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(params.quantity)
    const maxInventory = instrument.parseQty(params.maxInventory)
    /** The working quote of each side. */
    const quotes = new Map<Side, ClientOrderId>()

    const input: QuoteInput = { ...params, maxInventory, context }

    const refresh = (side: Side): void => {
      const price = wantedPrice(side, input)
      const hasRoom = signOf(side) * context.position().qty + qty <= maxInventory
      const order = orderOf(quotes.get(side), context)
      if (order === undefined) {
        if (price === undefined || !hasRoom) return
        quotes.set(side, context.submit({ instrument: 0, type: 'limit', side, qty, price, postOnly: true }))
      } else if (order.state.kind === 'open' && (order.price !== price || !hasRoom)) {
        context.cancel(order.clientOrderId)
      }
    }
    const tick = (): void => {
      for (const side of sides) refresh(side)
      context.setTimer(timeUs(context.now() + params.interval), tick)
    }
    return {
      onStart: tick,
      /** The old quote is gone: its successor need not wait for the timer. */
      onOrder({ clientOrderId, side, state }) {
        if (state.kind === 'canceled' && quotes.get(side) === clientOrderId) refresh(side)
      },
    }
  },
})

function orderOf(id: ClientOrderId | undefined, context: StrategyContext): Order | undefined {
  const order = id === undefined ? undefined : context.order(id)
  return order?.isWorking ? order : undefined
}

interface QuoteInput {
  readonly halfSpread: Spread
  /** Half spreads by which a full inventory moves both quotes. */
  readonly skew: number
  readonly maxInventory: number
  readonly context: StrategyContext
}

/** Never at or through the opposite touch, where a post-only order would be refused. */
function wantedPrice(
  side: Side,
  { halfSpread, skew, maxInventory, context }: QuoteInput,
): PriceTicks | undefined {
  const market = context.market()
  const bid = market.bestBid()
  const ask = market.bestAsk()
  if (bid === undefined || ask === undefined) return undefined
  const mid = (bid + ask) / 2
  const half = halfSpread.unit === 'bps' ? (mid * halfSpread.value) / 10_000 : halfSpread.value
  const center = mid - (skew * half * context.position().qty) / maxInventory
  return side === 'buy'
    ? priceTicks(Math.min(Math.floor(center - half), ask - 1))
    : priceTicks(Math.max(Math.ceil(center + half), bid + 1))
}
