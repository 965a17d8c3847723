/**
 * Small markets made to catch mistakes: bursts at one time, quotes that cross, one side cleared, late rows that only one
 * side sees in its order, prints at, through and beyond the touch.
 */
import { createPrng, type Prng } from '../../src/core/prng.ts'
import { type EventRow, eventBits, eventKind } from './event-file.ts'

export const randomTick = 0.5
export const randomLot = 0.01
/** 2024-01-01. */
const t0 = 1_704_067_200_000_000
/** Levels that are never removed: the book always has two sides. */
const lowest = 20
const highest = 400

interface RandomEvent {
  readonly ev: number
  readonly exchangeUs: number
  localUs: number
  readonly tick: number
  readonly lots: number
}

/** @returns rows of about `steps` events, and the times between which orders may be sent */
export function randomStream(seed: number, steps: number): { rows: EventRow[]; start: number; end: number } {
  const prng = createPrng(seed, 'differential/stream')
  const events: RandomEvent[] = []
  let time = t0
  const add = (ev: number, tick: number, lots: number): void => {
    events.push({
      ev,
      exchangeUs: time,
      localUs: time + 20 + prng.nextInt(prng.nextInt(5) === 0 ? 900 : 60),
      tick,
      lots,
    })
  }
  openBook(prng, add)
  const start = time + 2_000
  time += 2_500
  let middle = 200
  for (let step = 0; step < steps; step++) {
    if (prng.nextInt(3) > 0) time += prng.nextInt(400)
    if (prng.nextInt(12) === 0) middle = Math.min(320, Math.max(80, middle + prng.nextInt(7) - 3))
    addStep(prng, middle, add)
  }
  const end = time
  time += 1_000_000
  add(eventBits.buy + eventKind.depth, lowest, 7)
  return { rows: splitByClock(events), start, end }
}

type Add = (ev: number, tick: number, lots: number) => void

function openBook(prng: Prng, add: Add): void {
  add(eventBits.buy + eventKind.depth, lowest, 5)
  add(eventBits.sell + eventKind.depth, highest, 5)
  for (let away = 1; away <= 12; away++) {
    add(eventBits.buy + eventKind.depth, 200 - away, 1 + prng.nextInt(40))
    add(eventBits.sell + eventKind.depth, 200 + away, 1 + prng.nextInt(40))
  }
}

function addStep(prng: Prng, middle: number, add: Add): void {
  const side = prng.nextInt(2) === 0 ? eventBits.buy : eventBits.sell
  const sign = side === eventBits.buy ? -1 : 1
  const choice = prng.nextInt(100)
  if (choice < 55) {
    // Now and then beyond the middle, so that it crosses.
    const tick = middle + sign * (prng.nextInt(9) - (prng.nextInt(6) === 0 ? 3 : 0))
    const kind = prng.nextInt(8) === 0 ? eventKind.snapshot : eventKind.depth
    add(side + kind, tick, prng.nextInt(3) === 0 ? 0 : 1 + prng.nextInt(40))
  } else if (choice < 92) {
    add(
      side + eventKind.trade,
      middle + prng.nextInt(9) - 4,
      1 + prng.nextInt(prng.nextInt(3) === 0 ? 60 : 12),
    )
  } else if (choice < 97) {
    add(side + eventKind.clear, middle + sign * prng.nextInt(8), 0)
    if (prng.nextInt(2) === 0) add(side + eventKind.snapshot, middle + sign * 2, 1 + prng.nextInt(20))
  } else {
    if (choice < 99) add(eventKind.clear, 0, 0)
    else {
      add(eventBits.buy + eventKind.clear, Number.NaN, 0)
      add(eventBits.sell + eventKind.clear, Number.NaN, 0)
    }
    add(eventBits.buy + eventKind.depth, lowest, 5)
    add(eventBits.sell + eventKind.depth, highest, 5)
    for (let away = 1; away <= 4; away++) {
      add(eventBits.buy + eventKind.snapshot, middle - away, 1 + prng.nextInt(30))
      add(eventBits.sell + eventKind.snapshot, middle + away, 1 + prng.nextInt(30))
    }
  }
}

/** Both orders in one file: a row that keeps its place in both belongs to both, others come once for each side. */
export function splitByClock(events: readonly RandomEvent[]): EventRow[] {
  const byExchange = events.map((_, index) => index)
  const byLocal = [...byExchange].sort((a, b) => localOf(events, a) - localOf(events, b) || a - b)
  const rows: EventRow[] = []
  const emit = (index: number, seenBy: number): void => {
    const event = events[index]
    if (event === undefined) return
    const { exchangeUs, localUs, tick, lots } = event
    rows.push({ ev: event.ev + seenBy, exchangeUs, localUs, price: tick * randomTick, qty: lots / 100 })
  }
  let i = 0
  let j = 0
  while (i < byExchange.length || j < byLocal.length) {
    const first = byExchange[i]
    const second = byLocal[j]
    if (first !== undefined && first === second) {
      emit(first, eventBits.exchange + eventBits.local)
      i++
      j++
    } else if (first !== undefined && (second === undefined || first < second)) {
      emit(first, eventBits.exchange)
      i++
    } else if (second !== undefined) {
      emit(second, eventBits.local)
      j++
    }
  }
  return rows
}

const localOf = (events: readonly RandomEvent[], index: number): number => events[index]?.localUs ?? 0
