/** The price of intent before effect: one frame of a durable journal, written and synced, on the disk of the working folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from '../src/core/errors.ts'
import { timeUs } from '../src/core/units.ts'
import { nodeDisk } from '../src/journal/disk.ts'
import { createDurableJournal, DurableJournal } from '../src/journal/durable-journal.ts'
import { openPartialJournal } from '../src/journal/journal-reader.ts'
import { JournalWriter } from '../src/journal/journal-writer.ts'
import { recordBytes, recordKind } from '../src/model/journal-record.ts'
import type { BenchResult, BenchScale } from './bench-result.ts'

const start = 1_704_067_200_000_000
/** Of a frame: what came in, and the order that it led to. */
const recordsPerFrame = 2

export function benchJournal({ operations }: BenchScale): BenchResult[] {
  const frames = Math.ceil(operations / 100)
  const folder = mkdtempSync(join(process.cwd(), '.bench-journal-'))
  try {
    const times = timeFrames(folder, frames).sort()
    const totalMs = times.reduce((sum, time) => sum + time, 0)
    const at = (part: number): number => (times[Math.floor((frames - 1) * part)] ?? Number.NaN) * 1000
    const what = `${recordsPerFrame} records, written and synced`
    const result = (name: string, value: number, unit: string): BenchResult => ({
      name: `journal frame, ${name}`,
      what,
      value,
      unit,
      ratio: undefined,
      target: undefined,
    })
    return [
      result('per second', (frames / totalMs) * 1000, 'frames'),
      result('p50', at(0.5), 'µs'),
      result('p99', at(0.99), 'µs'),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns milliseconds of each */
function timeFrames(folder: string, frames: number): Float64Array {
  const { offset, ...chain } = createDurableJournal(nodeDisk, { folder, name: 'journal', origin: {} })
  const path = join(folder, 'journal')
  const target = new DurableJournal(path, nodeDisk.append(path, offset), chain)
  const journal = new JournalWriter(target)
  const times = new Float64Array(frames)
  for (let frame = 0; frame < frames; frame++) {
    const time = timeUs(start + frame)
    journal.record(recordKind.timer, time, 0, 0, frame + 1)
    journal.record(recordKind.submit, time, 0, 2, frame + 1, 600_000, 10)
    const before = performance.now()
    journal.flush()
    times[frame] = performance.now() - before
  }
  journal.abort()
  assert(target.failure === undefined, 'every frame was written')
  const bytes = openPartialJournal(path).body.length
  assert(bytes === frames * recordsPerFrame * recordBytes, `${bytes} bytes came back`)
  return times
}
