/** How long single steps of the engine take: percentiles over many, clock overhead included. */
import { SimulatedClock } from '../src/clock/simulated-clock.ts'
import { noTimerBackend, TimerTable } from '../src/clock/timer-table.ts'
import { assert } from '../src/core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../src/core/units.ts'
import { synthInstrument } from '../src/feed/synth.ts'
import { JournalWriter } from '../src/journal/journal-writer.ts'
import { Instrument } from '../src/model/instrument.ts'
import type { MarketView } from '../src/model/market-data.ts'
import { parseRunConfig } from '../src/run/run-config.ts'
import { wireSession } from '../src/run/wire-session.ts'
import type { BenchResult, BenchScale } from './bench-result.ts'

const start = 1_704_067_200_000_000
const stepUs = 50_000

/** A market that stands still. */
function stillMarket(now: () => number): MarketView {
  return {
    bestBid: () => priceTicks(600_000),
    bestAsk: () => priceTicks(600_001),
    bestBidQty: () => qtyLots(100),
    bestAskQty: () => qtyLots(100),
    markPrice: () => undefined,
    lastTradePrice: () => priceTicks(600_000),
    levels: () => [],
    midTimes2: () => 1_200_001,
    lastUpdate: () => timeUs(now()),
    isStale: () => false,
    tradedQty: () => 0,
    tradedNotional: () => 0,
  }
}

function createDesk() {
  const clock = new SimulatedClock(timeUs(start))
  const market = stillMarket(() => clock.now())
  const venue = { submit: () => {}, amend: () => {}, cancel: () => {} }
  const wired = wireSession({
    config: parseRunConfig({
      account: { balance: '50000000', leverage: 1 },
      risk: { maxMessagesPerSecond: null },
    }),
    clock,
    timers: new TimerTable(noTimerBackend),
    venue,
    journal: new JournalWriter(),
    instruments: [new Instrument(synthInstrument)],
    markets: [market],
    level: 'l2',
    createStrategy: () => ({}),
  })
  return { clock, ...wired }
}

/**
 * Each operation: submit a limit order (risk check, journal, command), apply its accept, apply its fill, value the
 * account; sides alternate, so that positions open and close.
 */
export function benchLatency({ operations }: BenchScale): BenchResult[] {
  const { clock, session, engine, positions } = createDesk()
  const submits = new Float64Array(operations)
  const updates = new Float64Array(operations)
  const valuations = new Float64Array(operations)
  for (let i = 0; i < operations; i++) {
    clock.advanceTo(timeUs(start + i * stepUs))
    const side = i % 2 === 0 ? 'buy' : 'sell'
    const price = priceTicks(side === 'buy' ? 600_000 : 600_001)
    const qty = qtyLots(10)
    const before = performance.now()
    const id = engine.submit({ instrument: 0, side, type: 'limit', qty, price })
    submits[i] = performance.now() - before
    const report = { clientOrderId: id, instrument: 0, exchangeTime: clock.now() }
    session.applyReport({ ...report, kind: 'accepted', cumQty: qtyLots(0) })
    const fill = { tradeId: i + 1, lastPrice: price, lastQty: qty, liquidity: 'maker' } as const
    const filling = performance.now()
    session.applyReport({ ...report, ...fill, kind: 'fill', cumQty: qty })
    updates[i] = performance.now() - filling
    const valuing = performance.now()
    positions.equity()
    valuations[i] = performance.now() - valuing
  }
  assert(engine.fills.length === operations, `${engine.fills.length} fills of ${operations}`)
  assert(positions.position(0).qty === (operations % 2) * 10, 'the position is closed')
  return [
    ...percentiles('risk check and submit', submits, 5),
    ...percentiles('order update applied', updates, 100),
    ...percentiles('portfolio valued', valuations, 1000),
  ]
}

/** In microseconds; the target stands for p99. */
function percentiles(name: string, timesMs: Float64Array, p99Max: number): BenchResult[] {
  const sorted = timesMs.slice().sort()
  const at = (part: number): number => (sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN) * 1000
  const result = (label: string, part: number): BenchResult => ({
    name: `${name}, ${label}`,
    what: 'one in the engine',
    value: at(part),
    unit: 'µs',
    ratio: undefined,
    target: label === 'p99' ? { valueMax: p99Max } : undefined,
  })
  return [result('p50', 0.5), result('p99', 0.99), result('p99.9', 0.999), result('max', 1)]
}
