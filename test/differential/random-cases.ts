/** Random streams as both tools read them, and schedules for them. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openImporter } from '../../src/feed/open-importer.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { TapeColumns } from '../../src/feed/tape-columns.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { avoidDefects } from './avoid-defects.ts'
import { writeEvents } from './event-file.ts'
import type { Setting } from './our-run.ts'
import { randomLot, randomStream, randomTick } from './random-stream.ts'
import type { Stream } from './recordings.ts'
import { type Action, makeSchedule, type Touch } from './schedule.ts'

export interface Case {
  readonly name: string
  readonly stream: Stream
  readonly actions: readonly Action[]
  readonly setting: Setting
}

/** A rebate for makers, so that its sign shows. */
export const fees = { makerBps: '-0.5', takerBps: '4.5' } as const

const stepsOfStream = 700
const ordersOfStream = 140

export async function randomCase(seed: number, work: string): Promise<Case> {
  const stream = await openRandomStream(seed, work)
  const setting = { ...randomSettings(seed), ...fees }
  const planned = scheduleRandom(stream, setting, seed)
  const isPartial = setting.exchange === 'partial'
  const actions = isPartial ? await avoidDefects(stream.tapes, planned, setting) : planned
  return { name: `random ${setting.exchange}, ${setting.queue}`, stream, actions, setting }
}

async function openRandomStream(seed: number, work: string): Promise<Stream> {
  const folder = join(work, 'random')
  mkdirSync(folder, { recursive: true })
  const { rows, start, end } = randomStream(seed, stepsOfStream)
  const path = join(folder, `random-${seed}.npz`)
  writeEvents(path, rows)
  const tape = await readEvents(path)
  return { name: `random ${seed}`, path, tapes: [tape], touch: middleOf(start, end), start, end }
}

/** A small file straight into memory, without the cache. */
async function readEvents(path: string): Promise<PackedTape> {
  const importer = await openImporter([path], {
    instrument: 'RANDOMUSDT',
    venue: 'test',
    kind: 'linear',
    tickSize: String(randomTick),
    lotSize: String(randomLot),
  })
  const columns = new TapeColumns()
  await importer.read(columns)
  return createMemoryTape({ instrument: importer.instrument, rows: columns })
}

/** Random markets stay around one price; what is near the touch need not be known exactly. */
function middleOf(start: number, end: number): Touch {
  return {
    time: Float64Array.of(start, end),
    bid: Float64Array.of(199, 199),
    ask: Float64Array.of(201, 201),
  }
}

const families = [
  ...['risk-averse', 'prob-log', 'prob-log2', 'prob-power:1', 'prob-power:2', 'prob-power:3'],
  ...['prob-power2:1', 'prob-power2:2', 'prob-power2:3', 'prob-power3:1', 'prob-power3:2', 'prob-power3:3'],
]

function randomSettings(seed: number): Pick<Setting, 'exchange' | 'queue' | 'entryUs' | 'responseUs'> {
  return {
    exchange: seed % 2 === 0 ? 'partial' : 'nopartial',
    queue: families[(seed >> 1) % families.length] ?? 'risk-averse',
    entryUs: 1 + ((seed * 37) % 500),
    responseUs: 1 + ((seed * 53) % 700),
  }
}

function scheduleRandom(stream: Stream, setting: Setting, seed: number): Action[] {
  return makeSchedule({
    seed,
    touch: stream.touch,
    orders: ordersOfStream,
    start: stream.start + 3_000,
    end: stream.end,
    lifeUs: 30_000,
    roundTripUs: setting.entryUs + setting.responseUs,
    lotsMax: 60,
    reach: 6,
  })
}
