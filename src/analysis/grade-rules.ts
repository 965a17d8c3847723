/**
 * What each kind of finding does to the grade of a tape: the whole table. A finding caps the grade at the worst of the
 * limits that it reaches, and the grade of a tape is the worst cap. Reasons for the thresholds: docs/DATA-QUALITY.md,
 * which a test compares with this table.
 */

/** Best first. There is no E. */
export const grades = ['A', 'B', 'C', 'D', 'F'] as const
export type Grade = (typeof grades)[number]

/**
 * `count`: how often. `share`: count of all that were looked at, 0–1. `perHour`: count per hour, of tapes shorter than
 * an hour their count. `worst`: size of the largest, in the unit of the finding, without its sign.
 */
export type Measure = 'count' | 'share' | 'perHour' | 'worst'

export interface GradeLimit {
  readonly measure: Measure
  /** Reached from here on, itself included. */
  readonly from: number
  /** The best grade that is still possible. */
  readonly grade: Grade
}

/** Unit of the `worst` of a finding: price ticks, microseconds, basis points, parts per million. */
export type FindingUnit = 'ticks' | 'us' | 'bps' | 'ppm'

export interface GradeRule {
  readonly code: string
  /** Plain words before the count, or before the sentence of an importer; empty where that says it all. */
  readonly title: string
  /** What was looked at. */
  readonly of: string
  readonly unit?: FindingUnit
  /** None: told, never judged. */
  readonly limits: readonly GradeLimit[]
}

const count = (from: number, grade: Grade): GradeLimit => ({ measure: 'count', from, grade })
const share = (from: number, grade: Grade): GradeLimit => ({ measure: 'share', from, grade })
const perHour = (from: number, grade: Grade): GradeLimit => ({ measure: 'perHour', from, grade })
const worst = (from: number, grade: Grade): GradeLimit => ({ measure: 'worst', from, grade })

const second = 1_000_000
const minute = 60 * second
const hour = 60 * minute

const crossing = [count(1, 'B'), share(0.0001, 'C'), share(0.001, 'D'), share(0.05, 'F')]
const locking = [share(0.0001, 'B'), share(0.01, 'C'), share(0.1, 'D')]

const bookRules: readonly GradeRule[] = [
  { code: 'refusedBook', title: 'sim run refuses it', of: 'messages', limits: [count(1, 'F')] },
  {
    code: 'missingSnapshot',
    title: 'missing snapshot',
    of: 'book messages',
    unit: 'us',
    limits: [count(1, 'C'), share(0.5, 'D')],
  },
  { code: 'earlyDiffs', title: 'snapshot comes after some diffs', of: 'rows', limits: [] },
  {
    code: 'gap',
    title: 'gaps in the book',
    of: 'book messages',
    unit: 'us',
    limits: [count(1, 'B'), perHour(4, 'C'), worst(minute, 'C'), perHour(60, 'D'), worst(10 * minute, 'D')],
  },
  {
    code: 'lostBook',
    title: '',
    of: 'book messages',
    limits: [count(1, 'B'), share(0.01, 'C'), share(0.1, 'D')],
  },
  {
    code: 'crossedBook',
    title: 'crossed books',
    of: 'book messages',
    unit: 'ticks',
    limits: crossing,
  },
  { code: 'lockedBook', title: 'locked books', of: 'book messages', limits: locking },
  { code: 'crossedQuote', title: 'crossed quotes', of: 'quotes', unit: 'ticks', limits: crossing },
  { code: 'lockedQuote', title: 'locked quotes', of: 'quotes', limits: locking },
  {
    code: 'oneSidedBook',
    title: 'books with one side only',
    of: 'book messages',
    unit: 'us',
    limits: [count(1, 'B'), share(0.001, 'C'), share(0.1, 'D')],
  },
  {
    code: 'oneSidedQuote',
    title: 'quotes with one side only',
    of: 'quotes',
    unit: 'us',
    limits: [count(1, 'B'), share(0.01, 'C'), share(0.5, 'D')],
  },
  {
    code: 'checksumMismatch',
    title: 'books that differ from their checksum',
    of: 'book messages',
    limits: [count(1, 'C'), share(0.01, 'D')],
  },
  {
    code: 'touchDisagreed',
    title: 'books that differ from the quote of the same update',
    of: 'comparisons',
    limits: [count(1, 'B'), share(0.01, 'C'), share(0.1, 'D')],
  },
  {
    code: 'unknownOrders',
    title: 'messages about orders that were never seen',
    of: 'rows',
    limits: [count(1, 'B'), share(0.05, 'C')],
  },
  {
    code: 'lateBook',
    title: 'messages before the first book',
    of: 'messages',
    unit: 'us',
    limits: [worst(minute, 'B'), worst(10 * minute, 'C')],
  },
]

const clockRules: readonly GradeRule[] = [
  {
    code: 'backwardTime',
    title: 'messages stamped before an earlier one of their stream',
    of: 'messages',
    unit: 'us',
    limits: [count(1, 'B'), share(0.001, 'C'), share(0.05, 'D')],
  },
  {
    code: 'clockOffset',
    title: 'receive clock is off',
    of: 'clocks',
    unit: 'us',
    limits: [worst(second, 'B'), worst(minute, 'C')],
  },
  {
    code: 'clockDrift',
    title: 'receive clock drifts',
    of: 'clocks',
    unit: 'ppm',
    limits: [worst(100, 'B'), worst(1_000, 'C')],
  },
  { code: 'clockWander', title: '', of: 'clocks', limits: [count(1, 'B')] },
  {
    code: 'latencyBurst',
    title: 'latency in bursts',
    of: 'tapes',
    unit: 'us',
    limits: [worst(100_000, 'B'), worst(second, 'C'), worst(10 * second, 'D')],
  },
  { code: 'latency', title: 'latency', of: 'messages', unit: 'us', limits: [] },
  {
    code: 'interleavedStreams',
    title: 'messages stamped before one of another stream that came first',
    of: 'messages',
    unit: 'us',
    limits: [],
  },
]

const printRules: readonly GradeRule[] = [
  {
    code: 'farTrade',
    title: 'prints 1 % or more outside the touch that count as market prints',
    of: 'prints',
    unit: 'bps',
    limits: [count(1, 'C'), share(0.001, 'D'), share(0.1, 'F')],
  },
  {
    code: 'offMarketTrade',
    title: 'off-market prints',
    of: 'prints',
    unit: 'bps',
    limits: [count(1, 'B'), share(0.01, 'C')],
  },
  {
    code: 'tradeOutsideTouch',
    title: 'prints outside the bid and ask received last, as the streams are not ordered against each other',
    of: 'prints',
    unit: 'bps',
    limits: [],
  },
  {
    code: 'repeatedIds',
    title: 'ids repeated or out of order',
    of: 'rows',
    limits: [count(1, 'B'), share(0.01, 'C'), share(0.2, 'D')],
  },
  {
    code: 'missingIds',
    title: 'ids missing',
    of: 'prints',
    limits: [count(1, 'B'), share(0.001, 'C'), share(0.1, 'D')],
  },
  {
    code: 'repeatedTrade',
    title: 'prints equal to the one before in time, side, price and quantity',
    of: 'prints',
    limits: [],
  },
  {
    code: 'doubledTrades',
    title: 'prints equal to the one before, at least half of all',
    of: 'prints',
    limits: [share(0.48, 'C')],
  },
  {
    code: 'priceLeap',
    title: 'leaps of the price by 20 % or more',
    of: 'prices',
    unit: 'bps',
    limits: [count(1, 'C'), perHour(10, 'D')],
  },
  {
    code: 'priceJump',
    title: 'jumps of the price by 1 % or more within a second',
    of: 'prices',
    unit: 'bps',
    limits: [count(1, 'B'), perHour(10, 'C')],
  },
]

const sourceRules: readonly GradeRule[] = [
  {
    code: 'missingBar',
    title: 'missing bars',
    of: 'bars',
    unit: 'us',
    limits: [count(1, 'B'), share(0.01, 'C'), share(0.1, 'D'), share(0.5, 'F')],
  },
  {
    code: 'silentSpell',
    title: 'silent spells',
    of: 'messages',
    unit: 'us',
    limits: [count(1, 'B'), worst(10 * minute, 'C'), worst(6 * hour, 'D')],
  },
  {
    code: 'offLotQuantity',
    title: 'quantities finer than the lot',
    of: 'rows',
    limits: [count(1, 'B'), share(0.01, 'C')],
  },
  {
    code: 'inferredGrid',
    title: '',
    of: 'notes',
    limits: [count(1, 'B')],
  },
  { code: 'untoldGaps', title: '', of: 'notes', limits: [count(1, 'B')] },
  { code: 'inferredSide', title: '', of: 'prints', limits: [count(1, 'B')] },
  { code: 'barTime', title: '', of: 'bars', limits: [count(1, 'B')] },
  { code: 'note', title: '', of: 'rows', limits: [] },
]

/** In the order in which equal findings are told. */
export const gradeRules: readonly GradeRule[] = [...bookRules, ...clockRules, ...printRules, ...sourceRules]

/** What a tape of this grade may be used for; continues "C: ". */
export const gradeMeaning: Readonly<Record<Grade, string>> = {
  A: 'usable for everything that its level offers',
  B: 'usable for backtests, with small faults that are handled',
  C: 'usable for results that do not hang on what is named here',
  D: 'usable for a first look, not for a decision about money',
  F: 'not usable for results',
}
