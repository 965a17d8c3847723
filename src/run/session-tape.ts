/** The market data that a session received, from its journal, as tapes that a replay can run on. */
import { DataError } from '../core/errors.ts'
import { createMemoryTape } from '../feed/packed-memory-tape.ts'
import { TapeColumns } from '../feed/tape-columns.ts'
import type { JournalRecord } from '../journal/record-stream.ts'
import { recordKind } from '../model/journal-record.ts'
import { readMarketRow } from '../model/market-row.ts'
import type { PackedTape } from '../model/packed.ts'
import { readConnection } from '../model/session-record.ts'
import { rowKind, sideCode } from '../model/tape.ts'
import type { RunDescription } from './run-description.ts'

/** Takes records one by one, in their order. A row is at the venue when the session received it, as on paper. */
export class SessionTapes {
  private readonly columns = new Map<number, TapeColumns>()

  add(record: JournalRecord): void {
    const { kind, instrument, time } = record
    if (kind === recordKind.marketRow) {
      const { kind: what, side, price, qty, isLast } = readMarketRow(record)
      this.of(instrument).row(what, side, time, time, price, qty, isLast)
    } else if (kind === recordKind.connection) {
      // What stood in the book is not to be had while nobody sees it.
      const { channel, isUp } = readConnection(record)
      if (channel === 'market' && !isUp)
        this.of(instrument).row(rowKind.clear, sideCode.buy, time, time, 0, 0, true)
    }
  }

  /** @throws {DataError} SESSION_EMPTY */
  finish({ instruments, level }: Pick<RunDescription, 'instruments' | 'level'>): PackedTape[] {
    return instruments.map((instrument, index) => {
      const rows = this.columns.get(index)
      if (rows === undefined || rows.rows === 0) {
        throw new DataError('SESSION_EMPTY', `the session never received a row of ${instrument.id}`)
      }
      return createMemoryTape({
        instrument,
        rows,
        level,
        facts: { isSynthetic: false, sources: ['session'] },
      })
    })
  }

  private of(instrument: number): TapeColumns {
    const known = this.columns.get(instrument) ?? new TapeColumns()
    this.columns.set(instrument, known)
    return known
  }
}
