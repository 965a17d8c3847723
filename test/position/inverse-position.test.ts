/**
 * XBTUSD: contracts of 1 USD, tick 0.5, quantum 0.00000001 BTC. One lot at p ticks is worth
 * 1 ÷ (0.5 × p) BTC = 200,000,000 ÷ p quanta.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { Side } from '../../src/model/order.ts'
import { parseFeeRates } from '../../src/position/fees.ts'
import { PositionTracker } from '../../src/position/position-tracker.ts'
import { testInstrument } from '../support/fake-venue.ts'

/** [side, lots, ticks] */
type Trade = readonly [Side, number, number]

const xbtusd = testInstrument({
  id: 'XBTUSD',
  kind: 'inverse',
  baseCurrency: 'XBT',
  settleCurrency: 'XBT',
  tickSize: '0.5',
  lotSize: '1',
  settleQuantum: '0.00000001',
})

function account(trades: readonly Trade[], fees = { maker: '0', taker: '0' }) {
  const market = { mid: undefined as number | undefined, midTimes2: () => market.mid }
  const positions = new PositionTracker({
    instruments: [xbtusd],
    balance: moneyQuanta(100_000_000),
    fees: [parseFeeRates(fees)],
    markets: [market],
  })
  trades.forEach(([side, lots, ticks], index) => {
    const [price, qty, liquidity] = [priceTicks(ticks), qtyLots(lots), 'maker'] as const
    const fee = positions.feeOf(0, price, qty, liquidity, 0)
    const id = { clientOrderId: 1, parentOrderId: undefined, instrument: 0, tradeId: index + 1 }
    positions.apply({ ...id, side, price, qty, liquidity, fee, exchangeTime: timeUs(0), time: timeUs(0) })
  })
  return { positions, market }
}

describe('positions in inverse contracts', () => {
  it.each<[string, readonly Trade[], object]>([
    // 1,000 USD bought at 10,000 = 0.1 BTC, sold at 12,500 = 0.08 BTC: gain 1000 × (1/10000 − 1/12500) = 0.02 BTC
    [
      'long closed at a gain',
      [
        ['buy', 1000, 20_000],
        ['sell', 1000, 25_000],
      ],
      { qty: 0, openCost: 0, realizedPnl: 2_000_000 },
    ],
    [
      'short closed at a loss, the mirror of it',
      [
        ['sell', 1000, 20_000],
        ['buy', 1000, 25_000],
      ],
      { qty: 0, openCost: 0, realizedPnl: -2_000_000 },
    ],
    // A fall costs more than a rise of the same size earns: 1000 × (1/10000 − 1/7500) = −0.0333… BTC; 200e9 ÷ 15,000 =
    // 13,333,333.33, rounded toward zero; 10,000,000 − 13,333,333
    [
      'long closed at a loss',
      [
        ['buy', 1000, 20_000],
        ['sell', 1000, 15_000],
      ],
      { qty: 0, openCost: 0, realizedPnl: -3_333_333 },
    ],
    // 3 × 10,000 + 4 × 6,250 = 30,000 + 25,000 quanta, paid in: minus. Average 7 × 2e8 ÷ 55,000 = 25,454.5 ticks: the
    // harmonic mean, below the arithmetic (3 × 20,000 + 4 × 32,000) ÷ 7 = 26,857.1
    [
      'long built at two prices',
      [
        ['buy', 3, 20_000],
        ['buy', 4, 32_000],
      ],
      { qty: 7, openCost: -55_000, realizedPnl: 0, tradedNotional: 188_000 },
    ],
    // closes 55,000 × 2 ÷ 7 = 15,714.3 → 15,714 of the cost; 2 lots at 40,000 ticks are 10,000 quanta: 15,714 − 10,000
    [
      'partial close, the fraction stays in the cost',
      [
        ['buy', 3, 20_000],
        ['buy', 4, 32_000],
        ['sell', 2, 40_000],
      ],
      { qty: 5, openCost: -39_286, realizedPnl: 5_714 },
    ],
    // and the rest at 40,000: 39,286 − 25,000 = 14,286; together 55,000 − 35,000 = 20,000
    [
      'closed in two parts, nothing lost',
      [
        ['buy', 3, 20_000],
        ['buy', 4, 32_000],
        ['sell', 2, 40_000],
        ['sell', 5, 40_000],
      ],
      { qty: 0, openCost: 0, realizedPnl: 20_000 },
    ],
    // 5 bought for 50,000, sold at 25,000 ticks for 40,000: 10,000; opens 3 short at 25,000 = 24,000
    [
      'long turned short by one fill',
      [
        ['buy', 5, 20_000],
        ['sell', 8, 25_000],
      ],
      { qty: -3, openCost: 24_000, realizedPnl: 10_000 },
    ],
    // 8 at 30,000 = 53,333.3 → 53,333; the 3 that open = 20,000, so the 5 that close = 33,333: 50,000 − 33,333
    [
      'turned at a price that does not divide: what closes takes the rounding of the whole fill',
      [
        ['buy', 5, 20_000],
        ['sell', 8, 30_000],
      ],
      { qty: -3, openCost: 20_000, realizedPnl: 16_667 },
    ],
  ])('%s', (_title, trades, expected) => {
    expect(account(trades).positions.position(0)).toMatchObject(expected)
  })

  it('are valued in the base currency at the mid, half ticks included', () => {
    const { positions, market } = account([['buy', 1000, 20_000]])
    // 200e9 ÷ 25,000.5 = 7,999,840.003…: value 7,999,840; gain 10,000,000 − 7,999,840
    market.mid = 50_001
    expect(positions.value(0)).toBe(7_999_840)
    expect(positions.unrealizedNow()).toBe(2_000_160)
    expect(positions.equity()).toBe(102_000_160)
  })

  it('pay fees and receive rebates on the value in base currency', () => {
    // 1000 lots at 20,000: 10,000,000 quanta; 2 bps = 2,000, −0.5 bps = −500
    expect(account([['sell', 1000, 20_000]], { maker: '2', taker: '5' }).positions.fees()).toBe(2_000)
    const rebated = account([['sell', 1000, 20_000]], { maker: '-0.5', taker: '5' })
    expect(rebated.positions.fees()).toBe(-500)
    rebated.market.mid = 40_000
    expect(rebated.positions.equity()).toBe(100_000_500)
  })

  it('count the value of an order in quanta, and know when it is no exact number any more', () => {
    // 2 × 7 × 2e8 ÷ 64,001 = 43,749.3
    expect(xbtusd.valueOf2(64_001, 7)).toBe(43_749)
    expect(xbtusd.valueOf2(64_001, -7)).toBe(-43_749)
    expect(Number.isSafeInteger(xbtusd.valueOf2(2, 1e9))).toBe(false)
    // 2e8 ÷ 30,000 = 6,666.7, up
    expect(xbtusd.reservePerLot(30_000)).toBe(6_667)
  })

  it('mirror each other to the last quantum', () => {
    const trade = fc.tuple(
      fc.constantFrom<Side>('buy', 'sell'),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 100, max: 200_000 }),
    )
    const mirrored = fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
      const there = account(trades).positions
      const back = account(trades.map(([side, q, p]) => [side === 'buy' ? 'sell' : 'buy', q, p])).positions
      expect(back.position(0).qty + there.position(0).qty).toBe(0)
      expect(back.realized() + there.realized()).toBe(0)
      expect(back.unrealizedNow() + there.unrealizedNow()).toBe(0)
    })
    fc.assert(mirrored, { seed: 11, numRuns: 200 })
  })
})
