/**
 * Columns of integers as short JSON, so that 100,000 orders fit in a file one can send. Decoded by client/decode.js.
 * The shortest of four forms is taken, each an object with `n`, the number of rows, and `per`, what to divide by.
 */

export type PackedColumn = {
  readonly n: number
  /** value = integer / per, so that a price on a grid of 0.1 comes out as the nearest double, not as n × 0.1. */
  readonly per: number
} & (
  | { readonly raw: readonly (number | null)[] }
  /** Differences to the last value that was not null, starting from 0. */
  | { readonly delta: readonly (number | null)[] }
  /** `base` everywhere but at the rows whose distances are `gap`; there `value`. */
  | {
      readonly base: number | null
      readonly gap: readonly number[]
      readonly value: readonly (number | null)[]
    }
)

/** @param values integers; undefined where there is none */
export function packColumn(values: readonly (number | undefined)[], per = 1): PackedColumn {
  const cells = values.map((value) => value ?? null)
  const head = { n: cells.length, per }
  const forms: PackedColumn[] = [
    { ...head, raw: cells },
    { ...head, delta: differences(cells) },
    { ...head, ...exceptions(cells) },
  ]
  return forms.reduce((best, form) =>
    JSON.stringify(form).length < JSON.stringify(best).length ? form : best,
  )
}

/** Decimals on an even grid: prices, quantities, money. NaN is packed as null. @param step of the grid, > 0 */
export function packDecimals(values: readonly number[], step: number): PackedColumn {
  const per = step < 1 ? Math.round(1 / step) : 1 / step
  return packColumn(
    values.map((value) => (Number.isFinite(value) ? Math.round(value * per) : undefined)),
    per,
  )
}

export interface PackedTexts {
  readonly words: readonly string[]
  readonly index: PackedColumn
}

/** A dictionary in order of appearance, and the index of each row's word. */
export function packTexts(values: readonly string[]): PackedTexts {
  const words = new Map<string, number>()
  for (const value of values) if (!words.has(value)) words.set(value, words.size)
  return { words: [...words.keys()], index: packColumn(values.map((value) => words.get(value))) }
}

function differences(cells: readonly (number | null)[]): (number | null)[] {
  let last = 0
  return cells.map((cell) => {
    if (cell === null) return null
    const difference = cell - last
    last = cell
    return difference
  })
}

function exceptions(cells: readonly (number | null)[]) {
  const base = mostFrequent(cells)
  const gap: number[] = []
  const value: (number | null)[] = []
  let last = 0
  for (const [row, cell] of cells.entries()) {
    if (cell === base) continue
    gap.push(row - last)
    value.push(cell)
    last = row
  }
  return { base, gap, value }
}

function mostFrequent(cells: readonly (number | null)[]): number | null {
  const counts = new Map<number | null, number>()
  let best: number | null = null
  let most = 0
  for (const cell of cells) {
    const count = (counts.get(cell) ?? 0) + 1
    counts.set(cell, count)
    if (count > most) [best, most] = [cell, count]
  }
  return best
}
