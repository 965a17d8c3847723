/** Inputs of a session as a journal gives them: each goes through the door that it came through. */
import { DataError, unreachable } from '../core/errors.ts'
import type { JournalRecord } from '../journal/record-stream.ts'
import { readFunding, readLiquidation } from '../model/account-report.ts'
import { nameOfCode } from '../model/code-names.ts'
import { operatorCommand, recordKind } from '../model/journal-record.ts'
import { readMarketRow } from '../model/market-row.ts'
import { readReport } from '../model/report-record.ts'
import { readConnection, readVenuePosition } from '../model/session-record.ts'
import type { SessionInputs } from './session-inputs.ts'

const inputKinds = [
  recordKind.timer,
  recordKind.report,
  recordKind.marketRow,
  recordKind.operator,
  recordKind.connection,
  recordKind.epoch,
  recordKind.venuePosition,
  recordKind.funding,
  recordKind.liquidation,
] as const
type InputKind = (typeof inputKinds)[number]

/** @returns the kind when the record came from outside; every other record must come out by itself */
export function inputKindOf({ kind }: JournalRecord): InputKind | undefined {
  return inputKinds.find((input) => input === kind)
}

/** @throws {DataError} JOURNAL_DAMAGED when the numbers mean nothing */
export function applyRecord(kind: InputKind, record: JournalRecord, inputs: SessionInputs): void {
  const { instrument, fields } = record
  switch (kind) {
    case recordKind.marketRow:
      return inputs.applyRow(instrument, readMarketRow(record))
    case recordKind.report:
      return inputs.applyReport(readReport(record))
    case recordKind.funding:
      return inputs.applyReport(readFunding(record))
    case recordKind.liquidation:
      return inputs.applyReport(readLiquidation(record))
    case recordKind.timer:
      return inputs.fireTimer(fields[0] ?? 0)
    case recordKind.connection:
      return inputs.applyConnection(readConnection(record))
    case recordKind.epoch:
      return inputs.beginEpoch(fields[0] ?? 0)
    case recordKind.venuePosition:
      return inputs.applyVenuePosition(readVenuePosition(record))
    case recordKind.operator:
      return operate(record, inputs)
    default:
      unreachable(kind)
  }
}

function operate({ sub }: JournalRecord, inputs: SessionInputs): void {
  const command = nameOfCode(operatorCommand, sub)
  if (command === undefined) {
    throw new DataError('JOURNAL_DAMAGED', `an operator's command ${sub}, which does not exist`)
  }
  if (command === 'end') inputs.end()
  else inputs.operate(command)
}
