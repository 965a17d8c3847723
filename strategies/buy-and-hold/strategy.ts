/** Buys once, at the start, and keeps it: the yardstick for everything else. */
import { defineStrategy, p, qtyLots, z } from '../../src/index.ts'

export default defineStrategy({
  name: 'buy-and-hold',
  description: 'buys once and keeps it',
  params: z.strictObject({ quantity: p.qty() }),

  /** About 0.1 % of what the tape traded, but at most a tenth of the balance; at least ten lots. */
  defaults({ facts, instrument, balanceLots = Number.POSITIVE_INFINITY }) {
    const lots = Math.min(Math.round(facts.tradedLots * 0.001), Math.floor(balanceLots / 10))
    return { quantity: instrument.formatQty(qtyLots(Math.max(10, lots))) }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(params.quantity)
    const request = { instrument: 0, side: 'buy', qty, algo: { algo: 'market' } } as const
    return { onStart: () => void context.execute(request) }
  },
})
