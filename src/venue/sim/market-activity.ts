/** Volume and volatility of a market before a moment, from its prints: nothing at or after that moment is read. */
import { ColumnCursor } from '../../book/column-cursor.ts'
import { FlatBook } from '../../book/flat-book.ts'
import { f64At, i32At } from '../../core/typed-array.ts'
import { kindMask, type PackedTape, packedKind } from '../../model/packed.ts'

const dayUs = 86_400_000_000
/** Intervals of the window: returns are taken from the last print of one to that of the next. */
const slots = 60

export interface Activity {
  /** Standard deviation of returns, as a part of the price, per square root of a day. */
  readonly sigmaDay: number
  /** Lots traded per day. */
  readonly lotsDay: number
}

interface Slot {
  readonly index: number
  /** Ticks. */
  last: number
  /** Lots. */
  volume: number
}

export class MarketActivity {
  private readonly cursor: ColumnCursor
  private readonly book = new FlatBook()
  private readonly slotUs: number
  /** With prints, oldest first. */
  private recent: Slot[] = []

  /** @param windowUs how far back is looked, microseconds */
  constructor(tapes: readonly PackedTape[], windowUs: number) {
    this.cursor = new ColumnCursor(tapes, 'exchange')
    this.book.rebase(this.cursor.batch.baseTick)
    this.slotUs = Math.max(1, Math.floor(windowUs / slots))
  }

  /** Undefined before prints of three intervals are known. Times never go back. @param time exchange, microseconds */
  before(time: number): Activity | undefined {
    this.readBefore(time)
    const current = Math.floor(time / this.slotUs)
    // The present interval is not over, and those beyond the window are forgotten.
    this.recent = this.recent.filter(({ index }) => index >= current - slots)
    const known = this.recent.filter(({ index }) => index < current)
    const [first] = known
    if (first === undefined || known.length < 3) return undefined
    let [squares, volume] = [0, 0]
    let previous = first
    for (const slot of known) {
      const change = (slot.last - previous.last) / previous.last
      squares += change * change
      volume += slot.volume
      previous = slot
    }
    const perDay = dayUs / this.slotUs
    const span = current - first.index
    return {
      sigmaDay: Math.sqrt((squares / (span - 1)) * perDay),
      lotsDay: (volume / span) * perDay,
    }
  }

  close(): void {
    this.cursor.close()
    this.book.close()
  }

  private readBefore(time: number): void {
    const { cursor, book } = this
    while (cursor.nextTime < time) {
      const { batch, time: times } = cursor
      const end = cursor.rowAfter(time - 1)
      for (let row = cursor.row; row < end; row++) {
        const code = i32At(batch.code, row)
        const kind = code & kindMask
        if (kind === packedKind.farTick) book.applyRow(code, f64At(batch.qty, row))
        else if (isPrint(kind)) this.addPrint(code, f64At(batch.qty, row), f64At(times, row))
      }
      if (cursor.moveTo(end)) book.rebase(cursor.batch.baseTick)
    }
  }

  private addPrint(code: number, lots: number, time: number): void {
    this.book.applyRow(code, lots)
    const last = this.book.lastTick
    if (last === undefined) return
    const index = Math.floor(time / this.slotUs)
    const slot = this.recent.at(-1)
    if (slot === undefined || slot.index !== index) this.recent.push({ index, last, volume: lots })
    else {
      slot.last = last
      slot.volume += lots
    }
  }
}

const printKinds: ReadonlySet<number> = new Set([
  packedKind.trade,
  packedKind.farTrade,
  packedKind.barOpen,
  packedKind.barHigh,
  packedKind.barLow,
  packedKind.barClose,
])
const isPrint = (kind: number): boolean => printKinds.has(kind)
