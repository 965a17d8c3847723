/** From numbers in the journal back to the words they stand for. */

/** @returns undefined for a number that stands for nothing */
export function nameOfCode<Table extends Readonly<Record<string, number>>>(
  table: Table,
  code: number | undefined,
): Extract<keyof Table, string> | undefined {
  for (const name in table) if (table[name] === code) return name
  return undefined
}
