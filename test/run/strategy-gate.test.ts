import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { OrderRequest } from '../../src/model/order.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { StrategyContext } from '../../src/strategy/strategy.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled } from '../support/run-rows.ts'

const tape = memoryTape(randomMarket({ seed: 2, messages: 50 }))
const strategy = (onStart: (context: StrategyContext) => void): RunnableStrategy => ({
  name: 'own',
  params: {},
  subscriptions: {},
  create: (context) => ({ onStart: () => onStart(context) }),
})
const run = (onStart: (context: StrategyContext) => void) => runJournaled([tape], strategy(onStart))

/** As code without types may write it. */
const order = (changes: object): OrderRequest =>
  Object.assign(
    { instrument: 0, side: 'buy', type: 'limit', qty: qtyLots(1), price: priceTicks(1) } as const,
    changes,
  )

describe('an order that is none', () => {
  it.each([
    { changes: { side: 'hold' }, message: /side buy or sell, found "hold"/ },
    { changes: { type: 'stopp' }, message: /type market, limit, stop, stop-limit/ },
    { changes: { type: 'stop', price: 1 }, message: /no price on a stop order/ },
    { changes: { price: undefined }, message: /price in whole ticks/ },
    { changes: { type: 'market' }, message: /no price and no postOnly on a market order/ },
    { changes: { timeInForce: 'gtx' }, message: /timeInForce gtc, ioc, fok or gtd/ },
    { changes: { qty: '1' }, message: /qty in whole lots > 0, found "1"/ },
    { changes: { qty: Number.NaN }, message: /qty in whole lots > 0/ },
    { changes: { qty: 1.5 }, message: /qty in whole lots > 0, found 1\.5/ },
    { changes: { instrument: 7 }, message: /expected instrument, found 7/ },
  ])('is refused: $changes', async ({ changes, message }) => {
    await expect(run((context) => void context.submit(order(changes)))).rejects.toThrow(message)
  })

  it('is refused as an amend as well', async () => {
    const amend = (context: StrategyContext) => {
      const id = context.submit(order({}))
      context.amend(id, { qty: qtyLots(0) })
    }
    await expect(run(amend)).rejects.toThrow(/qty in whole lots > 0, found 0/)
  })
})

describe('a strategy that lets no time pass', () => {
  it('is stopped when it sets timers for now, forever', async () => {
    const loop = (context: StrategyContext) => {
      const again = (): void => void context.setTimer(context.now(), again)
      again()
    }
    await expect(run(loop)).rejects.toThrow(ConfigError)
    await expect(run(loop)).rejects.toThrow(/more than 100000 commands or timers at one moment/)
  })
})

describe('a strategy with an async callback', () => {
  it('is refused', async () => {
    const own = { ...strategy(() => {}), create: () => ({ onStart: async () => {} }) }
    await expect(runJournaled([tape], own)).rejects.toThrow(/onStart is async/)
  })
})

describe('an order sent when the data are over', () => {
  it('ends with that reason', async () => {
    const own: RunnableStrategy = {
      ...strategy(() => {}),
      create: (context) => ({
        onEnd: () => void context.submit({ instrument: 0, side: 'buy', type: 'market', qty: qtyLots(1) }),
        onStart: () => void context.setTimer(timeUs(context.now() + 1), () => {}),
      }),
    }
    const { record } = await runJournaled([tape], own)
    expect(record?.orders.map(({ state }) => state)).toEqual([{ kind: 'expired', reason: 'end-of-data' }])
  })
})
