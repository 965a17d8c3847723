import { describe, expect, it } from 'vitest'
import { computeShortfall, shortfallBps } from '../../src/analysis/shortfall.ts'
import { createPrng } from '../../src/core/prng.ts'
import { moneyQuanta } from '../../src/core/units.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { btcusdt } from '../support/run-record.ts'

const instrument = new Instrument(btcusdt) // one tick × one lot = 0.0001 USDT = 10,000 quanta

describe('implementation shortfall', () => {
  it('splits a half-filled buy into spread, timing, fees and opportunity', () => {
    // 10 lots wanted at a mid of 1000 ticks. First child: sent at mid 1001, 4 lots at 1002. Second: sent at 1003, 2 lots
    // at 1002.5 on average. The remaining 4 lots would cost 1010 at the end.
    const shortfall = computeShortfall({
      instrument,
      side: 'buy',
      children: [
        { qty: 4, cost: 4008, sendMidTimes2: 2002, arrivalMidTimes2: 2000 },
        { qty: 2, cost: 2005, sendMidTimes2: 2006, arrivalMidTimes2: 2000 },
      ],
      fees: moneyQuanta(7),
      unfilled: { qty: 4, arrivalMidTimes2: 2000, endMidTimes2: 2020 },
    })
    expect(shortfall).toEqual({
      spread: 30_000, // 4 × (1002 − 1001) + 2 × (1002.5 − 1003) = 3 tick·lots
      timing: 100_000, // 4 × 1 + 2 × 3 = 10
      fees: 7,
      opportunity: 400_000, // 4 × 10 = 40
      total: 530_007,
    })
    // of 10 lots × 1000 ticks × 10,000 quanta = 1e8: 3, 10 and 40 bps
    const bps = shortfallBps(shortfall, 1e8)
    expect(bps.spread).toBeCloseTo(3, 12)
    expect(bps.timing).toBeCloseTo(10, 12)
    expect(bps.opportunity).toBeCloseTo(40, 12)
    expect(bps.total).toBeCloseTo(53.0007, 12)
  })

  it('turns the sign for a sell: selling above the mid that then falls is a gain', () => {
    // sold 5 lots at 1001 with the mid at 1000 when sent and 998 on arrival
    const shortfall = computeShortfall({
      instrument,
      side: 'sell',
      children: [{ qty: 5, cost: 5005, sendMidTimes2: 2000, arrivalMidTimes2: 1996 }],
      fees: moneyQuanta(-3),
      unfilled: { qty: 0, arrivalMidTimes2: 1996, endMidTimes2: 1996 },
    })
    expect(shortfall).toEqual({
      spread: -50_000, // −5 × (1001 − 1000)
      timing: -100_000, // −5 × (1000 − 998)
      fees: -3,
      opportunity: 0,
      total: -150_003,
    })
  })

  it.each([1, 2, 3, 4, 5])('has parts that add up exactly to the direct definition (seed %i)', (seed) => {
    const prng = createPrng(seed, 'shortfall')
    const arrival = 1_000_001
    const side = prng.nextInt(2) === 0 ? 'buy' : 'sell'
    const children = Array.from({ length: 200 }, () => {
      const qty = 1 + prng.nextInt(500)
      const price = 500_000 + prng.nextInt(2_000) - 1_000
      return {
        qty,
        cost: qty * price,
        sendMidTimes2: arrival + prng.nextInt(999),
        arrivalMidTimes2: arrival,
      }
    })
    const end = arrival + prng.nextInt(5_000) - 2_500
    const unfilledQty = prng.nextInt(1_000)
    const fees = moneyQuanta(prng.nextInt(1e9))
    const unfilled = { qty: unfilledQty, arrivalMidTimes2: arrival, endMidTimes2: end }
    const parts = computeShortfall({ instrument, side, children, fees, unfilled })
    // Perold: what was paid, plus the rest at the end, minus everything at arrival; in half tick·lots, 5,000 quanta each
    const filled = children.reduce((total, child) => total + child.qty, 0)
    const paid = children.reduce((total, child) => total + 2 * child.cost, 0)
    const gross = paid + unfilledQty * end - (filled + unfilledQty) * arrival
    const expected = (side === 'buy' ? 1 : -1) * gross * 5_000 + fees
    expect(parts.total, `seed ${seed}`).toBe(expected)
    expect(parts.spread + parts.timing + parts.fees + parts.opportunity, `seed ${seed}`).toBe(expected)
    const bps = shortfallBps(parts, 1e12)
    expect(Math.abs(bps.total - expected / 1e8), `seed ${seed}`).toBeLessThan(1e-9)
  })

  it('refuses a paper portfolio of nothing', () => {
    const zero = moneyQuanta(0)
    const nothing = { spread: zero, timing: zero, fees: zero, opportunity: zero, total: zero }
    expect(() => shortfallBps(nothing, 0)).toThrow(/paper notional/)
  })
})
