/** The rows of a tape without a book, in exchange order: the last print, and each print while an order of ours waits. */
import { ColumnCursor } from '../../book/column-cursor.ts'
import { f64At, i32At } from '../../core/typed-array.ts'
import { isNearPrint, kindMask, type PackedTape, packedKind, tickOf } from '../../model/packed.ts'
import type { BarWalk } from './bar-walk.ts'

export interface PrintWatcher {
  /** False: no print concerns us. */
  readonly isWatching: boolean
  /** Exchange time past which rows must not go on; may change with every print. */
  readonly nextStop: number
  /** @param isOpen first point of a bar, which no price leads up to */
  onPrint(tick: number, lots: number, at: number, isOpen: boolean): void
}

export class PrintFeed {
  /** Tick of the last print or bar point; undefined before the first. */
  lastTick: number | undefined
  private readonly cursor: ColumnCursor
  private readonly watcher: PrintWatcher
  /** Undefined where the tape has no bars. */
  private readonly walk: BarWalk | undefined
  /** Rows that concern nobody need not be looked at. False where each bar is to be walked, for whom it may be ambiguous. */
  private readonly maySkip: boolean

  constructor(tapes: readonly PackedTape[], watcher: PrintWatcher, walk: BarWalk | undefined) {
    this.cursor = new ColumnCursor(tapes, 'exchange')
    this.watcher = watcher
    this.walk = walk
    this.maySkip = walk === undefined || walk.isTapeOrder
  }

  get nextTime(): number {
    return this.cursor.nextTime
  }

  /** All rows up to `until`, or up to the watcher's next stop if that comes earlier. */
  advance(until: number): void {
    const { watcher } = this
    if (!watcher.isWatching && this.maySkip) this.passOver(until)
    else {
      for (let stop = until; this.cursor.nextTime <= stop; ) {
        this.applyRow()
        stop = Math.min(stop, watcher.nextStop)
      }
    }
  }

  close(): void {
    this.cursor.close()
  }

  private applyRow(): void {
    const { cursor, walk, watcher } = this
    const { batch, row } = cursor
    const at = f64At(cursor.time, row)
    const shown = walk === undefined ? row : walk.rowFor(batch, row, at)
    const code = i32At(batch.code, shown)
    if (isNearPrint(code)) {
      const tick = tickOf(code, batch.baseTick)
      this.lastTick = tick
      const isOpen = (code & kindMask) === packedKind.barOpen
      if (watcher.isWatching) watcher.onPrint(tick, f64At(batch.qty, shown), at, isOpen)
    }
    cursor.moveTo(row + 1)
  }

  /** With no order of ours, of all the rows up to then only the last print leaves a trace. */
  private passOver(until: number): void {
    const { cursor } = this
    while (cursor.nextTime <= until) {
      const { batch } = cursor
      const end = cursor.rowAfter(until)
      let row = end - 1
      while (row >= cursor.row && !isNearPrint(i32At(batch.code, row))) row--
      if (row >= cursor.row) this.lastTick = tickOf(i32At(batch.code, row), batch.baseTick)
      cursor.moveTo(end)
    }
  }
}
