/** What became of a schedule, on either side, and where the two differ. */

export interface Slice {
  readonly id: number
  /** Exchange time, microseconds. */
  readonly t: number
  readonly tick: number
  readonly lots: number
  readonly isMaker: boolean
}

export interface Outcome {
  readonly slices: readonly Slice[]
  /** State and limit price by id. */
  readonly states: ReadonlyMap<number, string>
  readonly account: {
    readonly position: number
    readonly balance: number
    readonly fee: number
    readonly trades: number
  }
}

export interface Comparison {
  /** Executions compared: one for each order and exchange time. */
  readonly fills: number
  readonly orders: number
  readonly mismatches: readonly string[]
}

/**
 * @param withAccount compare position, balance and fee too; the tool's are wrong for partial fills
 * @param feeQuantum our fees are rounded up to this, each
 */
export function compareOutcomes(
  ours: Outcome,
  theirs: Outcome,
  withAccount: boolean,
  feeQuantum: number,
): Comparison {
  const mine = executions(ours.slices)
  const other = executions(theirs.slices)
  const mismatches = [...new Set([...mine.keys(), ...other.keys()])]
    .filter((key) => !isSame(mine.get(key), other.get(key)))
    .map((key) => `fill ${key}: ours ${textOf(mine.get(key))}, theirs ${textOf(other.get(key))}`)
  for (const [id, state] of theirs.states) {
    const found = ours.states.get(id)
    if (found !== state) mismatches.push(`order ${id}: ours ${found}, theirs ${state}`)
  }
  if (withAccount) mismatches.push(...accountDifferences(ours, theirs, feeQuantum))
  return { fills: mine.size, orders: theirs.states.size, mismatches }
}

/** By order and exchange time: the sum, and price and liquidity of the last slice, which is all that the tool shows. */
function executions(slices: readonly Slice[]): Map<string, Slice> {
  const found = new Map<string, Slice>()
  for (const slice of slices) {
    const key = `${slice.id} at ${slice.t}`
    found.set(key, { ...slice, lots: slice.lots + (found.get(key)?.lots ?? 0) })
  }
  return found
}

/** A price of −1 could not be seen. */
function isSame(a: Slice | undefined, b: Slice | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  const isSamePrice = a.tick === b.tick || b.tick === -1
  return isSamePrice && a.lots === b.lots && a.isMaker === b.isMaker
}

function textOf(slice: Slice | undefined): string {
  if (slice === undefined) return 'none'
  return `${slice.lots} lots, last at ${slice.tick} ticks, ${slice.isMaker ? 'maker' : 'taker'}`
}

function accountDifferences(ours: Outcome, theirs: Outcome, feeQuantum: number): string[] {
  const [a, b] = [ours.account, theirs.account]
  const tolerance = { position: 1e-9, balance: 1e-12 * 1e9, fee: a.trades * feeQuantum + 1e-6, trades: 0 }
  const names = ['position', 'balance', 'fee', 'trades'] as const
  return names
    .filter((name) => !(Math.abs(a[name] - b[name]) <= tolerance[name]))
    .map((name) => `${name}: ours ${a[name]}, theirs ${b[name]}`)
}
