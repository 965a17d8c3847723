/** What the row readers of all kinds of tables share: cells by role, times in order, and where rows go. */
import { FileJoins, holeNote } from '../file-joins.ts'
import type { InstrumentGrid } from '../instrument-grid.ts'
import { isoTime, timeOfText } from '../parse-time.ts'
import type { SourcePosition } from '../source-position.ts'
import type { TapeSink } from '../tape-sink.ts'
import type { NoteCounts } from './note-counts.ts'
import type { ColumnMap, ColumnRole } from './table-columns.ts'

/** Turns rows of a table into rows of a tape. */
export interface TableRowReader {
  /** @param names all columns of the file, as it names them */
  startFile(names: readonly string[]): void
  row(cells: readonly string[]): void
  /** After the last row of a file. */
  endFile(): void
}

export interface RowTimes {
  /** Microseconds. */
  readonly exchangeTime: number
  readonly receiveTime: number
}

export class TableRows {
  readonly sink: TapeSink
  readonly grid: InstrumentGrid
  readonly notes: NoteCounts
  readonly position: SourcePosition
  readonly joins: FileJoins
  /** Times the book ended. */
  gaps = 0
  /** Called with the time at which a book or quotes end, because nothing was recorded from there to the next file. */
  onHole: ((time: number) => void) | undefined
  #columns: ColumnMap = {}
  #latest = 0

  constructor(sink: TapeSink, grid: InstrumentGrid, notes: NoteCounts, position: SourcePosition) {
    this.sink = sink
    this.grid = grid
    this.notes = notes
    this.position = position
    this.joins = new FileJoins(position)
  }

  /** Files of one recording may order their columns differently. */
  useColumns(columns: ColumnMap): void {
    this.#columns = columns
  }

  has(role: ColumnRole): boolean {
    return this.#columns[role] !== undefined
  }

  /** '' where the table has no such column. */
  cell(cells: readonly string[], role: ColumnRole): string {
    const index = this.#columns[role]
    return index === undefined ? '' : (cells[index] ?? '')
  }

  /** @throws {DataError} DATA_BAD_TIME */
  time(cells: readonly string[], role: ColumnRole): number {
    const text = this.cell(cells, role)
    const time = timeOfText(text)
    if (time !== undefined) return time
    throw this.position.error('DATA_BAD_TIME', `expected a time, found ${JSON.stringify(text)}`)
  }

  /** Receive time is exchange time where the table has only one. @throws {DataError} also when time goes back */
  times(cells: readonly string[]): RowTimes {
    const exchangeTime = this.time(cells, 'time')
    const receiveTime = this.has('receiveTime') ? this.time(cells, 'receiveTime') : exchangeTime
    this.checkOrder(receiveTime)
    return { exchangeTime, receiveTime }
  }

  /** @throws {DataError} DATA_OUT_OF_ORDER */
  checkOrder(time: number): void {
    if (time < this.#latest) {
      const message = `expected times in order, found ${isoTime(time)} after ${isoTime(this.#latest)}`
      throw this.position.error('DATA_OUT_OF_ORDER', message)
    }
    this.#latest = time
    const hole = this.joins.next(time)
    if (hole === undefined) return
    this.notes.once(holeNote(hole))
    this.onHole?.(hole.from)
  }
}
