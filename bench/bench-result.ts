/** What one bench found, and what it should have found. */

export interface BenchScale {
  readonly rows: number
  readonly bars: number
  /** Timed rounds and untimed ones before them. */
  readonly rounds: number
  readonly warmups: number
  /** Operations of the latency benches. */
  readonly operations: number
  /** Timed orders of a live session. */
  readonly liveOrders: number
  /** Rows of the two tapes whose memory is compared; empty leaves it out. */
  readonly memoryRows: readonly number[]
}

export interface BenchResult {
  readonly name: string
  readonly what: string
  readonly value: number
  readonly unit: string
  /** To a base in the same process; the only figure that a baseline compares. Larger is better. */
  readonly ratio: number | undefined
  readonly target: { readonly ratioMin: number } | { readonly valueMax: number } | undefined
}

export function meetsTarget({ value, ratio, target }: BenchResult): boolean | undefined {
  if (target === undefined) return undefined
  return 'ratioMin' in target ? ratio !== undefined && ratio >= target.ratioMin : value <= target.valueMax
}
