/** What a run leaves behind: the summary (`--json`) and the record that analysis and report read. */
import type { Json } from '../core/canonical-json.ts'
import type { AccountReport } from './account-report.ts'
import type { Fill } from './fill.ts'
import type { InstrumentSpec } from './instrument.ts'
import type { Order } from './order.ts'
import type { ParentOrder } from './parent-order.ts'
import type { DataLevel, TapeFacts } from './tape.ts'

/** Decimal fields are decimal text. Money in settlement currency of the first instrument. */
export interface RunSummary {
  /** SHA-256 over the journal. */
  readonly fingerprint: string
  readonly strategy: string
  readonly seed: number
  /** Market data rows between start and end of the run. */
  readonly rows: number
  readonly orders: number
  readonly fills: number
  /** Refused by the risk guard / by the venue. */
  readonly denied: number
  readonly rejected: number
  /** By instrument id, signed. */
  readonly position: Readonly<Record<string, string>>
  readonly realizedPnl: string
  readonly unrealizedPnl: string
  readonly fees: string
  /** Part of `fees`: what was kept of bought coins, and what is left of them below one lot; absent where fees are taken in money. */
  readonly baseFees?: Readonly<Record<string, BaseFees>>
  /** Paid on balance, negative was received; absent where the run has no funding. */
  readonly funding?: string
  /** Trades by which the venue closed our position; absent where nobody is liquidated. */
  readonly liquidations?: number
  readonly equity: string
  readonly initialBalance: string
  /** Simulated span in microseconds. */
  readonly spanUs: number
  readonly wallMs: number
  readonly rowsPerSecond: number
  readonly dataHash: string
  readonly configHash: string
  readonly isSynthetic: boolean
  /** True when Ctrl-C ended the run early. */
  readonly isPartial: boolean
  readonly riskState: 'active' | 'reducing' | 'halted'
  /** Of a whole run on bars that took the default path. */
  readonly band?: BarBand
}

/** In base currency, decimal text. */
export interface BaseFees {
  readonly currency: string
  readonly paid: string
  /** Held, but less than one lot; not part of `position`. Valued in equity. */
  readonly dust: string
}

/** Equity at the end, had every ambiguous bar taken the stop first, or the target. Equal when there was no such bar. */
export interface BarBand {
  readonly pessimistic: string
  readonly optimistic: string
  /** Bars of the run itself in which a stop and a target were both inside. */
  readonly ambiguousBars: number
  /** Exchange time of the first few, at their first extreme, microseconds. */
  readonly firstTimes: readonly number[]
}

/** One assumption of the simulation, in words a user can judge. */
export interface Assumption {
  readonly name: string
  readonly value: string
}

/**
 * The market and the account at even intervals as we knew them, column-wise; one entry per sample, per instrument.
 * NaN where a value does not exist (the report writes null).
 */
export interface MarketSamples {
  /** Microseconds. */
  readonly time: number[]
  /** In price units. */
  readonly bid: number[]
  readonly ask: number[]
  readonly last: number[]
  /** Cumulative market volume in base units, and volume × price. */
  readonly tradedQty: number[]
  readonly tradedNotional: number[]
  /** Own signed position in base units. */
  readonly position: number[]
}

export interface EquitySamples {
  readonly time: number[]
  /** In settlement currency. */
  readonly equity: number[]
  readonly realizedPnl: number[]
  readonly unrealizedPnl: number[]
  readonly fees: number[]
  /** Paid so far, negative was received. */
  readonly funding: number[]
}

export interface LatencySamples {
  /** Microseconds, in order of occurrence, thinned to at most 20,000 each. */
  readonly entryUs: number[]
  readonly responseUs: number[]
}

export interface RunRecord {
  readonly summary: RunSummary
  /** What was asked for, defaults filled in. */
  readonly config: Json
  readonly level: DataLevel
  readonly assumptions: readonly Assumption[]
  readonly instruments: readonly InstrumentSpec[]
  readonly facts: readonly TapeFacts[]
  readonly orders: readonly Order[]
  readonly parents: readonly ParentOrder[]
  /** Those of a liquidation have the order number 0. */
  readonly fills: readonly Fill[]
  /** What the venue did to the account without an order of ours, in the order it became known. */
  readonly accountReports: readonly AccountReport[]
  /** By instrument. */
  readonly market: readonly MarketSamples[]
  readonly equity: EquitySamples
  readonly latency: LatencySamples
  readonly log: readonly { readonly time: number; readonly text: string }[]
}
