/**
 * Funding and liquidation by the simulated venue, in whole runs on markets written by hand. Tick 0.1, lot 0.001, quantum
 * 1e-8: one tick × one lot is 10,000 quanta. Fees are zero unless a test says otherwise.
 */
import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import type { Side } from '../../src/model/order.ts'
import { type RowKind, rowKind, type SideCode, sideCode } from '../../src/model/tape.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { StrategyContext } from '../../src/strategy/strategy.ts'
import { runJournaled } from '../support/run-rows.ts'
import { depth, testInstrument } from '../support/tape-rows.ts'

const second = 1_000_000
/** Divisible by every interval used here. */
const start = 1_700_006_400 * second
const latency = { model: 'constant', entryUs: 1500, responseUs: 1500 }
const free = { makerBps: '0', takerBps: '0' }
const noLimits = {
  priceDeviationPct: null,
  maxPositionValuePct: null,
  maxDailyLossPct: null,
  maxDrawdownPct: null,
  maxDataAgeMs: null,
  duplicateWindowMs: null,
}

/** A book of 1,000,000 lots one tick either side of each mid, moved at the seconds given. */
function market(...moves: readonly (readonly [atSecond: number, mid: number])[]): TapeRow[] {
  let before: number | undefined
  return moves.flatMap(([at, mid]) => {
    const old = before
    before = mid
    const gone =
      old === undefined || old === mid
        ? []
        : ([
            ['bid', old - 1, 0],
            ['ask', old + 1, 0],
          ] as const)
    return depth(start + at * second, ...gone, ['bid', mid - 1, 1_000_000], ['ask', mid + 1, 1_000_000])
  })
}

interface Step {
  readonly at: number
  readonly side: Side
  readonly qty: number
  readonly price?: number
  /** Of a stop. */
  readonly trigger?: number
  readonly instrument?: number
  readonly reduceOnly?: boolean
}

interface Told {
  readonly orders: string[]
  readonly liquidated: number[]
}

/** Sends orders at whole seconds after the start. */
function scripted(steps: readonly Step[], told: Told = { orders: [], liquidated: [] }): RunnableStrategy {
  return {
    name: 'steps',
    params: {},
    subscriptions: {},
    create: (context: StrategyContext) => ({
      onStart: () => {
        for (const { at, side, qty, price, trigger, instrument = 0, reduceOnly = false } of steps) {
          context.setTimer(timeUs(start + at * second), () => {
            const order = { instrument, side, qty: qtyLots(qty), reduceOnly }
            if (trigger !== undefined) {
              context.submit({ ...order, type: 'stop', triggerPrice: priceTicks(trigger) })
              return
            }
            const parsed =
              price === undefined ? undefined : context.instruments[0]?.parsePrice(String(price / 10))
            if (parsed === undefined) context.submit({ ...order, type: 'market' })
            else context.submit({ ...order, type: 'limit', price: parsed })
          })
        }
      },
      onOrder: ({ state }) =>
        void told.orders.push('reason' in state ? `${state.kind} ${state.reason}` : state.kind),
      onLiquidation: ({ qty }) => void told.liquidated.push(qty),
    }),
  }
}

function run(rows: readonly TapeRow[], strategy: RunnableStrategy, config: object, spec = testInstrument) {
  const tape = createMemoryTape({ instrument: spec, rows, level: 'l2' })
  return runJournaled([tape], strategy, { latency, fees: free, risk: noLimits, ...config })
}

const constant = (rate: string, intervalS: number) => ({
  funding: { source: 'constant', rate, intervalUs: intervalS * second },
})

describe('funding', () => {
  // Mid 10,000 ticks = 1,000.0; one lot is worth 100,000,000 quanta. Rate 0.0001.
  // at 10 s long 10: 1,000,000,000 × 0.0001 = 100,000 paid
  // at 20 s long 30: 300,000 paid
  // at 30 s short 10: −100,000 received
  // at 40 s flat: nothing, and no record. Altogether 300,000.
  const steps: readonly Step[] = [
    { at: 2, side: 'buy', qty: 10 },
    { at: 12, side: 'buy', qty: 20 },
    { at: 22, side: 'sell', qty: 40 },
    { at: 32, side: 'buy', qty: 10 },
  ]
  const still = market([0, 10_000], [50, 10_000])

  it('is paid by the position at each time, and the position changes in between', async () => {
    const { summary, record, journal } = await run(still, scripted(steps), constant('0.0001', 10))
    const paid = record?.accountReports.map(
      (report) => report.kind === 'funding' && [report.qty, report.amount],
    )
    expect(paid).toEqual([
      [10, 100_000],
      [30, 300_000],
      [-10, -100_000],
    ])
    expect(summary.funding).toBe('0.00300000')
    expect(record?.equity.funding.at(-1)).toBeCloseTo(0.003, 10)
    // Half the spread, one tick on 80 lots, is 80 × 10,000 quanta: 0.008. Nothing else is lost.
    expect(summary.equity).toBe('999999.98900000')
    expect(journal.records.filter(({ kind }) => kind === 65).map(({ fields }) => fields.slice(0, 3))).toEqual(
      [
        [10, 100_000, 100_000],
        [30, 400_000, 300_000],
        [-10, 300_000, -100_000],
      ],
    )
  })

  it('goes the other way when the rate is negative: shorts pay', async () => {
    const { summary } = await run(still, scripted(steps), constant('-0.0001', 10))
    expect(summary.funding).toBe('-0.00300000')
  })

  it('happens at its time though the data say nothing for a while, and is heard one latency later', async () => {
    const { record } = await run(still, scripted(steps.slice(0, 1)), constant('0.0001', 40))
    expect(record?.accountReports).toMatchObject([{ kind: 'funding', exchangeTime: start + 40 * second }])
  })

  it('counts the position at the venue, not the one we know', async () => {
    // Fundings at 10, 20, 30, 40 and 50 s. Sent at 9.999 s, at the venue at 10.0005 s: after the funding of 10 s. Sent at 9.998: there at 9.9995, heard at 10.001.
    const sent = async (at: number) =>
      (await run(still, scripted([{ at, side: 'buy', qty: 10 }]), constant('0.0001', 10))).record
        ?.accountReports
    expect((await sent(9.998))?.length).toBe(5)
    expect((await sent(9.999))?.length).toBe(4)
  })

  it('follows rates given at their times, and rounds what is paid up and what is received down', async () => {
    // 7 lots: 700,000,000 × 0.0000000001 = 0.07 quanta → 1 paid; the mirror receives 0.
    const given = { source: 'schedule', rates: [{ time: start + 15 * second, rate: '0.0000000001' }] }
    const paid = async (side: Side) =>
      (await run(still, scripted([{ at: 2, side, qty: 7 }]), { funding: given })).record?.accountReports
    expect(await paid('buy')).toMatchObject([{ amount: 1, exchangeTime: start + 15 * second }])
    expect(await paid('sell')).toMatchObject([{ amount: 0 }])
  })

  it('is paid in the base currency on an inverse contract', async () => {
    const inverse: InstrumentSpec = {
      ...testInstrument,
      kind: 'inverse',
      settleCurrency: 'BTC',
      lotSize: '1',
      contractSize: '100',
    }
    // 10 contracts of 100 USD at 1,000.0 = 1 BTC; × 0.0001 = 0.0001 BTC
    const { summary } = await run(
      still,
      scripted([{ at: 2, side: 'buy', qty: 10 }]),
      constant('0.0001', 40),
      inverse,
    )
    expect(summary.funding).toBe('0.00010000')
  })

  it('is refused where there is spot alone, as margin is', async () => {
    const spot: InstrumentSpec = { ...testInstrument, kind: 'spot' }
    const margin = { tiers: [{ floor: '0', maintenancePct: '1' }], liquidationFeeBps: '50' }
    await expect(run(still, scripted([]), constant('0.0001', 10), spot)).rejects.toThrow(
      'funding: expected a contract among the data, found spot alone',
    )
    await expect(run(still, scripted([]), { margin }, spot)).rejects.toThrow(
      'margin: expected a contract among the data, found spot alone',
    )
  })

  it('of the data is refused where the data have none', async () => {
    await expect(run(still, scripted([]), { funding: { source: 'data' } })).rejects.toThrow(
      'the data of BTCUSDT have no funding rates: give --funding FILE or --funding-rate',
    )
  })
})

describe('liquidation', () => {
  // 100 lots bought at 10,001 ticks: value 100.01 in units of the quote currency (1,000.1 × 0.1). Balance 20, leverage 10.
  const account = { balance: '20', leverage: 10 }
  const margin = { tiers: [{ floor: '0', maintenancePct: '1' }], liquidationFeeBps: '50' }
  const buy: Step = { at: 2, side: 'buy', qty: 100 }

  // Equity at mid p ticks: 20 + (p − 10,001) × 0.01. Maintenance 1 % of p × 0.01.
  // 20 + 0.01 p − 100.01 ≤ 0.0001 p  ⇔  0.0099 p ≤ 80.01  ⇔  p ≤ 8,081.8
  it('comes when equity has fallen to the maintenance margin, and not a tick before', async () => {
    const at = (mid: number) =>
      run(market([0, 10_000], [5, mid], [20, mid]), scripted([buy]), { account, margin })
    expect((await at(8_082)).summary).toMatchObject({ liquidations: 0, position: { BTCUSDT: '0.100' } })
    const { summary, record } = await at(8_081)
    expect(summary).toMatchObject({ liquidations: 1, position: { BTCUSDT: '0.000' } })
    // Sold at the bid, 8,080: loss (10,001 − 8,080) × 0.01 = 19.21. Left 0.79; fee 0.5 % of 80.80 = 0.404.
    expect(summary.realizedPnl).toBe('-19.21000000')
    expect(summary.fees).toBe('0.40400000')
    expect(summary.equity).toBe('0.38600000')
    // The message of 5 s moves the mark; the look at 5 s sees it, as market data come first at one instant.
    expect(record?.accountReports).toMatchObject([
      {
        kind: 'liquidation',
        exchangeTime: start + 5 * second,
        side: 'sell',
        price: 8_080,
        qty: 100,
        isInsured: false,
      },
    ])
  })

  it('mirrors for a short', async () => {
    // 100 sold at 9,999: 20 + (9,999 − p) × 0.01 ≤ 0.0001 p  ⇔  119.99 ≤ 0.0101 p  ⇔  p ≥ 11,880.2
    const sell: Step = { at: 2, side: 'sell', qty: 100 }
    const at = (mid: number) =>
      run(market([0, 10_000], [5, mid], [20, mid]), scripted([sell]), { account, margin })
    expect((await at(11_880)).summary.liquidations).toBe(0)
    const { summary } = await at(11_881)
    // Bought back at the ask, 11,882: loss 18.83; left 1.17; fee 0.5 % of 118.82 = 0.5941
    expect(summary).toMatchObject({ liquidations: 1, realizedPnl: '-18.83000000', fees: '0.59410000' })
    expect(summary.equity).toBe('0.57590000')
  })

  it('closes at the bankruptcy price what the book cannot take, and leaves nothing', async () => {
    // The mid gaps to 7,000: broke. Nothing is left when 100 lots are sold at p with (10,001 − p) × 0.01 = 20: 8,001. No
    // bid is that high, so the insurance fund takes all of it.
    const { summary, record } = await run(market([0, 10_000], [5, 7_000], [20, 7_000]), scripted([buy]), {
      account,
      margin,
    })
    expect(record?.accountReports).toMatchObject([{ price: 8_001, qty: 100, isInsured: true, fee: 0 }])
    expect(summary).toMatchObject({ realizedPnl: '-20.00000000', fees: '0.00000000', equity: '0.00000000' })
  })

  it('never takes more in fees than is left', async () => {
    // At 8,081 the bid leaves 0.79 of 20; 2 % of 80.80 would be 1.616.
    const { summary } = await run(market([0, 10_000], [5, 8_081], [20, 8_081]), scripted([buy]), {
      account,
      margin: { ...margin, liquidationFeeBps: '200' },
    })
    expect(summary).toMatchObject({ fees: '0.79000000', equity: '0.00000000' })
  })

  it('cancels working orders first, tells the strategy, and lets it go on', async () => {
    const told: Told = { orders: [], liquidated: [] }
    const steps: Step[] = [buy, { at: 3, side: 'buy', qty: 1, price: 5_000 }, { at: 10, side: 'buy', qty: 1 }]
    const moves = market([0, 10_000], [5, 8_081], [20, 8_081])
    const { summary, record } = await run(moves, scripted(steps, told), { account, margin })
    expect(told.orders).toContain('canceled liquidation')
    expect(told.liquidated).toEqual([100])
    expect(record?.fills.map(({ clientOrderId }) => clientOrderId)).toEqual([1, 0, 3])
    expect(summary.position).toEqual({ BTCUSDT: '0.001' })
  })

  it('cancels a stop that waits for its trigger, which then triggers nothing', async () => {
    const told: Told = { orders: [], liquidated: [] }
    const stop: Step = { at: 3, side: 'sell', qty: 100, trigger: 5_000 }
    // The price of the stop is passed at 8 s, when it is over.
    const moves = market([0, 10_000], [5, 8_081], [8, 4_000], [20, 4_000])
    const { summary, record } = await run(moves, scripted([buy, stop], told), { account, margin })
    expect(told.orders.filter((text) => text.includes('canceled'))).toEqual(['canceled liquidation'])
    expect(record?.fills.map(({ clientOrderId }) => clientOrderId)).toEqual([1, 0])
    expect(summary.position).toEqual({ BTCUSDT: '0.000' })
  })

  it('leaves the venue with the right position to reduce', async () => {
    // 100 liquidated, then 1 sold: the position is −1, and a reduce-only buy may close it.
    const steps: Step[] = [
      buy,
      { at: 10, side: 'sell', qty: 1 },
      { at: 12, side: 'buy', qty: 1, reduceOnly: true },
    ]
    const moves = market([0, 10_000], [5, 8_081], [20, 8_081])
    const { summary, record } = await run(moves, scripted(steps), { account, margin })
    expect(record?.orders.map(({ state }) => state.kind)).toEqual(['filled', 'filled', 'filled'])
    expect(summary.position).toEqual({ BTCUSDT: '0.000' })
  })

  it('cancels orders on every connection, each told of over its own', async () => {
    const other = { ...testInstrument, id: 'ETHUSDT', baseCurrency: 'ETH' }
    const tapes = [
      createMemoryTape({
        instrument: testInstrument,
        rows: market([0, 10_000], [5, 8_081], [20, 8_081]),
        level: 'l2',
      }),
      createMemoryTape({ instrument: other, rows: market([0, 10_000], [20, 10_000]), level: 'l2' }),
    ]
    const steps: Step[] = [buy, { at: 3, side: 'buy', qty: 1, price: 5_000, instrument: 1 }]
    const { summary, record } = await runJournaled(tapes, scripted(steps), {
      ...{ latency, fees: free, risk: noLimits, account, margin },
      instruments: { ETHUSDT: { latency: { model: 'constant', entryUs: 2000, responseUs: 9000 } } },
    })
    expect(summary).toMatchObject({ liquidations: 1, position: { BTCUSDT: '0.000', ETHUSDT: '0.000' } })
    const waiting = record?.orders[1]
    expect(waiting?.state).toMatchObject({ kind: 'canceled', reason: 'liquidation' })
    // Looked at on the whole second of 5 s; 9 ms later we know.
    expect(waiting?.doneAt).toBe(start + 5 * second + 9000)
  })

  it('is the reason of linked orders as well: neither is over because of the other', async () => {
    const told: Told = { orders: [], liquidated: [] }
    const strategy: RunnableStrategy = {
      ...scripted([]),
      create: (context) => ({
        onStart: () => {
          const base = { instrument: 0, qty: qtyLots(100) } as const
          context.setTimer(timeUs(start + 2 * second), () => {
            context.submitBracket({
              entry: { ...base, side: 'buy', type: 'market' },
              stopLoss: { ...base, side: 'sell', type: 'stop', triggerPrice: priceTicks(5_000) },
              takeProfit: { ...base, side: 'sell', type: 'limit', price: priceTicks(12_000) },
            })
          })
        },
        onOrder: ({ state }) => {
          if ('reason' in state) told.orders.push(`${state.kind} ${state.reason}`)
        },
      }),
    }
    await run(market([0, 10_000], [5, 8_081], [20, 8_081]), strategy, { account, margin })
    expect(told.orders).toEqual(['canceled liquidation', 'canceled liquidation'])
  })

  it('meets the same book on a tape of single orders, and takes each offer once', async () => {
    const order = (
      at: number,
      kind: RowKind,
      side: SideCode,
      price: number,
      qty: number,
      orderId: number,
    ) => ({
      kind,
      side,
      exchangeTime: start + at * second,
      receiveTime: start + at * second,
      price,
      qty,
      orderId,
    })
    const { orderAdd, orderDelete } = rowKind
    const { buy: bid, sell: ask } = sideCode
    const rows: TapeRow[] = [
      order(0, orderAdd, bid, 9_999, 500, 1),
      order(0, orderAdd, ask, 10_001, 500, 2),
      order(5, orderDelete, bid, 9_999, 0, 1),
      order(5, orderAdd, bid, 8_080, 60, 3),
      order(5, orderAdd, bid, 8_079, 500, 4),
      order(5, orderDelete, ask, 10_001, 0, 2),
      order(5, orderAdd, ask, 8_082, 500, 5),
      order(20, orderAdd, ask, 8_083, 1, 6),
    ]
    const tape = createMemoryTape({ instrument: testInstrument, rows, level: 'l3' })
    const config = { latency, fees: free, risk: noLimits, account, margin }
    const { summary, record } = await runJournaled([tape], scripted([buy]), config)
    // Broke at 8,081 as above. 60 at 8,080 and 40 at 8,079: loss 0.6 × 19.21 + 0.4 × 19.22 = 19.214, left 0.786; fee
    // 0.5 % of 80.796 = 0.40398.
    expect(record?.accountReports).toMatchObject([
      { price: 8_080, qty: 60, isInsured: false },
      { price: 8_079, qty: 40, isInsured: false },
    ])
    expect(summary).toMatchObject({
      liquidations: 2,
      realizedPnl: '-19.21400000',
      fees: '0.40398000',
      equity: '0.38202000',
    })
  })

  it("happens under hftbacktest's fill model only to whom asks for it, as a taker of what is displayed", async () => {
    const thin = [
      ...market([0, 10_000]),
      ...depth(
        start + 5 * second,
        ['bid', 9_999, 0],
        ['ask', 10_001, 0],
        ['bid', 8_080, 60],
        ['bid', 8_079, 500],
      ),
      ...depth(start + 5 * second, ['ask', 8_082, 500]),
      ...depth(start + 20 * second, ['ask', 8_083, 1]),
    ]
    const tool = { account, fillModel: 'hftbacktest' }
    expect((await run(thin, scripted([buy]), tool)).summary.liquidations).toBeUndefined()
    const { summary, record } = await run(thin, scripted([buy]), { ...tool, margin })
    expect(record?.accountReports).toMatchObject([
      { price: 8_080, qty: 60, isInsured: false },
      { price: 8_079, qty: 40, isInsured: false },
    ])
    expect(summary).toMatchObject({ realizedPnl: '-19.21400000', fees: '0.40398000', equity: '0.38202000' })
  })

  it('of an inverse contract follows 1 ÷ price, in the base currency', async () => {
    // 10 contracts of 100 USD bought at 1000.1: 0.99990000 BTC (1e12 ÷ 10,001 quanta, rounded down). Balance 0.2.
    // At 841.8 worth 1.18793062: equity 0.01196938 above the margin of 0.01187931; at 841.7 worth 1.18807175: equity
    // 0.01182825, margin 0.01188072.
    const lots = { lotSize: '1', contractSize: '100' }
    const inverse: InstrumentSpec = { ...testInstrument, kind: 'inverse', settleCurrency: 'BTC', ...lots }
    const at = (mid: number) =>
      run(
        market([0, 10_000], [5, mid], [20, mid]),
        scripted([{ at: 2, side: 'buy', qty: 10 }]),
        { account: { balance: '0.2', leverage: 10 }, margin },
        inverse,
      )
    expect((await at(8_418)).summary.liquidations).toBe(0)
    // Sold at 841.6, 1.18821292: −0.18831292; fee 0.5 % of it, 0.00594107 rounded up.
    expect((await at(8_417)).summary).toMatchObject({
      liquidations: 1,
      realizedPnl: '-0.18831292',
      fees: '0.00594107',
      equity: '0.00574601',
    })
  })

  describe('of two positions', () => {
    // With 100 BTC lots bought at 10,001 as above, 50 ETH lots sold at 9,999, whose mid stays at 10,000: value 50.
    // 20 + 0.01 × (p − 10,001) − 0.005 ≤ 0.0001 p + 0.5  ⇔  0.0099 p ≤ 80.515  ⇔  p ≤ 8,132.8
    const other = { ...testInstrument, id: 'ETHUSDT', baseCurrency: 'ETH' }
    const at = (mid: number) =>
      runJournaled(
        [
          createMemoryTape({
            instrument: testInstrument,
            rows: market([0, 10_000], [5, mid], [20, mid]),
            level: 'l2',
          }),
          createMemoryTape({ instrument: other, rows: market([0, 10_000], [20, 10_000]), level: 'l2' }),
        ],
        scripted([buy, { at: 3, side: 'sell', qty: 50, instrument: 1 }]),
        { latency, fees: free, risk: noLimits, account, margin },
      )

    it('looks at both together, and closes one after the other with what the first leaves', async () => {
      expect((await at(8_133)).summary.liquidations).toBe(0)
      // 100 sold at 8,099: −19.02, fee 0.5 % of 80.99 = 0.40495. 50 bought at 10,001: −0.01, fee of 50.005 = 0.250025.
      const { summary, record } = await at(8_100)
      expect(record?.accountReports).toMatchObject([
        { instrument: 0, side: 'sell', price: 8_099, qty: 100, isInsured: false, fee: 40_495_000 },
        { instrument: 1, side: 'buy', price: 10_001, qty: 50, isInsured: false, fee: 25_002_500 },
      ])
      expect(summary.equity).toBe('0.31502500')
    })

    it('leaves the second what the first has not lost, and owes nothing', async () => {
      // Broke at 7,000. 20 − 0.005 are lost at 8,001.5; sold at 8,002 to the fund, −19.99. Of the 0.005 left all is fee.
      // Then 50 may lose 0.005 on 9,999: bought at 10,000, better than the offer, so from the fund.
      const { summary, record } = await at(7_000)
      expect(record?.accountReports).toMatchObject([
        { instrument: 0, price: 8_002, qty: 100, isInsured: true, fee: 500_000 },
        { instrument: 1, price: 10_000, qty: 50, isInsured: true, fee: 0 },
      ])
      expect(summary.equity).toBe('0.00000000')
    })
  })

  it('is off where no more is lent than there is, unless asked for, and off when told', async () => {
    const moves = market([0, 10_000], [5, 100], [20, 100])
    const small = { balance: '101', leverage: 1 }
    const off = await run(moves, scripted([buy]), { account: small })
    expect(off.summary.liquidations).toBeUndefined()
    const lent = await run(moves, scripted([buy]), { account: { balance: '20', leverage: 10 } })
    expect(lent.summary.liquidations).toBe(1)
    const told = await run(moves, scripted([buy]), {
      account: { balance: '20', leverage: 10 },
      margin: 'off',
    })
    expect(told.summary.liquidations).toBeUndefined()
    expect(told.summary.equity).toBe('-79.01000000')
  })

  it('refuses a leverage that the maintenance margin eats up', async () => {
    await expect(
      run(market([0, 10_000], [5, 10_000]), scripted([]), {
        account: { balance: '20', leverage: 100 },
        margin,
      }),
    ).rejects.toThrow('leverage 100 leaves no more than the maintenance margin of 1 %')
  })

  it('gives the same journal every time', async () => {
    const once = () =>
      run(market([0, 10_000], [5, 8_081], [20, 8_081]), scripted([buy]), {
        account,
        margin,
        ...constant('0.0001', 4),
      })
    const first = await once()
    expect(first.summary.funding).toBe('0.01000000')
    expect((await once()).summary.fingerprint).toBe(first.summary.fingerprint)
  })
})
