/** What a trading session leaves behind, in the form of a run: for its summary and its report. */
import { canonicalJson } from '../core/canonical-json.ts'
import { sha256 } from '../core/hash.ts'
import { liveFacts } from '../feed/live-facts.ts'
import type {
  EquitySamples,
  LatencySamples,
  MarketSamples,
  RunRecord,
  RunSummary,
} from '../model/run-record.ts'
import type { TapeFacts } from '../model/tape.ts'
import { listAssumptions } from './assumptions.ts'
import { venueActs } from './create-account.ts'
import { withOneQuantum } from './replay-data.ts'
import { describeRun, type RunDescription } from './run-description.ts'
import { summarize } from './summarize.ts'
import type { WiredSession } from './wire-session.ts'

export interface SessionRecordInput {
  readonly description: RunDescription
  readonly wired: WiredSession
  readonly fingerprint: string
  /** Market rows received. */
  readonly rows: number
  /** Microseconds: of the first and the last input. */
  readonly start: number
  readonly end: number
  readonly wallMs: number
  /** Before an operator stopped the session at its end, which halts the guard. */
  readonly riskState: RunSummary['riskState']
  readonly isPartial: boolean
  /** The market never was. */
  readonly isSynthetic: boolean
  /** Where the session was watched for a report. */
  readonly samples?: { readonly market: readonly MarketSamples[]; readonly equity: EquitySamples } | undefined
  readonly latency?: LatencySamples | undefined
  readonly log?: readonly { readonly time: number; readonly text: string }[] | undefined
}

const noEquity: EquitySamples = {
  time: [],
  equity: [],
  realizedPnl: [],
  unrealizedPnl: [],
  fees: [],
  funding: [],
}

export function sessionRecord(input: SessionRecordInput): RunRecord {
  const { description, wired, start, end, rows, samples } = input
  const { config, level, strategy } = description
  const instruments = withOneQuantum(description.instruments)
  const resolved = describeRun({ ...description, instruments: instruments.map(({ spec }) => spec) })
  const facts = instruments.map(({ spec }): TapeFacts => {
    return {
      ...liveFacts(spec, level),
      isSynthetic: input.isSynthetic,
      rows,
      firstTime: start,
      lastTime: end,
    }
  })
  const summary = {
    ...summarize({
      fingerprint: input.fingerprint,
      strategy,
      seed: config.seed,
      rows,
      instruments,
      facts,
      ...wired,
      ...venueActs(config, instruments),
      configHash: sha256(canonicalJson(resolved)),
      spanUs: end - start,
      wallMs: input.wallMs,
      isPartial: input.isPartial,
    }),
    riskState: input.riskState,
  }
  return {
    summary,
    config: resolved,
    level,
    assumptions: listAssumptions({
      config,
      level,
      settleCurrency: instruments[0]?.spec.settleCurrency ?? '',
      kinds: instruments.map(({ spec }) => spec.kind),
      latency: 'as it was: the session ran on the wall clock',
      impact: undefined,
      conditions: [],
    }),
    instruments: instruments.map(({ spec }) => spec),
    facts,
    orders: wired.engine.orders,
    parents: wired.engine.parents,
    fills: wired.engine.fills,
    accountReports: wired.engine.accountReports,
    market: samples?.market ?? [],
    equity: samples?.equity ?? noEquity,
    latency: input.latency ?? { entryUs: [], responseUs: [] },
    log: input.log ?? [],
  }
}
