import { describe, expect, it } from 'vitest'
import { analyzeCosts } from '../../src/analysis/cost-analysis.ts'
import { timeUs } from '../../src/core/units.ts'
import type { RunRecord } from '../../src/model/run-record.ts'
import { buildRunRecord, runStart } from '../support/run-record.ts'

describe('transaction-cost analysis', () => {
  const record = buildRunRecord()
  const costs = analyzeCosts(record)

  it('has one row per parent, then one per side of what the strategy sent itself', () => {
    expect(costs.map(({ group }) => [group.parentOrderId, group.algo, group.side])).toEqual([
      [1, 'twap', 'buy'],
      [2, 'iceberg', 'sell'],
      [undefined, 'strategy', 'buy'],
      [undefined, 'strategy', 'sell'],
    ])
  })

  it.each([0, 1, 2, 3])(
    'decomposes row %i into parts that add up to the cost of the fills themselves',
    (row) => {
      const cost = costs[row]
      if (cost?.shortfall === undefined || cost.arrivalPrice === undefined) throw new Error('no shortfall')
      const { bps, money } = cost.shortfall
      expect(Math.abs(bps.spread + bps.timing + bps.fees + bps.opportunity - bps.total)).toBeLessThan(1e-9)
      // Independently: signed (fills − filled quantity at arrival) + fees + the rest at the end against arrival.
      const sign = cost.group.side === 'buy' ? 1 : -1
      const paid = cost.group.fills.reduce((total, fill) => total + fill.price * 0.1 * fill.qty * 0.001, 0)
      const fees = cost.group.fills.reduce((total, fill) => total + fill.fee * 1e-8, 0)
      const gross = sign * (paid - cost.filledQty * cost.arrivalPrice)
      expect(money.total).toBeCloseTo(gross + fees + money.opportunity, 5)
    },
  )

  it('takes the mid at sending from the order, not from the samples', () => {
    // Mids one tick higher: for the 2.000 BTC bought, 0.1 USDT each goes from spread to timing, and the total stays.
    const orders = record.orders.map((order) => ({
      ...order,
      arrivalMidTimes2: (order.arrivalMidTimes2 ?? 0) + 2,
    }))
    const [moved] = analyzeCosts({ ...record, orders })
    const before = costs[0]?.shortfall?.money
    const after = moved?.shortfall?.money
    if (before === undefined || after === undefined) throw new Error('no shortfall')
    expect(after.spread - before.spread).toBeCloseTo(-0.2, 8)
    expect(after.timing - before.timing).toBeCloseTo(0.2, 8)
    expect(after.total).toBe(before.total)
  })

  it('charges the unfilled rest of a parent at the end, and nothing for quotes canceled on purpose', () => {
    const [twap, iceberg, buys] = costs
    expect(twap?.shortfall?.money.opportunity).toBe(0)
    expect(twap?.fillRatio).toBe(1)
    expect(iceberg?.fillRatio).toBeCloseTo(4 / 6, 12)
    expect(iceberg?.shortfall?.money.opportunity).not.toBe(0)
    expect(buys?.fillRatio).toBeLessThan(1)
    expect(buys?.shortfall?.money.opportunity).toBe(0)
    expect(buys?.shortfall?.money.timing).toBe(0)
  })

  it('measures the market between start and end of the parent', () => {
    const twap = costs[0]
    const end = (twap?.group.endTime ?? 0) - runStart
    const index = Math.floor(end / 100_000)
    const { tradedQty } = record.market[0] ?? { tradedQty: [] }
    const volume = (tradedQty[index] ?? 0) - (tradedQty[172] ?? 0) // starts at 17.25 s: between samples 172 and 173
    expect(twap?.benchmark.participationRate).toBeCloseTo(2 / volume, 3)
    expect(Math.abs((twap?.benchmark.vwap ?? 0) - (twap?.averagePrice ?? 1))).toBeLessThan(100)
    expect(twap?.timeToFillUs?.first).toBeGreaterThan(0)
    expect(twap?.timeToFillUs?.last).toBe((twap?.group.fills.at(-1)?.time ?? 0) - runStart - 17_250_000)
  })

  it('splits by liquidity: every fourth slice of 30 took', () => {
    // slices of 66 or 67 lots of 2,000; slices 4, 8, …, 28 are takers: 7 of 30
    expect(costs[0]?.makerShare).toBeCloseTo(23 / 30, 2)
  })

  it('leaves the shortfall undefined when there was no market at arrival, and keeps the rest', () => {
    const parents = record.parents.map((parent) => ({ ...parent, arrivalMidTimes2: undefined }))
    const [twap] = analyzeCosts({ ...record, parents })
    expect(twap?.shortfall).toBeUndefined()
    expect(twap?.arrivalPrice).toBeUndefined()
    expect(twap?.averagePrice).toBeGreaterThan(0)
  })

  it('survives a run without market, orders or fills', () => {
    const empty = { orders: [], parents: [], fills: [], market: [] }
    expect(analyzeCosts({ ...record, ...empty } satisfies RunRecord)).toEqual([])
    const idle = record.parents.map((parent) => ({ ...parent, doneAt: timeUs(parent.createdAt) }))
    const [unfilled] = analyzeCosts({ ...record, orders: [], fills: [], market: [], parents: idle })
    expect(unfilled).toMatchObject({ filledQty: 0, averagePrice: undefined, shortfall: undefined })
  })
})
