import { describe, expect, it } from 'vitest'
import { moneyQuanta, priceTicks, qtyLots } from '../../src/core/units.ts'
import type { Side } from '../../src/model/order.ts'
import { parseFeeRates } from '../../src/position/fees.ts'
import { MarginTable } from '../../src/position/margin.ts'
import { PositionTracker } from '../../src/position/position-tracker.ts'
import { type MarginSettings, VenueAccount } from '../../src/position/venue-account.ts'
import { toMargin } from '../../src/run/margin-config.ts'
import { testInstrument } from '../support/fake-venue.ts'

const tier = (floor: number, rate: number, deduction: number) => ({
  floor: moneyQuanta(floor),
  rate,
  deduction: moneyQuanta(deduction),
})

describe('margin tiers', () => {
  // 0.4 % up to 50,000, 0.5 % from there less 50, 1 % from 100,000 less 550: continuous, as 50,000 × 0.1 % = 50 and
  // 100,000 × 0.5 % + 50 = 550.
  const table = new MarginTable([
    tier(0, 400_000, 0),
    tier(50_000, 500_000, 50),
    tier(100_000, 1_000_000, 550),
  ])

  it.each([
    ['nothing', 0, 0],
    // 4 × 0.4 % = 0.016
    ['a little, rounded up', 4, 1],
    // 49,999 × 0.4 % = 199.996
    ['just below a floor', 49_999, 200],
    // 50,000 × 0.5 % − 50 = 200, as 50,000 × 0.4 %
    ['at a floor, where both tiers agree', 50_000, 200],
    // 50,001 × 0.5 % = 250.005 → 251 − 50
    ['just above it', 50_001, 201],
    // 99,999 × 0.5 % = 499.995 → 500 − 50
    ['just below the next', 99_999, 450],
    // 100,000 × 1 % − 550
    ['at the next', 100_000, 450],
    // 250,000 × 1 % − 550
    ['far above', 250_000, 1_950],
  ])('hold back for a value of %s', (_title, value, margin) => {
    expect(table.maintenanceOf(moneyQuanta(value))).toBe(margin)
  })

  it('get the deduction that makes them continuous, where none is given', () => {
    const margin = toMargin(
      {
        account: { balance: '1000', leverage: 20 },
        margin: {
          tiers: [
            { floor: '0', maintenancePct: '0.4' },
            { floor: '50000', maintenancePct: '0.5' },
            { floor: '600000', maintenancePct: '0.65' },
            { floor: '3000000', maintenancePct: '1', deduction: '11000' },
          ],
          liquidationFeeBps: '120',
        },
      },
      [testInstrument()],
    )
    // 50,000 × 0.1 % = 50; + 600,000 × 0.15 % = 950; quanta are 0.000001
    expect(margin?.tiers.map(({ deduction }) => deduction)).toEqual([0, 50e6, 950e6, 11_000e6])
    expect(margin?.liquidationFee).toBe(1_200_000)
  })
})

/** Valued at a mark one can set, twice the price in ticks. */
function account(balance: number, margin: MarginSettings, kind: 'linear' | 'inverse' = 'linear') {
  const market = { mark: undefined as number | undefined, midTimes2: () => market.mark }
  const inverse = { lotSize: '1', tickSize: '0.5', settleCurrency: 'BTC', settleQuantum: '0.00000001' }
  const instruments = [testInstrument(kind === 'inverse' ? { kind, ...inverse } : {})]
  const positions = new PositionTracker({
    instruments,
    balance: moneyQuanta(balance),
    fees: [parseFeeRates({ maker: '0', taker: '5' })],
    markets: [market],
  })
  const venue = new VenueAccount({ instruments, positions, margin })
  let tradeId = 0
  const trade = (side: Side, lots: number, tick: number): void =>
    venue.applyFill({ instrument: 0, side, tick, lots, liquidity: 'maker', tradeId: ++tradeId, at: 0 })
  return { venue, positions, market, trade }
}

const onePercent: MarginSettings = { tiers: [tier(0, 1_000_000, 0)], liquidationFee: 1_000_000 }

describe('the price of a liquidation', () => {
  it('of a long is where equity meets the margin', () => {
    // One tick·lot is 100 quanta. 10 lots at 1,000 ticks: 1,000,000 quanta; balance 100,000.
    const { venue, market, trade } = account(100_000, onePercent)
    trade('buy', 10, 1000)
    market.mark = 2000
    // With m = 2 × mark, 10 lots gain 500 quanta per unit of m and hold back 5: 100,000 + 500 (m − 2000) ≤ 5 m ⇔
    // 495 m ≤ 900,000 ⇔ m ≤ 1,818.18
    expect(venue.liquidationMarkTimes2(0)).toBe(1818)
    market.mark = 1819
    // 100,000 − 90,500 = 9,500 > 9,095
    expect(venue.isLiquidated()).toBe(false)
    market.mark = 1818
    // 9,000 ≤ 9,090
    expect(venue.isLiquidated()).toBe(true)
    // 10 lots at p: 1,000 p − 5 bps of it + 100,000 − 1,000,000 ≥ 0 ⇔ 999.5 p ≥ 900,000 ⇔ p ≥ 900.45
    expect(venue.bankruptcyPrice(0, 0)).toBe(901)
  })

  it('of a short lies above', () => {
    const { venue, market, trade } = account(100_000, onePercent)
    trade('sell', 10, 1000)
    market.mark = 2000
    // 100,000 − 500 (m − 2000) ≤ 5 m ⇔ 1,100,000 ≤ 505 m ⇔ m ≥ 2,178.2
    expect(venue.liquidationMarkTimes2(0)).toBe(2179)
    // 1,100,000 − 1,000.5 p ≥ 0 ⇔ p ≤ 1,099.45
    expect(venue.bankruptcyPrice(0, 0)).toBe(1099)
  })

  it('of an inverse long follows 1 ÷ price', () => {
    // 1,000 USD at 20,000 ticks = 10,000,000 quanta; balance 1,000,000. v = 2e11 ÷ p: 1,000,000 + 10,000,000 − v ≤
    // 0.01 v ⇔ v ≥ 10,891,089.1 ⇔ p ≤ 18,363.6, m ≤ 36,727.27
    const { venue, market, trade } = account(1_000_000, onePercent, 'inverse')
    trade('buy', 1000, 20_000)
    market.mark = 40_000
    expect(venue.liquidationMarkTimes2(0)).toBe(36_727)
    // 11,000,000 − v × 1.0005 ≥ 0 ⇔ v ≤ 10,994,502.7 ⇔ p ≥ 18,190.9
    expect(venue.bankruptcyPrice(0, 0)).toBe(18_191)
  })

  it('of an inverse short that owes nothing beyond its balance does not exist', () => {
    // The most that 1,000 USD sold at 20,000 ticks can lose is the 10,000,000 quanta they were worth.
    const { venue, market, trade } = account(20_000_000, onePercent, 'inverse')
    trade('sell', 1000, 20_000)
    market.mark = 40_000
    expect(venue.liquidationMarkTimes2(0)).toBeUndefined()
    const lent = account(5_000_000, onePercent, 'inverse')
    lent.trade('sell', 1000, 20_000)
    lent.market.mark = 40_000
    // 5,000,000 − 10,000,000 + v ≤ 0.01 v ⇔ v ≤ 5,050,505.05 ⇔ p ≥ 39,600, m ≥ 79,200
    expect(lent.venue.liquidationMarkTimes2(0)).toBe(79_200)
  })

  it('closes at a loss that is capped by what there is, fees included', () => {
    const { venue, positions, market, trade } = account(100_000, onePercent)
    trade('buy', 10, 1000)
    market.mark = 1818
    venue.close({ instrument: 0, side: 'sell', tick: 905, lots: 10, tradeId: 99, at: 0 })
    // 100,000 − 95,000 = 5,000 left; 1 % + 5 bps of 905,000 = 9,050 + 453 would be more.
    expect(venue.settleFees(0)).toBe(5_000)
    expect(positions.equity()).toBe(0)
    expect(venue.isFlat).toBe(true)
    expect(venue.isLiquidated()).toBe(false)
  })

  it('takes account of funding', () => {
    const { venue, positions, market, trade } = account(100_000, onePercent)
    trade('buy', 10, 1000)
    market.mark = 2000
    // 1,000,000 × 0.001
    expect(venue.payFunding(0, 10_000_000, 2000)).toBe(1_000)
    expect(positions.equity()).toBe(99_000)
    // 99,000 + 500 (m − 2000) ≤ 5 m ⇔ m ≤ 1,820.2
    expect(venue.liquidationMarkTimes2(0)).toBe(1820)
    expect(positions.feeOf(0, priceTicks(1000), qtyLots(10), 'taker', 0)).toBe(500)
  })
})
