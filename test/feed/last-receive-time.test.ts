import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { depth, feedUs, testInstrument, trade } from '../support/tape-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-last-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** By reading the whole tape. */
function lastOf(tape: PackedTape): number | undefined {
  const source = tape.open('receive')
  let last: number | undefined
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    last = batch.receiveTime[batch.rows - 1]
  }
  source.close()
  return last
}

describe('the last receive time of a tape', () => {
  it('is that of the last row received, in memory', () => {
    const late = trade(2000, 'buy', 101, 1).map((row) => ({ ...row, receiveTime: 9000 }))
    const rows = [...depth(1000, ['bid', 100, 1], ['ask', 101, 1]), ...late, ...trade(3000, 'sell', 100, 1)]
    const tape = createMemoryTape({ instrument: testInstrument, rows, batchRows: 8 })
    expect(tape.lastReceiveTime()).toBe(9000)
    expect(createMemoryTape({ instrument: testInstrument, rows: rows.slice(0, 2) }).lastReceiveTime()).toBe(
      1000 + feedUs,
    )
  })

  it('is 0 without rows', () => {
    expect(createMemoryTape({ instrument: testInstrument, rows: [] }).lastReceiveTime()).toBe(0)
  })

  it('is found in the cache without reading it', async () => {
    const [tape] = await prepareTapes(['data/btcusdt-synth.parquet'], { cacheDir: folder })
    expect(tape?.lastReceiveTime()).toBe(tape === undefined ? undefined : lastOf(tape))
    expect(tape?.lastReceiveTime()).toBeGreaterThan(0)
  })
})
