/** Kinds of tape rows by number and by name. */
import { DataError } from '../core/errors.ts'
import { type RowKind, rowKind } from '../model/tape.ts'

const kindByValue = new Map<number, RowKind>(Object.values(rowKind).map((kind) => [kind, kind]))
const nameByKind = new Map<RowKind, string>(Object.entries(rowKind).map(([name, kind]) => [kind, name]))

/** @throws {DataError} TAPE_ROW_KIND */
export function rowKindOf(value: number): RowKind {
  const kind = kindByValue.get(value)
  if (kind === undefined) throw new DataError('TAPE_ROW_KIND', `expected a kind of row, found ${value}`)
  return kind
}

export const rowKindName = (kind: RowKind): string => nameByKind.get(kind) ?? String(kind)
