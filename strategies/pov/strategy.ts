/** Keeps its quantity at a share of what the market trades: the execution engine's POV, driven from the command line. */
import { ConfigError, defineStrategy, formatDuration, p, qtyLots, z } from '../../src/index.ts'

export default defineStrategy({
  name: 'pov',
  description: 'buys or sells one quantity at a share of what the market trades',
  params: z.strictObject({
    side: p.side().default('buy'),
    quantity: p.qty(),
    duration: p.duration(),
    rate: p.number({ min: 0.0001, max: 1 }).default(0.01),
    maxRate: p.number({ min: 0.0001, max: 1 }),
    interval: p.duration().prefault('1s'),
    minChild: p.qty(),
    childType: p.choice(['market', 'limit']).default('market'),
    priceOffset: p.int().default(0),
  }),

  /** 1 % of what the tape traded, but at most a tenth of the balance, over about 95 % of the tape's time. */
  defaults({ facts, instrument, given, balanceLots = Number.POSITIVE_INFINITY }) {
    const lots = Math.max(1, Math.min(Math.round(facts.tradedLots * 0.01), Math.floor(balanceLots / 10)))
    const seconds = Math.max(1, Math.floor(((facts.lastTime - facts.firstTime) * 0.95) / 1e6))
    const rate = Number(given.rate ?? 0.01)
    return {
      quantity: instrument.formatQty(qtyLots(lots)),
      duration: formatDuration(seconds * 1e6),
      maxRate: String(rate > 0 ? Math.min(1, 3 * rate) : 1),
      minChild: instrument.formatQty(qtyLots(1)),
    }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(params.quantity)
    const minChild = instrument.parseQty(params.minChild)
    const { side, duration, rate, maxRate, interval, childType, priceOffset } = params
    if (maxRate < rate) {
      throw new ConfigError('POV_RATE', `strategy pov: maxRate ${maxRate} is below rate ${rate}`)
    }
    const limits = { rate, maxRate, interval, minChild } as const
    const algo = { algo: 'pov', duration, ...limits, childType, priceOffset } as const
    return { onStart: () => void context.execute({ instrument: 0, side, qty, algo }) }
  },
})
