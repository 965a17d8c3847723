/** Rows of several sources, each in receive order → one order, whole messages at a time. */
import type { RowKind, SideCode, Visibility } from '../../model/tape.ts'
import type { TapeSink } from '../tape-sink.ts'

interface HeldRow {
  readonly kind: RowKind
  readonly side: SideCode
  readonly exchangeTime: number
  readonly receiveTime: number
  readonly price: number
  readonly qty: number
  readonly isLast: boolean
  readonly orderId: number
}

/** Rows that wait for their turn. Holds whole messages. */
export class RowQueue implements TapeSink {
  #rows: HeldRow[] = []
  #next = 0

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    _seenBy?: Visibility,
    orderId = 0,
  ): void {
    this.#rows.push({ kind, side, exchangeTime, receiveTime, price, qty, isLast, orderId })
  }

  /** Receive time of the next message; undefined when there is none. */
  get nextTime(): number | undefined {
    return this.#rows[this.#next]?.receiveTime
  }

  /** Hands over one message. */
  sendMessage(sink: TapeSink): void {
    for (;;) {
      const row = this.#rows[this.#next]
      if (row === undefined) return
      this.#next++
      const { kind, side, exchangeTime, receiveTime, price, qty, isLast, orderId } = row
      sink.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, undefined, orderId)
      if (isLast) break
    }
    if (this.#next < this.#rows.length) return
    this.#rows = []
    this.#next = 0
  }
}

/** A queue, and what fills it: each step reads a little more of a source. */
export interface QueuedSource {
  readonly queue: RowQueue
  readonly steps: AsyncIterator<unknown>
}

/** At equal receive times the source named first comes first. */
export async function mergeRows(sources: readonly QueuedSource[], sink: TapeSink): Promise<void> {
  let live = [...sources]
  for (;;) {
    for (const source of live) await fill(source)
    live = live.filter(({ queue }) => queue.nextTime !== undefined)
    if (live.length === 0) return
    // Until one of them runs out, nothing has to be awaited.
    while (live.every(({ queue }) => queue.nextTime !== undefined)) earliest(live)?.sendMessage(sink)
  }
}

async function fill({ queue, steps }: QueuedSource): Promise<void> {
  while (queue.nextTime === undefined) if ((await steps.next()).done === true) return
}

function earliest(sources: readonly QueuedSource[]): RowQueue | undefined {
  let best: RowQueue | undefined
  for (const { queue } of sources) {
    if (best === undefined || (queue.nextTime ?? 0) < (best.nextTime ?? 0)) best = queue
  }
  return best
}
