/** Recordings with a book → events for both tools, with the same times and rows, and what is needed to order near the touch. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import {
  kindMask,
  type PackedOrder,
  type PackedTape,
  packedKind,
  sideBit,
  tickOf,
} from '../../src/model/packed.ts'
import { type EventRow, eventBits, eventKind, writeEvents } from './event-file.ts'
import type { Touch } from './schedule.ts'

export const recordings = [
  { name: 'usdm 2024', paths: ['examples/usdm/btcusdt_20240808.gz'] },
  { name: 'spot 2024', paths: ['examples/spot/btcusdt_20240808.gz', 'examples/spot/btcusdt_20240809.gz'] },
  {
    name: 'usdm 2023',
    paths: ['history/usdm/btcusdt_20230404.dat.gz', 'history/usdm/btcusdt_20230405.dat.gz'],
  },
  { name: 'hyperliquid 2025', paths: ['examples/hyperliquid/btcusd_20250126.gz'] },
] as const

export interface Stream {
  readonly name: string
  /** Events, for the tool. */
  readonly path: string
  /** The same, as we read them. */
  readonly tapes: readonly PackedTape[]
  readonly touch: Touch
  /** Receive times, microseconds. */
  readonly start: number
  readonly end: number
}

/** @returns undefined when the recordings are not there */
export async function openRecording(
  { name, paths }: (typeof recordings)[number],
  shared: string,
  cacheDir: string,
): Promise<Stream | undefined> {
  const files = paths.map((path) => join(shared, 'data/hftbacktest', path))
  if (!files.every((file) => existsSync(file))) return undefined
  mkdirSync(cacheDir, { recursive: true })
  const [tape] = await prepareTapes(files, { cacheDir, level: 'l2', keepsCrossed: true })
  if (tape === undefined) return undefined
  const path = join(cacheDir, `${name.replaceAll(' ', '-')}.npz`)
  writeEvents(path, eventsOf(tape))
  const { tickSize, lotSize, id } = tape.facts.instrument
  // Neither the smallest order value that is known of a venue, nor a spot account that cannot sell what it does not have.
  const importOptions = { instrument: id, venue: 'hftbacktest', kind: 'linear', tickSize, lotSize } as const
  const tapes = await prepareTapes([path], { cacheDir, level: 'l2', importOptions, keepsCrossed: true })
  const touch = touchOf(tape)
  return { name, path, tapes, touch, start: touch.time[0] ?? 0, end: tape.lastReceiveTime() }
}

/** Every row once for each side, merged by the time at which that side sees it. */
function eventsOf(tape: PackedTape): EventRow[] {
  const atExchange = rowsOf(tape, 'exchange')
  const here = rowsOf(tape, 'receive')
  const rows: EventRow[] = []
  let j = 0
  for (const row of atExchange) {
    for (let local = here[j]; local !== undefined && local.localUs < row.exchangeUs; local = here[++j]) {
      rows.push(local)
    }
    rows.push(row)
  }
  for (const local of here.slice(j)) rows.push(local)
  return rows
}

function rowsOf(tape: PackedTape, order: PackedOrder): EventRow[] {
  const { tickSize, lotSize } = tape.facts.instrument
  const seenBy = order === 'exchange' ? eventBits.exchange : eventBits.local
  const rows: EventRow[] = []
  const source = tape.open(order)
  let farTick = 0
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    for (let row = 0; row < batch.rows; row++) {
      const code = batch.code[row] ?? 0
      const kind = code & kindMask
      if (kind === packedKind.farTick) {
        farTick = batch.qty[row] ?? 0
        continue
      }
      if (kind === packedKind.idle) continue
      const isFar = kind === packedKind.farDepth || kind === packedKind.farTrade
      const tick = isFar ? farTick : tickOf(code, batch.baseTick)
      const isClear = kind === packedKind.clear
      const side = isClear ? 0 : (code & sideBit) === 0 ? eventBits.buy : eventBits.sell
      const isPrint = kind === packedKind.trade || kind === packedKind.farTrade
      const what = isClear ? eventKind.clear : isPrint ? eventKind.trade : eventKind.depth
      rows.push({
        ev: seenBy + side + what,
        exchangeUs: batch.exchangeTime[row] ?? 0,
        localUs: batch.receiveTime[row] ?? 0,
        price: isClear ? 0 : decimal(tick, tickSize),
        qty: isClear ? 0 : decimal(batch.qty[row] ?? 0, lotSize),
      })
    }
  }
  source.close()
  return rows
}

/** The double nearest to steps × step: both factors as integers, one rounded division. */
export function decimal(steps: number, step: string): number {
  const scale = Number(`1e${(step.split('.')[1] ?? '').length}`)
  return (steps * Math.round(Number(step) * scale)) / scale
}

/** From the first moment at which both sides have a price. */
function touchOf(tape: PackedTape): Touch {
  const time: number[] = []
  const bid: number[] = []
  const ask: number[] = []
  const source = tape.openTouch()
  for (let batch = source?.next(); batch !== undefined; batch = source?.next()) {
    for (let row = 0; row < batch.rows; row++) {
      const [best, other] = [batch.bestBid[row] ?? 0, batch.bestAsk[row] ?? 0]
      if (best === 0 || other === 0) continue
      time.push(batch.receiveTime[row] ?? 0)
      bid.push(best)
      ask.push(other)
    }
  }
  source?.close()
  return { time: Float64Array.from(time), bid: Float64Array.from(bid), ask: Float64Array.from(ask) }
}
