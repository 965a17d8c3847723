import { describe, expect, it } from 'vitest'
import { GridSample } from '../../src/feed/grid-sample.ts'

function priced(count: number, priceOf: (index: number) => string): GridSample {
  const sample = new GridSample()
  for (let i = 0; i < count; i++) sample.addPrice(priceOf(i))
  return sample
}

describe('GridSample', () => {
  it('finds a tick of 0.5 when a hundred different prices agree on it', () => {
    expect(priced(100, (i) => (6_000 + i * 0.5).toFixed(2)).tickSize()).toBe('0.5')
  })

  it('finds a tick of ten', () => {
    expect(priced(100, (i) => String(61_000 + i * 10)).tickSize()).toBe('10')
  })

  it('trusts only the decimals of few prices, which may share a divisor by chance', () => {
    expect(priced(3, (i) => (100 + i * 0.4).toFixed(1)).tickSize()).toBe('0.1')
  })

  it('is widened by a single finer price', () => {
    const sample = priced(1_000, (i) => (6_000 + i * 0.5).toFixed(1))
    sample.addPrice('6000.025')
    expect(sample.tickSize()).toBe('0.025')
  })

  it('takes the lot that all but the tolerated share of quantities fit', () => {
    const sample = new GridSample()
    for (let i = 0; i < 999; i++) sample.addQty('0.12300')
    sample.addQty('0.1234')
    expect(sample.lotSize(0.001)).toBe('0.001')
    expect(sample.lotSize(0)).toBe('0.0001')
    expect(sample.shareFinerThan('0.001')).toBe(0.001)
  })

  it('keeps the lot coarse enough for sums to stay exact', () => {
    const sample = new GridSample()
    // 1e9 × 1e4 lots = 1e13 is the most
    sample.addQty('1000000000.123456')
    expect(sample.lotSize(0)).toBe('0.001')
  })

  it('knows nothing before the first number', () => {
    const sample = new GridSample()
    sample.addPrice('abc')
    sample.addQty('')
    expect([sample.tickSize(), sample.priceDivisor(), sample.lotSize(0)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})
