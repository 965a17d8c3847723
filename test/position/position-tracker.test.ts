import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { Fill } from '../../src/model/fill.ts'
import type { Side } from '../../src/model/order.ts'
import { parseFeeRates } from '../../src/position/fees.ts'
import { Ledger } from '../../src/position/ledger.ts'
import { PositionTracker } from '../../src/position/position-tracker.ts'
import { testInstrument } from '../support/fake-venue.ts'

/** [side, lots, ticks] */
type Trade = readonly [Side, number, number]

/** One tick·lot of the test instrument is 100 quanta. The market can be set; undefined is no market. */
function tracker(fees = { maker: '0', taker: '0' }) {
  const market = { mid: undefined as number | undefined, midTimes2: () => market.mid }
  const positions = new PositionTracker({
    instruments: [testInstrument()],
    balance: moneyQuanta(1_000_000),
    fees: [parseFeeRates(fees)],
    markets: [market],
  })
  let tradeId = 0
  const fillOf = ([side, qty, price]: Trade): Fill => ({
    clientOrderId: 1,
    parentOrderId: undefined,
    instrument: 0,
    tradeId: ++tradeId,
    side,
    price: priceTicks(price),
    qty: qtyLots(qty),
    liquidity: 'maker',
    fee: positions.feeOf(0, priceTicks(price), qtyLots(qty), 'maker', 0),
    exchangeTime: timeUs(0),
    time: timeUs(0),
  })
  return { positions, market, fillOf, trade: (trade: Trade) => positions.apply(fillOf(trade)) }
}

describe('positions', () => {
  it.each<[string, readonly Trade[], object]>([
    // 10 × 1010 − 10 × 1000 = 100 tick·lots
    [
      'long closed at a gain',
      [
        ['buy', 10, 1000],
        ['sell', 10, 1010],
      ],
      { qty: 0, openCost: 0, realizedPnl: 10_000, tradedQty: 20, tradedNotional: 20_100 },
    ],
    // short 10 at 1000, bought back at 1010: −100
    [
      'short closed at a loss',
      [
        ['sell', 10, 1000],
        ['buy', 10, 1010],
      ],
      { qty: 0, openCost: 0, realizedPnl: -10_000 },
    ],
    // cost 300 + 404 = 704 of 7 lots
    [
      'long built at two prices',
      [
        ['buy', 3, 100],
        ['buy', 4, 101],
      ],
      { qty: 7, openCost: 704, realizedPnl: 0 },
    ],
    // closes ⌊704 × 2 ÷ 7⌋ = 201 of the cost: 220 − 201 = 19
    [
      'partial close, the fraction stays in the cost',
      [
        ['buy', 3, 100],
        ['buy', 4, 101],
        ['sell', 2, 110],
      ],
      { qty: 5, openCost: 503, realizedPnl: 1_900 },
    ],
    // and the rest: 500 − 503 = −3; together 220 + 500 − 704 = 16
    [
      'closed in two parts, nothing lost',
      [
        ['buy', 3, 100],
        ['buy', 4, 101],
        ['sell', 2, 110],
        ['sell', 5, 100],
      ],
      { qty: 0, openCost: 0, realizedPnl: 1_600 },
    ],
    // cost −704; closes −201 toward zero: −2 × 90 + 201 = 21
    [
      'partial close of a short',
      [
        ['sell', 3, 100],
        ['sell', 4, 101],
        ['buy', 2, 90],
      ],
      { qty: -5, openCost: -503, realizedPnl: 2_100 },
    ],
    // closes 5: 550 − 500 = 50; opens −3 at 110
    [
      'long turned short by one fill',
      [
        ['buy', 5, 100],
        ['sell', 8, 110],
      ],
      { qty: -3, openCost: -330, realizedPnl: 5_000 },
    ],
    // closes −5: −5 × 90 + 500 = 50; opens 1 at 90
    [
      'short turned long by one fill',
      [
        ['sell', 5, 100],
        ['buy', 6, 90],
      ],
      { qty: 1, openCost: 90, realizedPnl: 5_000 },
    ],
  ])('%s', (_title, trades, expected) => {
    const { positions, trade } = tracker()
    for (const one of trades) expect(trade(one)).toBe(true)
    expect(positions.position(0)).toMatchObject(expected)
  })

  it('pays fees and receives rebates apart from the PnL', () => {
    // 10 × 1000 × 100 = 1,000,000 quanta of notional; 2 bps = 200
    const paying = tracker({ maker: '2', taker: '5' })
    paying.trade(['sell', 10, 1000])
    expect(paying.positions.position(0)).toMatchObject({ fees: 200, realizedPnl: 0 })
    expect(paying.positions.fees()).toBe(200)
    // −0.5 bps = −50
    const receiving = tracker({ maker: '-0.5', taker: '5' })
    receiving.trade(['sell', 10, 1000])
    expect(receiving.positions.position(0)).toMatchObject({ fees: -50, realizedPnl: 0 })
    // Valued at 1000: 1,000,000 + 0 − (−50)
    receiving.market.mid = 2000
    expect(receiving.positions.equity()).toBe(1_000_050)
  })

  it('values at the mid, half ticks included', () => {
    const { positions, market, trade } = tracker({ maker: '2', taker: '5' })
    trade(['buy', 10, 1000])
    // (1000.5 − 1000) × 10 × 100 = 500; fee 200
    market.mid = 2001
    expect(positions.unrealized(0, 2001)).toBe(500)
    expect(positions.unrealizedNow()).toBe(500)
    expect(positions.value(0)).toBe(1_000_500)
    expect(positions.equity()).toBe(1_000_300)
  })

  it('values at the last fill when there is no market', () => {
    const { positions, trade } = tracker()
    trade(['sell', 10, 1000])
    trade(['sell', 10, 1010])
    // Short 20, cost −20,100; at 1010: −20,200 + 20,100 = −100 tick·lots
    expect(positions.unrealizedNow()).toBe(-10_000)
    expect(positions.value(0)).toBe(-2_020_000)
  })

  it('applies each trade of an instrument once', () => {
    const { positions, fillOf } = tracker()
    const fill = fillOf(['buy', 10, 1000])
    expect(positions.apply(fill)).toBe(true)
    expect(positions.apply(fill)).toBe(false)
    expect(positions.apply({ ...fill, price: priceTicks(5) })).toBe(false)
    expect(positions.position(0)).toMatchObject({ qty: 10, openCost: 10_000, tradedQty: 10 })
  })

  it('keeps trade ids of instruments apart', () => {
    const positions = new PositionTracker({
      instruments: [testInstrument(), testInstrument({ id: 'ETHUSDT' })],
      balance: moneyQuanta(0),
      fees: [parseFeeRates({ maker: '0', taker: '0' }), parseFeeRates({ maker: '0', taker: '0' })],
      markets: [{ midTimes2: () => undefined }, { midTimes2: () => undefined }],
    })
    const { fillOf } = tracker()
    const fill = fillOf(['buy', 10, 1000])
    expect(positions.apply(fill)).toBe(true)
    expect(positions.apply({ ...fill, instrument: 1 })).toBe(true)
    expect(positions.position(1).qty).toBe(10)
  })

  it('refuses instruments that settle differently', () => {
    const make = () =>
      new PositionTracker({
        instruments: [testInstrument(), testInstrument({ id: 'BTCEUR', settleCurrency: 'EUR' })],
        balance: moneyQuanta(0),
        fees: [
          { maker: 0, taker: 0 },
          { maker: 0, taker: 0 },
        ],
        markets: [{ midTimes2: () => undefined }, { midTimes2: () => undefined }],
      })
    expect(make).toThrow('BTCEUR settles in EUR by 0.000001, BTCUSDT in USDT by 0.000001')
  })

  it('changes equity by realized + unrealized − fees, exactly, whatever is traded', () => {
    const trade = fc.tuple(
      fc.constantFrom<Side>('buy', 'sell'),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 2000 }),
    )
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 40 }), fc.integer({ min: 1, max: 4000 }), (trades, mid) => {
        const { positions, market, fillOf } = tracker({ maker: '-0.3', taker: '0' })
        let cash = 1_000_000
        let lots = 0
        let fees = 0
        market.mid = mid
        for (const one of trades) {
          const fill = fillOf(one)
          positions.apply(fill)
          const signed = (one[0] === 'buy' ? 1 : -1) * one[1]
          cash -= signed * one[2] * 100 + fill.fee
          lots += signed
          fees += fill.fee
          // What was paid, plus what is held at the mid: reckoned without cost or PnL.
          expect(positions.equity()).toBe(cash + lots * mid * 50)
          expect(positions.position(0).qty).toBe(lots)
          const parts = positions.realized() + positions.unrealized(0, mid) - fees
          expect(positions.equity()).toBe(1_000_000 + parts)
          if (lots === 0) expect(positions.position(0).openCost).toBe(0)
        }
      }),
      { seed: 13, numRuns: 300 },
    )
  })
})

describe('the ledger', () => {
  it('refuses a posting that is not balanced', () => {
    const ledger = new Ledger()
    ledger.post(-1000, 1000, 0)
    ledger.post(600, -500, 100)
    expect(() => ledger.post(600, -500, 99)).toThrow('ledger is out of balance')
  })

  it('refuses amounts that are not exact', () => {
    expect(() => new Ledger().post(-(2 ** 53), 2 ** 53, 0)).toThrow('ledger is out of balance')
  })
})
