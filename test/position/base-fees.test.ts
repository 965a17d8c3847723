/**
 * Fees kept of what was bought. Tick 0.1, lot 0.001, quantum 1e-6: one tick × one lot is 100 quanta of money, one lot is
 * 100,000 quanta of the coin (1e-8). Fees are 10 bps: of 100 lots 0.1 lot, 10,000 coin quanta.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { baseQuantaPerLot, baseQuantumOf, formatBase } from '../../src/model/base-fee.ts'
import type { Side } from '../../src/model/order.ts'
import { parseFeeRates } from '../../src/position/fees.ts'
import { PositionTracker } from '../../src/position/position-tracker.ts'
import { testInstrument } from '../support/fake-venue.ts'

/** [side, lots, ticks] */
type Trade = readonly [Side, number, number]

const balance = 1_000_000_000

function account(bps = '10') {
  const instrument = testInstrument({ kind: 'spot' })
  const market = { mid: undefined as number | undefined, midTimes2: () => market.mid }
  const positions = new PositionTracker({
    instruments: [instrument],
    balance: moneyQuanta(balance),
    fees: [parseFeeRates({ maker: bps, taker: bps })],
    feesReceived: [true],
    markets: [market],
  })
  let tradeId = 0
  const trade = ([side, lots, ticks]: Trade) => {
    const [qty, price] = [qtyLots(lots), priceTicks(ticks)]
    const feeBase = positions.feeBaseOf(0, side, qty, 'maker', 0)
    const fee =
      feeBase === undefined
        ? positions.feeOf(0, price, qty, 'maker', 0)
        : positions.feeBaseValue(0, feeBase, price)
    const id = { clientOrderId: 1, parentOrderId: undefined, instrument: 0, tradeId: ++tradeId }
    const when = { exchangeTime: timeUs(0), time: timeUs(0) }
    positions.apply({ ...id, ...when, side, qty, price, liquidity: 'maker', fee, feeBase })
    return { fee, feeBase }
  }
  const figures = () => {
    const { qty, dust, openCost, realizedPnl, fees } = positions.position(0)
    const paid = Number(positions.feesBase(0))
    return { qty, dust, openCost, realizedPnl, fees, paid, equity: positions.equity() - balance }
  }
  return { positions, market, trade, figures }
}

const first: Trade = ['buy', 100, 1000]

describe('a fee kept of what was bought', () => {
  it.each<[string, string, readonly Trade[], number, object]>([
    // 99.9 lots are held: 99 to sell and 0.9 (90,000). Fee 0.1 × 1000 × 100 = 10,000, which is all that equity loses.
    [
      'leaves whole lots and a rest below one',
      '10',
      [first],
      1000,
      {
        qty: 99,
        dust: 90_000,
        openCost: 99_000,
        realizedPnl: 0,
        fees: 10_000,
        paid: 10_000,
        equity: -10_000,
      },
    ],
    // 99.9 × 1100 × 100 − 100 × 1000 × 100 = 10,989,000 − 10,000,000
    ['is valued at the mark with its rest', '10', [first], 1100, { qty: 99, fees: 10_000, equity: 989_000 }],
    // Fee in money 99 × 1100 × 100 × 0.001 = 10,890. Equity: 990,000 − 10,000 − 10,890, and 0.9 lots gained 9,000.
    [
      'is in money when selling, and the rest stays',
      '10',
      [first, ['sell', 99, 1100]],
      1100,
      { qty: 0, dust: 90_000, openCost: 0, realizedPnl: 990_000, fees: 20_890, equity: 978_110 },
    ],
    // The second fee, 0.1 lot, comes out of the rest: 0.1 lot bought at 1000 leaves at 1100, a gain of 0.1 × 100 × 100.
    [
      'is paid out of the rest where that is enough',
      '10',
      [first, ['buy', 100, 1100]],
      1100,
      { qty: 199, dust: 80_000, openCost: 99_000 + 110_000, realizedPnl: 1_000, fees: 21_000, paid: 20_000 },
    ],
    // 1 lot at 10 bps: 100 coin quanta. 0.999 lots can never be sold by themselves; with 0.999 more they make one.
    [
      'of one lot leaves nothing to sell',
      '10',
      [['buy', 1, 1000]],
      1000,
      { qty: 0, dust: 99_900, fees: 100 },
    ],
    [
      'adds up: two rests make a lot',
      '10',
      [
        ['buy', 1, 1000],
        ['buy', 1, 1000],
      ],
      1000,
      { qty: 1, dust: 99_800, openCost: 1_000, realizedPnl: 0, fees: 200, equity: -200 },
    ],
    // 7 × 100,000 × 1e-8 = 0.007 coin quanta, rounded up to 1; worth 1000 × 100 ÷ 100,000 = 1 quantum of money.
    ['is rounded up', '0.0001', [['buy', 7, 1000]], 1000, { qty: 6, dust: 99_999, fees: 1, paid: 1 }],
    // A rebate of 0.1 lot on top of 100, worth 0.1 × 1000 × 100.
    [
      'may be a rebate, in coin too',
      '-10',
      [first],
      1000,
      { qty: 100, dust: 10_000, fees: -10_000, paid: -10_000, equity: 10_000 },
    ],
    // Ten rebates of 0.1 lot make the lot whole.
    [
      'as a rebate makes whole lots in the end',
      '-10',
      Array.from({ length: 10 }, () => first),
      1000,
      { qty: 1001, dust: 0, fees: -100_000, realizedPnl: 0, equity: 100_000 },
    ],
    ['is nothing at a rate of zero', '0', [first], 1000, { qty: 100, dust: 0, fees: 0, equity: 0 }],
  ])('%s', (_name, bps, trades, mark, expected) => {
    const { trade, market, figures } = account(bps)
    for (const one of trades) trade(one)
    market.mid = 2 * mark
    expect(figures()).toMatchObject(expected)
  })

  it('loses no coin and no money, whatever is bought and sold', () => {
    const trades = fc.array(
      fc.record({ lots: fc.integer({ min: 1, max: 3_000 }), tick: fc.integer({ min: 1, max: 90_000 }) }),
      { maxLength: 40 },
    )
    const conserved = fc.property(trades, fc.constantFrom('10', '7.5', '0.0003', '-1.3'), (list, bps) => {
      const { trade, figures, positions, market } = account(bps)
      let held = 0
      let cash = 0
      list.forEach(({ lots, tick }, index) => {
        const before = figures()
        // Every third trade sells all that can be sold.
        const isSale = index % 3 === 2 && before.qty > 0
        const qty = isSale ? before.qty : lots
        const { fee, feeBase = 0 } = trade([isSale ? 'sell' : 'buy', qty, tick])
        held += (isSale ? -qty : qty) * 100_000 - feeBase
        cash += (isSale ? qty : -qty) * tick * 100 - (isSale ? fee : 0)
        market.mid = 2 * tick
        const now = figures()
        expect(now.qty * 100_000 + now.dust).toBe(held)
        expect(now.dust).toBeGreaterThanOrEqual(0)
        expect(now.dust).toBeLessThan(100_000)
        // What is held, rounded down, and the money: the whole of equity.
        expect(now.equity).toBe(cash + Math.floor((held * tick) / 1000))
        expect(now.equity).toBe(positions.realized() - positions.fees() + positions.unrealizedNow())
      })
    })
    fc.assert(conserved, { seed: 4, numRuns: 200 })
  })

  it('counts in eight decimals, or in those of a lot', () => {
    expect(baseQuantumOf({ lotSize: '0.00001' })).toBe('0.00000001')
    expect(baseQuantumOf({ lotSize: '0.0000000001' })).toBe('0.0000000001')
    expect(baseQuantaPerLot({ id: 'A', lotSize: '1000' })).toBe(100_000_000_000)
    expect(formatBase(123n, { lotSize: '1' })).toBe('0.00000123')
    expect(() => baseQuantaPerLot({ id: 'A', lotSize: '1000000000' })).toThrow('too large to take fees in')
  })
})
