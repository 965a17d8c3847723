/**
 * The future is perturbed, and the past must not change: everything we knew and did up to the cut stays the same,
 * record for record, whatever the data after it are (VENUE.md, "No look-ahead").
 */
import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { qtyLots, timeUs } from '../../src/core/units.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { JournalRecord } from '../../src/journal/record-stream.ts'
import { recordKind } from '../../src/model/journal-record.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import is from '../../strategies/is/strategy.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import pegged from '../../strategies/pegged/strategy.ts'
import pov from '../../strategies/pov/strategy.ts'
import smaCross from '../../strategies/sma-cross/strategy.ts'
import twap from '../../strategies/twap/strategy.ts'
import vwap from '../../strategies/vwap/strategy.ts'
import { isTrade, randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable } from '../support/run-rows.ts'

const seed = 11
const rows = randomMarket({ seed, messages: 1500 })
const first = rows[0]?.exchangeTime ?? 0
const last = rows.at(-1)?.exchangeTime ?? 0

type Perturbation = 'nothing' | 'noise' | 'reverse'

/** Rows stamped by the venue after `cut` are replaced; those before it stay as they are. */
function perturb(cut: number, how: Perturbation): TapeRow[] {
  const past = rows.filter((row) => row.exchangeTime <= cut)
  const end = past.at(-1)
  if (how === 'nothing' || end === undefined) return past
  const start = Math.max(cut, end.receiveTime ?? cut)
  if (how === 'noise') {
    const clear: TapeRow = { kind: 3, side: 0, exchangeTime: start + 1, receiveTime: start + 2 }
    return [...past, clear, ...randomMarket({ seed: seed + 1, messages: 400, start: start + 10 })]
  }
  const future = rows.filter((row) => row.exchangeTime > cut && isTrade(row)).reverse()
  return [
    ...past,
    ...future.map((row, index) => ({
      ...row,
      exchangeTime: start + 1000 + index * 5000,
      receiveTime: start + 1500 + index * 5000,
    })),
  ]
}

/** A run ends with its data: a shorter tape is compared as far as it goes. */
function comparedUntil(cut: number, changed: readonly TapeRow[]): number {
  return Math.min(cut, changed.reduce((end, row) => Math.max(end, row.receiveTime ?? 0), 0) - 1)
}

/** What was decided or known up to a time; without the records that tell how the run ended. */
function until(records: readonly JournalRecord[], time: number): JournalRecord[] {
  return records.filter(
    (record) => record.time <= time && record.kind !== recordKind.end && record.kind !== recordKind.config,
  )
}

const cuts = [0.35, 0.6, 0.85].map((part) => Math.floor(first + (last - first) * part))
const futures: readonly Perturbation[] = ['nothing', 'noise', 'reverse']

async function firstDifference(
  create: (rows: readonly TapeRow[]) => RunnableStrategy,
  cut: number,
  how: Perturbation,
) {
  const changed = perturb(cut, how)
  const whole = await runJournaled([memoryTape(rows)], create(rows))
  const other = await runJournaled([memoryTape(changed)], create(changed))
  const end = comparedUntil(cut, changed)
  const expected = until(whole.journal.records, end)
  const found = until(other.journal.records, end)
  const index = expected.findIndex((record, at) => JSON.stringify(record) !== JSON.stringify(found[at]))
  return {
    compared: expected.length,
    index: index === -1 && found.length !== expected.length ? expected.length : index,
  }
}

describe.each([
  {
    name: 'twap',
    create: (of: readonly TapeRow[]) =>
      runnable(
        twap,
        { side: 'buy', quantity: '0.2', duration: '20s', slices: '40', childType: 'limit' },
        memoryTape(of),
      ),
  },
  {
    name: 'vwap',
    create: (of: readonly TapeRow[]) =>
      runnable(vwap, { quantity: '0.2', history: '4s', duration: '20s', slices: '40' }, memoryTape(of)),
  },
  {
    name: 'pov',
    create: (of: readonly TapeRow[]) =>
      runnable(
        pov,
        { quantity: '0.2', rate: '0.1', duration: '30s', interval: '200ms', childType: 'limit' },
        memoryTape(of),
      ),
  },
  {
    name: 'is',
    create: (of: readonly TapeRow[]) =>
      runnable(is, { quantity: '0.2', lookback: '3s', duration: '20s', slices: '40' }, memoryTape(of)),
  },
  {
    name: 'pegged',
    create: (of: readonly TapeRow[]) =>
      runnable(pegged, { quantity: '2', timeout: '30s', peg: 'bid', offset: '-1' }, memoryTape(of)),
  },
  {
    name: 'market-maker',
    create: (of: readonly TapeRow[]) =>
      runnable(marketMaker, { quantity: '0.01', maxInventory: '0.1', halfSpread: '1' }, memoryTape(of)),
  },
  {
    name: 'sma-cross',
    create: (of: readonly TapeRow[]) =>
      runnable(smaCross, { fast: '2', slow: '4', barInterval: '1s', quantity: '0.01' }, memoryTape(of)),
  },
])('$name', ({ create }) => {
  it.each(cuts.flatMap((cut) => futures.map((how) => ({ cut, how }))))(
    'decides the same up to $cut when the future becomes $how',
    async ({ cut, how }) => {
      const { compared, index } = await firstDifference(create, cut, how)
      expect(compared, `seed ${seed}: nothing to compare`).toBeGreaterThan(5)
      expect(index, `seed ${seed}: record that changed with the future`).toBe(-1)
    },
  )
})

describe('the canary', () => {
  /** Peeks: buys before the prints go up and sells before they go down, by reading the rows themselves. */
  const peeking = (of: readonly TapeRow[]): RunnableStrategy => ({
    name: 'canary',
    params: {},
    subscriptions: {},
    create: (context) => {
      const look = (): void => {
        const now = context.now()
        const ahead = of.find((row) => isTrade(row) && row.exchangeTime > now + 1_000_000)
        const mid = context.market().midTimes2() ?? 0
        const side = (ahead?.price ?? 0) * 2 > mid ? 'buy' : 'sell'
        context.submit({
          instrument: 0,
          type: 'market',
          side,
          qty: qtyLots(1 + createPrng(now % 1000, side).nextInt(3)),
        })
        context.setTimer(timeUs(now + 500_000), look)
      }
      return { onStart: look }
    },
  })

  it('is caught by every kind of future', async () => {
    for (const how of futures) {
      const differences = await Promise.all(cuts.map((cut) => firstDifference(peeking, cut, how)))
      expect(
        differences.some(({ index }) => index !== -1),
        `seed ${seed}, ${how}`,
      ).toBe(true)
    }
  })
})
