import { describe, expect, it } from 'vitest'
import { qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable } from '../support/run-rows.ts'
import { testInstrument } from '../support/tape-rows.ts'

const seed = 5
const rows = randomMarket({ seed, messages: 1200 })
const tape = memoryTape(rows)
const quoting = runnable(marketMaker, { quantity: '0.01', maxInventory: '0.1', halfSpread: '1' }, tape)
const other = createMemoryTape({
  instrument: { ...testInstrument, id: 'ETHUSDT', baseCurrency: 'ETH' },
  rows: randomMarket({ seed: 6, messages: 1500 }),
})

describe('a replay', () => {
  it('gives the same journal every time', async () => {
    const runs = [await runJournaled([tape], quoting), await runJournaled([tape], quoting)]
    expect(runs[0]?.summary.fills).toBeGreaterThan(50)
    expect(runs[1]?.summary.fingerprint).toBe(runs[0]?.summary.fingerprint)
  })

  it('gives the same journal however the columns are cut into batches', async () => {
    const whole = await runJournaled([tape], quoting)
    for (const batchRows of [8, 97, 1000]) {
      const cut = createMemoryTape({ instrument: testInstrument, rows, batchRows })
      expect((await runJournaled([cut], quoting)).summary.fingerprint).toBe(whole.summary.fingerprint)
    }
  })

  it('gives the same journal when the tape comes in two files', async () => {
    const whole = await runJournaled([tape], quoting)
    const cut = rows.findIndex((row, index) => index > rows.length / 2 && (rows[index - 1]?.isLast ?? true))
    // Feed latency of the generated rows never lets a later message overtake, so both orders are cut at one place.
    const parts = [rows.slice(0, cut), rows.slice(cut)].map((part: readonly TapeRow[]) => memoryTape(part))
    expect((await runJournaled(parts, quoting)).summary.fingerprint).toBe(whole.summary.fingerprint)
  })

  it('gives the same fills when an instrument that nobody trades is added', async () => {
    const alone = await runJournaled([tape], quoting)
    const beside = await runJournaled([tape, other], quoting)
    expect(beside.record?.fills.length).toBeGreaterThan(50)
    // The run starts when both have a price: the later start is the same here, because each has one at once.
    expect(beside.record?.fills).toEqual(alone.record?.fills)
  })

  it('runs orders in two instruments in order of time', async () => {
    const both: RunnableStrategy = {
      name: 'both',
      params: {},
      subscriptions: {},
      create: (context) => {
        const quote = (): void => {
          for (const instrument of [0, 1]) {
            const price = context.market(instrument).bestBid()
            if (price === undefined) continue
            context.submit({ instrument, side: 'buy', type: 'limit', qty: qtyLots(1), price })
          }
          context.setTimer(timeUs(context.now() + 300_000), quote)
        }
        return { onStart: quote }
      },
    }
    const { record, journal } = await runJournaled([tape, other], both)
    const fills = record?.fills ?? []
    expect(new Set(fills.map(({ instrument }) => instrument))).toEqual(new Set([0, 1]))
    const times = fills.map(({ time }) => time)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(
      journal.records.every(
        (record, index) => index === 0 || record.time >= (journal.records[index - 1]?.time ?? 0),
      ),
    ).toBe(true)
  })
})
