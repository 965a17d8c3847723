/** Kinds of tape rows by number and by name. */
import { DataError } from '../core/errors.ts'
import { type RowKind, rowKind } from '../model/tape.ts'

const kindByValue: RowKind[] = []
const nameByKind: string[] = []
for (const [name, kind] of Object.entries(rowKind)) {
  kindByValue[kind] = kind
  nameByKind[kind] = name
}

/** @throws {DataError} TAPE_ROW_KIND */
export function rowKindOf(value: number): RowKind {
  const kind = kindByValue[value]
  if (kind === undefined) throw new DataError('TAPE_ROW_KIND', `expected a kind of row, found ${value}`)
  return kind
}

export const rowKindName = (kind: RowKind): string => nameByKind[kind] ?? String(kind)
