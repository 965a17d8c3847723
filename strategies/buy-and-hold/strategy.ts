/** Buys once, as soon as there is a price, and keeps it: the yardstick for everything else. */
import { defineStrategy, p, qtyLots, timeUs, z } from '../../src/index.ts'

/** How often to look for a first price. */
const marketCheckUs = 100_000

export default defineStrategy({
  name: 'buy-and-hold',
  description: 'buys once and keeps it',
  params: z.strictObject({ quantity: p.qty() }),

  /** About 0.1 % of what the tape traded, at least ten lots. */
  defaults({ facts, instrument }) {
    return { quantity: instrument.formatQty(qtyLots(Math.max(10, Math.round(facts.tradedLots * 0.001)))) }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(params.quantity)
    const start = (): void => {
      if (context.market().midTimes2() === undefined) {
        context.setTimer(timeUs(context.now() + marketCheckUs), start)
      } else {
        context.execute({ instrument: 0, side: 'buy', qty, algo: { algo: 'market' } })
      }
    }
    return { onStart: start }
  },
})
