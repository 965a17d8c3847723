import { describe, expect, it } from 'vitest'
import { moneyQuanta } from '../../src/core/units.ts'
import { FeeTiers } from '../../src/position/fee-tiers.ts'
import { parseFeeRates } from '../../src/position/fees.ts'

const dayUs = 86_400_000_000
const rates = (maker: string, taker: string) => parseFeeRates({ maker, taker })
const tiers = [
  { volume: 0n, rates: rates('2', '5') },
  { volume: 1_000n, rates: rates('1', '4') },
  { volume: 5_000n, rates: rates('-0.5', '3') },
]

describe('fees by volume', () => {
  it('fall with what was traded before, the fill itself not counted', () => {
    const fees = new FeeTiers(tiers, 0n)
    expect(fees.ratesAt(0)).toEqual(rates('2', '5'))
    fees.add(0, moneyQuanta(999))
    expect(fees.ratesAt(1)).toEqual(rates('2', '5'))
    // 1,000 in all: a floor belongs to the tier above it
    fees.add(1, moneyQuanta(1))
    expect(fees.ratesAt(2)).toEqual(rates('1', '4'))
    fees.add(2, moneyQuanta(4_000))
    expect(fees.ratesAt(3)).toEqual(rates('-0.5', '3'))
  })

  it('rise again when a fill is thirty days old', () => {
    const fees = new FeeTiers(tiers, 0n)
    fees.add(0, moneyQuanta(4_500))
    fees.add(10 * dayUs, moneyQuanta(600))
    expect(fees.ratesAt(30 * dayUs - 1)).toEqual(rates('-0.5', '3'))
    // 4,500 have gone, 600 are left
    expect(fees.ratesAt(30 * dayUs)).toEqual(rates('2', '5'))
    fees.add(30 * dayUs, moneyQuanta(400))
    expect(fees.ratesAt(31 * dayUs)).toEqual(rates('1', '4'))
    expect(fees.ratesAt(41 * dayUs)).toEqual(rates('2', '5'))
  })

  it('count what was traded before the run all the time', () => {
    const fees = new FeeTiers(tiers, 5_000n)
    expect(fees.ratesAt(100 * dayUs)).toEqual(rates('-0.5', '3'))
  })

  it('stay right after very many fills, beyond what a double counts exactly', () => {
    const fees = new FeeTiers([...tiers, { volume: 10n ** 17n, rates: rates('0', '2') }], 10n ** 17n - 3_000n)
    for (let i = 0; i < 3_000; i++) {
      expect(fees.ratesAt(i)).toEqual(rates('-0.5', '3'))
      fees.add(i, moneyQuanta(1))
    }
    expect(fees.ratesAt(3_000)).toEqual(rates('0', '2'))
    expect(fees.ratesAt(30 * dayUs)).toEqual(rates('-0.5', '3'))
  })
})
