/** Each algorithm against the matching core, over random markets and latencies: accounts, caps, and cost analysis. */
import { describe, expect, it } from 'vitest'
import { analyzeCosts } from '../../src/analysis/cost-analysis.ts'
import { createPrng } from '../../src/core/prng.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { RunRecord } from '../../src/model/run-record.ts'
import type { StrategyDefinition } from '../../src/strategy/strategy.ts'
import is from '../../strategies/is/strategy.ts'
import pegged from '../../strategies/pegged/strategy.ts'
import pov from '../../strategies/pov/strategy.ts'
import vwap from '../../strategies/vwap/strategy.ts'
import { isTrade, randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable } from '../support/run-rows.ts'

const rate = 0.08
const cases: readonly (readonly [string, StrategyDefinition, Readonly<Record<string, string>>])[] = [
  ['vwap', vwap, { history: '3s', duration: '15s', slices: '20', childType: 'limit', jitter: '0.5' }],
  ['pov', pov, { rate: String(rate), interval: '150ms', duration: '20s' }],
  [
    'pov with limit children',
    pov,
    { rate: String(rate), interval: '150ms', duration: '20s', childType: 'limit' },
  ],
  ['is', is, { lookback: '2s', duration: '15s', slices: '20', riskAversion: '1e-3' }],
  ['pegged, amended', pegged, { timeout: '20s', peg: 'mid', postOnly: 'false', limit: '60000.5' }],
  ['pegged, replaced', pegged, { timeout: '20s', replace: 'cancel', limit: '60000.5' }],
]

const limitTicks = 600_005

async function run(definition: StrategyDefinition, given: Readonly<Record<string, string>>, seed: number) {
  const rows = randomMarket({ seed, messages: 1500 })
  const random = createPrng(seed, 'latency')
  const latency = { model: 'constant', entryUs: random.nextInt(60_000), responseUs: random.nextInt(60_000) }
  const params = { quantity: '0.25', side: 'buy', ...given }
  const { record } = await runJournaled([memoryTape(rows)], runnable(definition, params, memoryTape(rows)), {
    latency,
  })
  if (record === undefined) throw new Error('no record')
  return { rows, record }
}

function marketLots(rows: readonly TapeRow[], from: number, to: number): number {
  return rows.reduce((sum, row) => {
    const time = row.receiveTime ?? 0
    return isTrade(row) && time > from && time <= to ? sum + (row.qty ?? 0) : sum
  }, 0)
}

function checkPov(rows: readonly TapeRow[], { fills, parents }: RunRecord): void {
  const start = parents[0]?.createdAt ?? 0
  let lots = 0
  for (const { qty, time } of fills) {
    lots += qty
    expect(lots).toBeLessThanOrEqual(rate * marketLots(rows, start, time))
  }
}

describe.each(cases)('%s', (_name, definition, given) => {
  it.each([1, 2, 3, 4])('keeps its accounts and its promise in market and latency %i', async (seed) => {
    const { rows, record } = await run(definition, given, seed)
    const [parent] = record.parents
    if (parent === undefined) throw new Error('no parent')
    const lots = record.fills.reduce((sum, fill) => sum + fill.qty, 0)
    expect(record.parents).toHaveLength(1)
    expect(lots).toBeGreaterThan(0)
    expect(lots).toBe(parent.cumQty)
    expect(parent.cumQty).toBeLessThanOrEqual(parent.qty)
    expect(parent.state.kind).not.toBe('working')
    if (definition.name === 'pov') checkPov(rows, record)
    if (definition.name !== 'pegged') return
    for (const { price } of record.fills) expect(price).toBeLessThanOrEqual(limitTicks)
  })

  it('has its costs taken apart', async () => {
    const { record } = await run(definition, given, 5)
    const costs = analyzeCosts(record)
    const [cost] = costs
    const [parent] = record.parents
    if (cost?.shortfall === undefined || cost.arrivalPrice === undefined || parent === undefined) {
      throw new Error('no cost')
    }
    expect(costs).toHaveLength(1)
    expect(cost.group.algo).toBe(definition.name)
    expect(cost.arrivalPrice).toBeCloseTo((parent.arrivalMidTimes2 ?? 0) * 0.05, 9)
    expect(cost.averagePrice).toBeCloseTo((parent.cumNotional / parent.cumQty) * 0.1, 9)
    expect(cost.benchmark.vwap).toBeGreaterThan(0)
    expect(cost.benchmark.participationRate).toBeGreaterThan(0)
    // Fills against arrival, fees, and what was not filled at the end against arrival, added up independently.
    const { money } = cost.shortfall
    const gross = (parent.cumNotional - (parent.cumQty * (parent.arrivalMidTimes2 ?? 0)) / 2) * 0.0001
    const fees = record.fills.reduce((sum, { fee }) => sum + fee, 0) * 1e-8
    expect(money.total).toBeCloseTo(gross + fees + money.opportunity, 6)
  })
})
