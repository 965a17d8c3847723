/** Buys or sells one quantity in even slices over a time: the execution engine's TWAP, driven from the command line. */
import { defineStrategy, formatDuration, p, qtyLots, z } from '../../src/index.ts'

const slicesDefault = 30
export default defineStrategy({
  name: 'twap',
  description: 'buys or sells one quantity in even slices over a time',
  params: z.strictObject({
    side: p.side().default('buy'),
    quantity: p.qty(),
    duration: p.duration(),
    slices: p.int({ min: 1, max: 100_000 }).default(slicesDefault),
    childType: p.choice(['market', 'limit']).default('market'),
    priceOffset: p.int().default(0),
    jitter: p.number({ min: 0, max: 0.99 }).default(0),
  }),

  /** About 1 % of what the tape traded, but at most a tenth of the balance, over about 80 % of the tape's time. */
  defaults({ facts, instrument, given, balanceLots = Number.POSITIVE_INFINITY }) {
    const asked = Number(given.slices)
    const slices = Number.isSafeInteger(asked) && asked > 0 ? asked : slicesDefault
    const lots = Math.max(slices, Math.min(Math.round(facts.tradedLots * 0.01), Math.floor(balanceLots / 10)))
    const seconds = Math.max(1, Math.floor(((facts.lastTime - facts.firstTime) * 0.8) / 1e6))
    return { quantity: instrument.formatQty(qtyLots(lots)), duration: formatDuration(seconds * 1e6) }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(params.quantity)
    const { side, duration, slices, childType, priceOffset, jitter } = params
    const algo = { algo: 'twap', duration, slices, childType, priceOffset, jitter } as const
    return { onStart: () => void context.execute({ instrument: 0, side, qty, algo }) }
  },
})
