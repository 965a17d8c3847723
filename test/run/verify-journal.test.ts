/** A replay held against a journal of it: the same run is the same, and any change is named where it is. */
import { beforeAll, describe, expect, it } from 'vitest'
import { DataError } from '../../src/core/errors.ts'
import { createPrng } from '../../src/core/prng.ts'
import { JournalComparison } from '../../src/journal/journal-comparison.ts'
import type { Journal } from '../../src/journal/journal-reader.ts'
import { recordBytes, recordKind } from '../../src/model/journal-record.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { runReplay } from '../../src/run/run-replay.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable, testConfig } from '../support/run-rows.ts'

const tape = memoryTape(randomMarket({ seed: 11, messages: 600 }))
const quoting = runnable(marketMaker, { quantity: '0.01', maxInventory: '0.1', halfSpread: '1' }, tape)
let journal: Journal
beforeAll(async () => {
  journal = (await runJournaled([tape], quoting)).journal
})

/** Runs once more against these bytes. */
async function hold(body: Uint8Array, config: unknown = testConfig): Promise<JournalComparison> {
  const comparison = new JournalComparison(body)
  try {
    await runReplay({
      tapes: [tape],
      strategy: quoting,
      config: parseRunConfig(config),
      journal: comparison,
    })
  } catch (error) {
    if (!(error instanceof DataError) || comparison.difference === undefined) throw error
  }
  return comparison
}

/** Byte offset of a record that is not the first: behind the configuration all are of one length, for nothing logs. */
function offsetOf(record: number): number {
  const text = Buffer.byteLength(journal.records[0]?.text ?? '')
  return recordBytes * (Math.ceil(text / recordBytes) + record)
}

describe('a replay held against its journal', () => {
  it('is the same', async () => {
    expect(journal.records.length).toBeGreaterThan(500)
    expect(journal.records.some(({ kind }) => kind === recordKind.log)).toBe(false)
    expect((await hold(journal.body)).difference).toBeUndefined()
  })

  const seed = 21
  it(`names the very record that was changed, whichever it is, seed ${seed}`, async () => {
    const random = createPrng(seed, 'bent-records')
    const last = journal.records.length - 1
    for (const record of [1, last, ...Array.from({ length: 12 }, () => 1 + random.nextInt(last))]) {
      const field = 2 + random.nextInt(6)
      const body = Buffer.from(journal.body)
      const at = offsetOf(record) + 8 * field
      body.writeDoubleLE(body.readDoubleLE(at) + 1, at)
      const { difference } = await hold(body)
      expect(difference?.record, `record ${record}, field ${field}`).toBe(record)
      expect(difference?.expected).not.toBe(difference?.found)
    }
  })

  it('names the first record that a journal has too many or too few', async () => {
    const last = journal.records.length - 1
    const short = await hold(journal.body.subarray(0, -recordBytes))
    expect(short.difference).toMatchObject({ record: last, kind: 'end', expected: 'the end of the journal' })
    const long = await hold(Buffer.concat([journal.body, journal.body.subarray(-recordBytes)]))
    expect(long.difference).toMatchObject({ record: last + 1, kind: 'end', found: 'the end of the journal' })
  })

  it('parts at the configuration when it runs with other settings, and shows where', async () => {
    const { difference } = await hold(journal.body, { ...testConfig, fees: { makerBps: '2', takerBps: '6' } })
    expect(difference).toMatchObject({ record: 0, kind: 'config' })
    expect(difference?.expected).toContain('takerBps\\":\\"5')
    expect(difference?.found).toContain('takerBps\\":\\"6')
  })
})
