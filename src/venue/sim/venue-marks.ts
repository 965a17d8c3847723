/**
 * At what price the venue values positions: its mark price where the data have it, otherwise the mid (or last print) of its
 * market. Venues do the former; a mid that one large order moved liquidates nobody there.
 */
import type { MarkCursor } from '../../book/mark-cursor.ts'

export interface VenueMarksOptions {
  /** By instrument. */
  readonly markets: readonly { readonly referenceTimes2: number | undefined }[]
  /** By instrument, by the venue's clock; undefined where there are none, or they are not to be used. */
  readonly cursors: readonly (MarkCursor | undefined)[]
}

export class VenueMarks {
  private readonly options: VenueMarksOptions
  private now = Number.NEGATIVE_INFINITY

  constructor(options: VenueMarksOptions) {
    this.options = options
  }

  /** Exchange time has come to `at`, in microseconds. */
  advance(at: number): void {
    this.now = at
  }

  /** Twice the price in ticks; undefined before the first of any kind. */
  times2(instrument: number): number | undefined {
    const { cursors, markets } = this.options
    const mark = cursors[instrument]?.at(this.now)
    return mark === undefined ? markets[instrument]?.referenceTimes2 : 2 * mark
  }

  close(): void {
    for (const cursor of this.options.cursors) cursor?.close()
  }
}
