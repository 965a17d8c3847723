/**
 * Long while the fast simple moving average of bar closes is above the slow one, short (or flat) while it is below.
 * Trades at crossings only: where the averages stand when they first exist is taken note of, not traded.
 */
import {
  defineStrategy,
  formatDuration,
  type PriceTicks,
  p,
  qtyLots,
  type StrategyContext,
  z,
} from '../../src/index.ts'
import { MovingAverage } from './moving-average.ts'

const barUsDefault = 60_000_000

export default defineStrategy({
  name: 'sma-cross',
  description: 'follows the crossing of two moving averages of bar closes',
  params: z
    .strictObject({
      fast: p.int({ min: 1, max: 10_000 }).default(10),
      slow: p.int({ min: 2, max: 100_000 }).default(30),
      barInterval: p.duration(),
      equityPct: p.number({ min: 0.01, max: 1000 }).default(10),
      quantity: p.qty().optional(),
      allowShort: p.flag(),
    })
    .refine(({ fast, slow }) => fast < slow, { path: ['fast'], error: 'expected fewer bars than slow has' }),

  /** The tape's own bars or one minute; spot cannot be sold short. */
  defaults({ facts, instrument }) {
    return {
      barInterval: formatDuration(facts.barUs ?? barUsDefault),
      allowShort: String(instrument.spec.kind !== 'spot'),
    }
  },

  subscriptions: ({ barInterval }) => ({ barUs: barInterval }),

  create({ fast, slow, equityPct, quantity, allowShort }, context) {
    const fixedLots = quantity === undefined ? undefined : context.instruments[0]?.parseQty(quantity)
    const fastAverage = new MovingAverage(fast)
    const slowAverage = new MovingAverage(slow)
    let wasAbove: boolean | undefined

    const moveTo = (target: number): void => {
      const change = target - context.position().qty
      if (change === 0) return
      const side = change > 0 ? 'buy' : 'sell'
      context.submit({ instrument: 0, type: 'market', side, qty: qtyLots(Math.abs(change)) })
    }
    return {
      onBar({ close }) {
        const fastValue = fastAverage.add(close)
        const slowValue = slowAverage.add(close)
        if (fastValue === undefined || slowValue === undefined || fastValue === slowValue) return
        const isAbove = fastValue > slowValue
        if (wasAbove !== undefined && isAbove !== wasAbove) {
          const lots = fixedLots ?? shareOfEquity(equityPct, close, context)
          moveTo(isAbove ? lots : allowShort ? -lots : 0)
        }
        wasAbove = isAbove
      },
    }
  },
})

/** Whole lots at `price`, rounded down. */
function shareOfEquity(percent: number, price: PriceTicks, context: StrategyContext): number {
  const lotValue = context.instruments[0]?.notionalQuanta(price, qtyLots(1))
  return lotValue === undefined ? 0 : Math.floor((context.equity() * percent) / 100 / lotValue)
}
