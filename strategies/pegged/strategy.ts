/** One order that follows the best bid, the best ask or the mid: the execution engine's pegged order. */
import { defineStrategy, formatDuration, p, qtyLots, z } from '../../src/index.ts'

export default defineStrategy({
  name: 'pegged',
  description: 'one limit order that follows the best bid, the best ask or the mid price',
  params: z.strictObject({
    side: p.side().default('buy'),
    quantity: p.qty(),
    peg: p.choice(['bid', 'ask', 'mid']),
    offset: p.int().default(0),
    limit: p.price().optional(),
    interval: p.duration().prefault('100ms'),
    replace: p.choice(['amend', 'cancel']).default('amend'),
    postOnly: p.flag().default(true),
    timeout: p.duration(),
  }),

  /** At its own side's touch: 0.1 % of what the tape traded, at most a tenth of the balance, for 95 % of the tape's time. */
  defaults({ facts, instrument, given, balanceLots = Number.POSITIVE_INFINITY }) {
    const lots = Math.max(1, Math.min(Math.round(facts.tradedLots * 0.001), Math.floor(balanceLots / 10)))
    const seconds = Math.max(1, Math.floor(((facts.lastTime - facts.firstTime) * 0.95) / 1e6))
    return {
      quantity: instrument.formatQty(qtyLots(lots)),
      peg: given.side === 'sell' ? 'ask' : 'bid',
      timeout: formatDuration(seconds * 1e6),
    }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(params.quantity)
    const limit = params.limit === undefined ? {} : { limit: instrument.parsePrice(params.limit) }
    const { side, peg, offset, interval, replace, postOnly, timeout } = params
    const algo = { algo: 'pegged', peg, offset, ...limit, interval, replace, postOnly, timeout } as const
    return { onStart: () => void context.execute({ instrument: 0, side, qty, algo }) }
  },
})
