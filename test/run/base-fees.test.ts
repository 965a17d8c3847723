/**
 * Whole runs on spot where a buy pays its fee in the bought coin. Tick 0.1, lot 0.001, quantum 1e-8: one tick × one lot is
 * 10,000 quanta. Fees are 10 bps of 100 lots: 0.1 lot.
 */
import { describe, expect, it } from 'vitest'
import { parseRunRequest } from '../../src/cli/run-request.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { describeRecord } from '../../src/journal/describe-record.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { StrategyContext } from '../../src/strategy/strategy.ts'
import { runJournaled } from '../support/run-rows.ts'
import { depth, testInstrument } from '../support/tape-rows.ts'

const second = 1_000_000
const start = 1_700_006_400 * second
const spot: InstrumentSpec = { ...testInstrument, kind: 'spot' }
const risk = {
  priceDeviationPct: null,
  maxPositionValuePct: null,
  maxDailyLossPct: null,
  maxDrawdownPct: null,
  maxDataAgeMs: null,
  duplicateWindowMs: null,
}
const fees = { makerBps: '10', takerBps: '10', currency: 'received' }
const latency = { model: 'constant', entryUs: 1500, responseUs: 1500 }

/** 9,999 bid and 10,001 asked; from the fifth second on 9,989 and 9,991; till the tenth. */
const rows = [
  ...depth(start, ['bid', 9_999, 10_000], ['ask', 10_001, 10_000]),
  ...depth(
    start + 5 * second,
    ['bid', 9_999, 0],
    ['ask', 10_001, 0],
    ['bid', 9_989, 10_000],
    ['ask', 9_991, 10_000],
  ),
  ...depth(start + 10 * second, ['bid', 9_989, 9_000]),
]

interface Told {
  readonly orders: string[]
  readonly held: string[]
}

/** Calls each step at its second. */
function steps(
  told: Told,
  ...list: readonly (readonly [at: number, step: (context: StrategyContext) => void])[]
) {
  const strategy: RunnableStrategy = {
    name: 'steps',
    params: {},
    subscriptions: {},
    create: (context) => ({
      onStart: () => {
        for (const [at, step] of list) context.setTimer(timeUs(start + at * second), () => step(context))
      },
      onOrder: ({ clientOrderId, state, qty }) => {
        const why = 'reason' in state ? ` ${state.reason}` : 'rule' in state ? ` ${state.rule}` : ''
        told.orders.push(`${clientOrderId} ${state.kind}${why} ${qty}`)
      },
      onFill: () => {
        const { qty, dust } = context.position()
        told.held.push(`${qty} + ${dust}`)
      },
    }),
  }
  return strategy
}

const trade = (side: 'buy' | 'sell', qty: number) => (context: StrategyContext) =>
  void context.submit({ instrument: 0, side, type: 'market', qty: qtyLots(qty) })

async function run(
  config: object,
  ...list: Parameters<typeof steps> extends [Told, ...infer Rest] ? Rest : never
) {
  const told: Told = { orders: [], held: [] }
  const tape = createMemoryTape({ instrument: spot, rows, level: 'l2' })
  const outcome = await runJournaled([tape], steps(told, ...list), { latency, fees, risk, ...config })
  return { ...outcome, told }
}

describe('fees.currency received', () => {
  it('keeps a part of what is bought: selling all that was bought is denied, selling what is held is not', async () => {
    const { told, summary, record, journal } = await run(
      {},
      [1, trade('buy', 100)],
      [2, trade('sell', 100)],
      [3, trade('sell', 99)],
    )
    expect(told.held).toEqual(['99 + 90000', '0 + 90000'])
    expect(told.orders).toContain('2 denied balance 100')
    // Bought at 10,001: fee 0.1 × 10,001 × 10,000 = 10,001,000 quanta = 0.10001. Sold 99 at 9,999: 9,899,010,000 quanta,
    // fee 9,899,010 = 0.0989901. Realized −2 × 99 × 10,000. The 0.9 lots are worth 9 × 9,990 × 1,000 at the end.
    expect(summary).toMatchObject({
      position: { BTCUSDT: '0.000' },
      fees: '0.19900010',
      realizedPnl: '-0.01980000',
      unrealizedPnl: '-0.00099000',
      baseFees: { BTCUSDT: { currency: 'BTC', paid: '0.00010000', dust: '0.00090000' } },
    })
    // Cash −100 × 10,001 + 99 × 9,999 = −10,199 tick·lots, less the fee in money, and 0.9 lots at 9,990.
    expect(summary.equity).toBe((1_000_000 - 1.0199 - 0.0989901 + 0.8991).toFixed(8))
    expect(record?.fills.map(({ fee, feeBase }) => [fee, feeBase])).toEqual([
      [10_001_000, 10_000],
      [9_899_010, undefined],
    ])
    expect(record?.assumptions.find(({ name }) => name === 'Fees')?.value).toContain(
      'kept of the bought coin',
    )
    const kept = journal.records.filter(({ kind }) => kind === 61)
    expect(kept.map(describeRecord)).toEqual([
      'fee of 10000 base quanta kept of what order 1 bought: 90000 held below one lot',
    ])
  })

  it('lets a reduce-only order and the exits of a bracket reach no further than what is held', async () => {
    const bracket = (context: StrategyContext): void => {
      const exit = { instrument: 0, side: 'sell', qty: qtyLots(100), reduceOnly: true } as const
      context.submitBracket({
        entry: { instrument: 0, side: 'buy', type: 'market', qty: qtyLots(100) },
        stopLoss: { ...exit, type: 'stop', triggerPrice: priceTicks(9_992), triggerSource: 'touch' },
        takeProfit: { ...exit, type: 'limit', price: priceTicks(10_500) },
      })
    }
    const { told, summary } = await run({}, [1, bracket])
    // The target rests cut to 99; the stop takes 99 when the price falls.
    expect(told.orders).toContain('2 open 99')
    expect(told.held).toEqual(['99 + 90000', '0 + 90000'])
    expect(summary.baseFees?.BTCUSDT?.dust).toBe('0.00090000')
  })

  it('is told apart from fees in money by its own fingerprint alone; saying settle changes nothing', async () => {
    const own = async (currency: string | undefined) => {
      const given = { makerBps: '10', takerBps: '10', ...(currency === undefined ? {} : { currency }) }
      return (await run({ fees: given }, [1, trade('buy', 100)])).summary
    }
    const [silent, settle, received] = [await own(undefined), await own('settle'), await own('received')]
    expect(settle.fingerprint).toBe(silent.fingerprint)
    expect(silent.baseFees).toBeUndefined()
    expect(silent.position).toEqual({ BTCUSDT: '0.100' })
    // The same money at the same mark, but for the fee valued where the coin is kept: 0.1 lot fell by 11 ticks.
    expect(Number(received.equity) - Number(silent.equity)).toBeCloseTo(0.1 * 11 * 1e-4, 9)
  })

  it('can be said of one instrument, and of one only', async () => {
    const { summary } = await run(
      {
        fees: { makerBps: '10', takerBps: '10' },
        instruments: { BTCUSDT: { fees: { makerBps: '0', takerBps: '20', currency: 'received' } } },
      },
      [1, trade('buy', 100)],
    )
    // 20 bps of 100 lots: 0.2 lot
    expect(summary.baseFees?.BTCUSDT).toEqual({ currency: 'BTC', paid: '0.00020000', dust: '0.00080000' })
  })

  it('is refused of contracts, and of a word that is no currency', async () => {
    const contract = createMemoryTape({ instrument: testInstrument, rows, level: 'l2' })
    const told: Told = { orders: [], held: [] }
    await expect(runJournaled([contract], steps(told), { latency, fees })).rejects.toThrow(
      'fees.currency received: expected spot, but BTCUSDT is linear',
    )
    const request = (currency: string) =>
      parseRunRequest({ strategy: 'twap', data: ['a.csv'], 'fee-currency': currency }).config.fees
    expect(request('received')).toEqual({ makerBps: '2', takerBps: '5', currency: 'received' })
    expect(() => request('BNB')).toThrow('fees.currency')
  })
})
