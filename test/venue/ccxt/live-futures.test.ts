/** Perpetuals: the real ccxt over real sockets against the simulated exchange. */
import { afterEach, describe, expect, it } from 'vitest'
import { priceTicks, qtyLots } from '../../../src/core/units.ts'
import type { RunningExchange } from '../../../src/exchange/start-exchange.ts'
import type { TapeRow } from '../../../src/feed/tape-columns.ts'
import { print, spotSpec } from '../../support/exchange-tape.ts'
import { LiveStage, startTape } from '../../support/live-stage.ts'

const linear = { ...spotSpec, venue: 'binance-usdm', kind: 'linear' } as const
let running: RunningExchange | undefined
let stage: LiveStage | undefined

async function open(rows: readonly TapeRow[] = []): Promise<LiveStage> {
  running = await startTape(rows, linear)
  stage = await LiveStage.open(running, { exchangeId: 'binanceusdm', marketKind: 'linear' }, 'BTC/USDT:USDT')
  return stage
}

afterEach(async () => {
  await stage?.close()
  await running?.close()
  stage = undefined
  running = undefined
})

describe('a live venue of perpetuals', () => {
  it('takes an order to accept, amend, fill and cancel', async () => {
    const live = await open(print(600, 'sell', 500_000, 2500))
    live.submit(1, 500, 499_990)
    await live.until(() => live.told(1).length === 1)
    live.live.venue.amend({ clientOrderId: 1, instrument: 0, price: priceTicks(500_000), qty: qtyLots(1000) })
    await live.until(() => live.told(1).length === 2)
    live.exchange.advance({ byUs: 700_000 })
    await live.until(() => live.told(1).length === 3)
    live.cancel(1)
    await live.until(() => live.told(1).length === 4)
    expect(live.told(1)).toEqual([
      'accepted',
      'amended',
      'fill 500 at 500000 maker',
      'canceled canceled-by-strategy',
    ])
  })

  it('opens and closes a position, the second order only reducing', async () => {
    const live = await open()
    live.submit(1, 100, undefined)
    await live.until(() => live.told(1).length === 2)
    const reduce = {
      ...{ trigger: undefined, displayQty: undefined, expireTime: undefined, reduceOnly: true },
      ...{ ocoWith: undefined, exitOf: undefined, selfTradePrevention: undefined },
    }
    live.submit(2, 100, undefined, { side: 'sell', terms: reduce })
    await live.until(() => live.told(2).length === 2)
    live.submit(3, 100, undefined, { side: 'sell', terms: reduce })
    await live.until(() => live.told(3).length === 1)
    expect([1, 2, 3].map((id) => live.told(id).at(-1))).toEqual([
      'fill 100 at 500001 taker',
      'fill 100 at 500000 taker',
      'rejected no-position-to-reduce',
    ])
  })

  it('is told what only futures say, on any host', async () => {
    const live = await open()
    live.submit(1, 1, 500_001, { postOnly: true })
    live.submit(2, 3_000_000, 500_000)
    await live.until(() => live.reports.length >= 2)
    expect(live.told(1).at(-1)).toBe('rejected post-only-would-take')
    expect(live.told(2).at(-1)).toBe('rejected insufficient-balance')
  })
})
