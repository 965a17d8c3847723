/** Down-sampling of a chart's columns that keeps every extreme: a spike of one sample stays visible. */

/** A chart is at most some 2,000 pixels wide; two points a pixel lose nothing. */
export const maxPoints = 4_000

/**
 * Ascending indices to keep, at most `limit`: per bucket the lowest and the highest entry of every column, and the
 * first and the last of all. NaN entries are skipped.
 *
 * @param columns of equal length, at least one
 * @param limit ≥ 2 × columns + 2
 */
export function thinIndices(columns: readonly (readonly number[])[], limit: number = maxPoints): number[] {
  const length = columns[0]?.length ?? 0
  if (length <= limit) return Array.from({ length }, (_, index) => index)
  const buckets = Math.floor((limit - 2) / (2 * columns.length))
  const kept = new Set([0, length - 1])
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * length) / buckets)
    const end = Math.floor(((bucket + 1) * length) / buckets)
    for (const column of columns) keepExtremes(column, { start, end, kept })
  }
  return [...kept].sort((a, b) => a - b)
}

function keepExtremes(
  column: readonly number[],
  { start, end, kept }: { readonly start: number; readonly end: number; readonly kept: Set<number> },
): void {
  let lowest = -1
  let highest = -1
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let index = start; index < end; index++) {
    const value = column[index] ?? Number.NaN
    if (value < low) {
      low = value
      lowest = index
    }
    if (value > high) {
      high = value
      highest = index
    }
  }
  if (lowest >= 0) kept.add(lowest).add(highest)
}
