/** Every order type through the whole run: engine, risk guard, journal and venue agree at the end, every time alike. */
import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { OrderRequest } from '../../src/model/order.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, testConfig } from '../support/run-rows.ts'

/** A bracket, a pair and a trailing stop in turn, every 300 ms around the touch. */
const mixed: RunnableStrategy = {
  name: 'mixed',
  params: {},
  subscriptions: {},
  create: (context) => {
    const random = context.random('orders')
    const act = (): void => {
      context.setTimer(timeUs(context.now() + 300_000), act)
      const bid = context.market().bestBid()
      if (bid === undefined) return
      const side = random.nextInt(2) === 0 ? 'buy' : 'sell'
      const back = side === 'buy' ? 'sell' : 'buy'
      const sign = side === 'buy' ? 1 : -1
      const at = (away: number) => priceTicks(bid + sign * away)
      const base = { instrument: 0, side, qty: qtyLots(2 + random.nextInt(5)) } as const
      const limit = (price: number): OrderRequest => ({ ...base, type: 'limit', price: priceTicks(price) })
      const kind = random.nextInt(4)
      if (kind === 0) {
        const exit = { ...base, side: back } as const
        context.submitBracket({
          entry: limit(bid),
          stopLoss: { ...exit, type: 'stop', triggerPrice: at(-4) },
          takeProfit: { ...exit, type: 'limit', price: at(4) },
        })
      } else if (kind === 1) {
        context.submitOco(limit(at(-2)), { ...base, type: 'stop', triggerPrice: at(5) })
      } else if (kind === 2) {
        context.submit({ ...base, type: 'trailing-stop', trailingTicks: priceTicks(2) })
      } else {
        const expireTime = timeUs(context.now() + 1_000_000)
        context.submit({
          ...base,
          type: 'limit',
          price: bid,
          timeInForce: 'gtd',
          expireTime,
          displayQty: qtyLots(1),
        })
      }
      const [oldest] = context.workingOrders()
      if (oldest !== undefined && random.nextInt(5) === 0) context.cancel(oldest.clientOrderId)
    }
    return { onStart: act }
  },
}

const config = {
  ...testConfig,
  selfTradePrevention: 'decrement',
  risk: { duplicateWindowMs: null },
}

describe.each([1, 2, 3])('a run of every order type, seed %i', (seed) => {
  const tape = memoryTape(randomMarket({ seed, messages: 2000 }))

  it('ends with the position that its fills make, whole orders and kept links', async () => {
    const { record, summary } = await runJournaled([tape], mixed, config)
    if (record === undefined) throw new Error('no record')
    const { orders, fills } = record
    expect(fills.length).toBeGreaterThan(20)
    expect(orders.filter(({ triggeredAt }) => triggeredAt !== undefined).length).toBeGreaterThan(3)
    const position = fills.reduce((sum, fill) => sum + (fill.side === 'buy' ? 1 : -1) * fill.qty, 0)
    expect(Number(summary.position.BTCUSDT)).toBeCloseTo(position * 0.001, 9)
    for (const order of orders) {
      expect(order.cumQty, `order ${order.clientOrderId}`).toBeLessThanOrEqual(order.qty)
      if (order.state.kind === 'filled') expect(order.cumQty).toBe(order.qty)
      const peer = order.terms?.ocoWith === undefined ? undefined : orders[order.terms.ocoWith - 1]
      if (peer === undefined) continue
      const both = order.cumQty + peer.cumQty
      const entryId = order.terms?.exitOf
      const most = entryId === undefined ? Math.max(order.qty, peer.qty) : (orders[entryId - 1]?.cumQty ?? 0)
      expect(both, `pair ${peer.clientOrderId}, ${order.clientOrderId}`).toBeLessThanOrEqual(most)
    }
  })

  it('has the same fingerprint again', async () => {
    const first = await runJournaled([tape], mixed, config)
    const second = await runJournaled([tape], mixed, config)
    expect(second.summary.fingerprint).toBe(first.summary.fingerprint)
  })
})
