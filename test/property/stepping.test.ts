/**
 * How a run is stepped changes nothing: whether something else makes the loop stop more often, and where columns are
 * cut into batches. The strategy answers fills at once, so a venue that had run ahead of an answer would show.
 */
import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { Fill } from '../../src/model/fill.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { StrategyContext, Subscriptions } from '../../src/strategy/strategy.ts'
import { randomMarket } from '../support/random-market.ts'
import { runJournaled } from '../support/run-rows.ts'
import { testInstrument } from '../support/tape-rows.ts'

interface Stepping {
  readonly name: string
  readonly subscriptions: Subscriptions
  /** Microseconds between timers that do nothing; 0 for none. */
  readonly idleUs: number
  readonly batchRows?: number
}

const steppings: readonly Stepping[] = [
  { name: 'as seldom as possible', subscriptions: {}, idleUs: 0 },
  { name: 'at every message', subscriptions: { trades: true, book: true }, idleUs: 0 },
  { name: 'every 37 µs', subscriptions: {}, idleUs: 37 },
  { name: 'in batches of 8 rows', subscriptions: {}, idleUs: 0, batchRows: 8 },
  { name: 'in batches of 97 rows', subscriptions: {}, idleUs: 0, batchRows: 97 },
]

/** Orders at and around the touch by a timer, and one more for every fill; every third fill cancels or amends. */
function answering({ subscriptions, idleUs }: Stepping): RunnableStrategy {
  const create = (context: StrategyContext) => {
    let count = 0
    const quote = (instrument: number): void => {
      const k = count++
      const side = k % 2 === 1 ? 'buy' : 'sell'
      const market = context.market(instrument)
      const touch = side === 'buy' ? market.bestBid() : market.bestAsk()
      if (touch === undefined) return
      const price = priceTicks(side === 'buy' ? touch + (k % 3) - 1 : touch - (k % 3) + 1)
      const timeInForce = k % 7 === 0 ? 'ioc' : 'gtc'
      context.submit({ instrument, side, type: 'limit', qty: qtyLots(2 + (k % 5)), price, timeInForce })
    }
    const every = (us: number, act: () => void): void => {
      act()
      context.setTimer(timeUs(context.now() + us), () => every(us, act))
    }
    return {
      onStart: () => {
        every(200_000, () => context.instruments.forEach((_, instrument) => void quote(instrument)))
        if (idleUs > 0) every(idleUs, () => {})
      },
      onFill: ({ instrument, clientOrderId, side }: Fill) => {
        quote(instrument)
        const order = context.order(clientOrderId)
        if (order === undefined || !order.isWorking || order.price === undefined) return
        if (count % 3 === 0) context.cancel(clientOrderId)
        else if (count % 3 === 1) {
          context.amend(clientOrderId, { price: priceTicks(order.price + (side === 'buy' ? 1 : -1)) })
        }
      },
    }
  }
  return { name: 'answering', params: {}, subscriptions, create }
}

const config = {
  latency: { model: 'constant', entryUs: 300, responseUs: 150 },
  risk: {
    maxMessagesPerSecond: null,
    duplicateWindowMs: null,
    maxDailyLossPct: null,
    maxDrawdownPct: null,
    maxOpenOrders: null,
  },
}

async function fillsOf(seed: number, instruments: number, stepping: Stepping) {
  const { batchRows } = stepping
  const tapes = Array.from({ length: instruments }, (_, index) =>
    createMemoryTape({
      instrument: { ...testInstrument, id: `I${index}` },
      rows: randomMarket({ seed: seed + 50 * index, messages: 600, gapUs: 4000 }),
      ...(batchRows === undefined ? {} : { batchRows }),
    }),
  )
  const { record } = await runJournaled(tapes, answering(stepping), config)
  return record?.fills.map(({ clientOrderId, price, qty, time, exchangeTime }) => [
    clientOrderId,
    price,
    qty,
    time,
    exchangeTime,
  ])
}

describe.each([1, 2])('fills with %i instruments', (instruments) => {
  it.each([1, 2, 3, 4])('are the same however the run is stepped, seed %i', async (seed) => {
    const [first, ...others] = steppings
    if (first === undefined) throw new Error('nothing to compare')
    const expected = await fillsOf(seed, instruments, first)
    expect(expected?.length, `seed ${seed}`).toBeGreaterThan(20)
    for (const stepping of others) {
      expect(await fillsOf(seed, instruments, stepping), `seed ${seed}, ${stepping.name}`).toEqual(expected)
    }
  })
})
