/**
 * Long while the fast simple moving average of bar closes is above the slow one, short (or flat) while it is below.
 * Trades at crossings only: where the averages stand when they first exist is taken note of, not traded.
 */
import { SMA } from 'trading-signals'
import { defineStrategy, durationUs, formatDuration, p, qtyLots, z } from '../../src/index.ts'

const barUsDefault = 60_000_000

export default defineStrategy({
  name: 'sma-cross',
  description: 'follows the crossing of two moving averages of bar closes',
  params: z
    .strictObject({
      fast: p.int({ min: 1, max: 10_000 }).default(10),
      slow: p.int({ min: 2, max: 100_000 }).default(30),
      barInterval: p.duration(),
      quantity: p.qty(),
      allowShort: p.flag(),
    })
    .refine(({ fast, slow }) => fast < slow, { path: ['fast'], error: 'expected fewer bars than slow has' }),

  /** The tape's own bars or one minute, and 1 % of what an average bar trades. */
  defaults({ facts, instrument }) {
    const barUs = facts.barUs ?? barUsDefault
    const bars = Math.max(1, (facts.lastTime - facts.firstTime) / barUs)
    const lots = Math.max(1, Math.round((facts.tradedLots / bars) * 0.01))
    return {
      barInterval: formatDuration(barUs),
      quantity: instrument.formatQty(qtyLots(lots)),
      allowShort: String(instrument.spec.kind === 'linear'),
    }
  },

  subscriptions: ({ barInterval }) => ({ barUs: durationUs(barInterval) }),

  create({ fast, slow, quantity, allowShort }, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(quantity)
    const fastAverage = new SMA(fast)
    const slowAverage = new SMA(slow)
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
        if (fastValue === null || slowValue === null || fastValue === slowValue) return
        const isAbove = fastValue > slowValue
        if (wasAbove !== undefined && isAbove !== wasAbove) moveTo(isAbove ? qty : allowShort ? -qty : 0)
        wasAbove = isAbove
      },
    }
  },
})
