import { describe, expect, it } from 'vitest'
import { moneyQuanta } from '../../src/core/units.ts'
import { feeOf, parseFeeRate, parseFeeRates } from '../../src/position/fees.ts'

describe('fees', () => {
  it.each([
    ['2', 20_000],
    ['5', 50_000],
    ['-0.5', -5_000],
    ['0', 0],
    ['0.0001', 1],
    ['1000', 10_000_000],
  ])('reads %s bps', (text, rate) => {
    expect(parseFeeRate(text)).toBe(rate)
  })

  it.each(['0.00001', '1000.0001', '-1001'])('refuses %s bps', (text) => {
    expect(() => parseFeeRate(text)).toThrow(/expected a multiple of 0.0001 within ±1000 bps/)
  })

  it.each([
    // 99,900 × 2 bps = 19.98
    ['a cost up', '2', 99_900, 20],
    // 99,900 × −2 bps = −19.98
    ['a rebate down', '-2', 99_900, -19],
    // 100,000 × 2 bps = 20
    ['nothing when it is whole', '2', 100_000, 20],
    ['a free trade', '0', 99_900, 0],
    // 9e15 × 1000 bps = 9e14; the product is far beyond exact doubles
    ['a very large trade', '1000', 9_000_000_000_000_001, 900_000_000_000_001],
  ])('rounds %s', (_title, bps, notional, fee) => {
    const rates = parseFeeRates({ maker: bps, taker: '0' })
    expect(feeOf(moneyQuanta(notional), rates, 'maker')).toBe(fee)
    expect(feeOf(moneyQuanta(notional), rates, 'taker')).toBe(0)
  })
})
