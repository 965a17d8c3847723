/**
 * A packed tape that grows at its end while markets read it: a live feed, in the form that the simulated venue knows.
 * Messages are packed as they come; readers follow, and what all of them have read is let go.
 *
 * Nothing tells a reader of new rows. It waits at the sentinel of the last batch, and the next row is written there. When
 * a batch is full, or the window has to move, an `idle` row leads over to the next one (see PackedSource).
 */
import { assert } from '../core/errors.ts'
import { f64At, i32At } from '../core/typed-array.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'
import {
  kindMask,
  type PackedBatch,
  type PackedSource,
  type PackedTape,
  packedKind,
} from '../model/packed.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { liveFacts } from './live-facts.ts'
import { RowPacker } from './row-packer.ts'
import { type BatchPrices, chooseBaseTick } from './window-base.ts'

export interface GrowingTapeOptions {
  readonly instrument: InstrumentSpec
  readonly level: DataLevel
  /** Of one batch; only tests need another than the usual. At least 8. */
  readonly batchRows?: number
}

/** A quarter of a megabyte each: small, because whoever lies behind keeps whole batches alive. */
const usualRows = 8192

export class GrowingTape implements PackedTape {
  readonly facts: TapeFacts
  readonly level: DataLevel
  readonly latencyProfile = undefined
  private readonly packer: RowPacker
  private readonly batchRows: number
  private last: GrowingBatch
  private lastTime = 0

  constructor({ instrument, level, batchRows = usualRows }: GrowingTapeOptions) {
    this.level = level
    this.facts = liveFacts(instrument, level)
    this.batchRows = batchRows
    this.packer = new RowPacker({
      level,
      order: 'exchange',
      batchRows,
      emit: (packed) => this.addPacked(packed),
      chooseBase,
    })
    // Where the window lies is known with the first price: until then there is room for nothing but the way on.
    this.last = new GrowingBatch(0, 0)
  }

  /**
   * One whole message.
   *
   * @param time when we received it, which is its time at the simulated venue, too; microseconds, never going back
   */
  append(rows: readonly MarketRow[], time: number): void {
    assert(time >= this.lastTime, `rows of ${time} come after rows of ${this.lastTime}`)
    this.lastTime = time
    for (const { kind, side, price, qty, isLast } of rows) {
      this.packer.row(kind, side, time, time, price, qty, isLast)
    }
    this.packer.finish()
  }

  /** From the last batch on: whoever wants every row opens before the first one comes. */
  open(): PackedSource {
    let next: GrowingBatch | undefined = this.last
    let current: GrowingBatch | undefined
    return {
      isGrowing: true,
      next: () => {
        next ??= current?.next
        current = next ?? current
        const batch = next
        next = undefined
        return batch
      },
      close: () => {
        current = undefined
        next = undefined
      },
    }
  }

  openTouch(): undefined {
    return undefined
  }

  /** Nobody at the simulated venue uses mark prices of a feed. */
  openMarks(): undefined {
    return undefined
  }

  lastReceiveTime(): number {
    return this.lastTime
  }

  private addPacked({ rows, baseTick, exchangeTime, code, qty }: PackedBatch): void {
    for (let row = 0; row < rows; row++) {
      const time = f64At(exchangeTime, row)
      if (this.last.isFull || this.last.baseTick !== baseTick) this.nextBatch(baseTick, time)
      this.last.add(i32At(code, row), f64At(qty, row), time)
    }
  }

  private nextBatch(baseTick: number, time: number): void {
    const batch = new GrowingBatch(baseTick, this.batchRows)
    this.last.leadTo(batch, time)
    this.last = batch
  }
}

class GrowingBatch implements PackedBatch {
  rows = 0
  readonly baseTick: number
  /** Also of receipt: a row is at the venue when it is with us. */
  readonly exchangeTime: Float64Array
  readonly receiveTime: Float64Array
  readonly code: Int32Array
  readonly qty: Float64Array
  next: GrowingBatch | undefined
  private readonly capacity: number

  constructor(baseTick: number, capacity: number) {
    this.baseTick = baseTick
    this.capacity = capacity
    // One more for the row that leads on, and one for the sentinel.
    this.exchangeTime = new Float64Array(capacity + 2)
    this.receiveTime = this.exchangeTime
    this.code = new Int32Array(capacity + 2)
    this.qty = new Float64Array(capacity + 2)
    this.exchangeTime[0] = Number.POSITIVE_INFINITY
  }

  get isFull(): boolean {
    return this.rows === this.capacity
  }

  add(code: number, lots: number, time: number): void {
    const at = this.rows
    this.code[at] = code
    this.qty[at] = lots
    this.exchangeTime[at] = time
    this.exchangeTime[at + 1] = Number.POSITIVE_INFINITY
    this.rows = at + 1
  }

  leadTo(next: GrowingBatch, time: number): void {
    this.add(packedKind.idle, 0, time)
    this.next = next
  }
}

/**
 * Only a snapshot or a print moves the window: a message of level changes may hold levels far from the touch alone, and
 * the window would be moved to and fro, with all levels of the book each time.
 */
function chooseBase(batch: BatchPrices): number {
  const { before, prints } = batch
  if (before === undefined || prints !== undefined) return chooseBaseTick(batch)
  for (let row = 0; row < batch.rows; row++) {
    const kind = i32At(batch.code, row) & kindMask
    if (kind === packedKind.trade || kind === packedKind.clear) return chooseBaseTick(batch)
  }
  return before
}
