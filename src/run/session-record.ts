/** What a trading session leaves behind, in the form of a run: for its summary and its report. */
import { canonicalJson } from '../core/canonical-json.ts'
import { sha256 } from '../core/hash.ts'
import { liveFacts } from '../feed/live-facts.ts'
import type { Instrument, InstrumentSpec } from '../model/instrument.ts'
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
  const { description, wired, samples } = input
  const { config, level } = description
  const instruments = withOneQuantum(description.instruments)
  const specs = instruments.map(({ spec }) => spec)
  const resolved = describeRun({ ...description, instruments: specs })
  const facts = specs.map((spec) => factsOf(spec, input))
  const { orders, parents, fills, accountReports } = wired.engine
  return {
    summary: summaryOf(input, instruments, { facts, configHash: sha256(canonicalJson(resolved)) }),
    config: resolved,
    level,
    assumptions: listAssumptions({
      config,
      level,
      settleCurrency: specs[0]?.settleCurrency ?? '',
      kinds: specs.map(({ kind }) => kind),
      latency: 'as it was: the session ran on the wall clock',
      impact: undefined,
      conditions: [],
      marks: 'off',
    }),
    instruments: specs,
    facts,
    orders,
    parents,
    fills,
    accountReports,
    market: samples?.market ?? [],
    equity: samples?.equity ?? noEquity,
    latency: input.latency ?? { entryUs: [], responseUs: [] },
    log: input.log ?? [],
  }
}

function factsOf(spec: InstrumentSpec, input: SessionRecordInput): TapeFacts {
  const { description, isSynthetic, rows, start, end } = input
  return { ...liveFacts(spec, description.level), isSynthetic, rows, firstTime: start, lastTime: end }
}

function summaryOf(
  input: SessionRecordInput,
  instruments: readonly Instrument[],
  resolved: { readonly facts: readonly TapeFacts[]; readonly configHash: string },
): RunSummary {
  const { description, wired, fingerprint, rows, wallMs, isPartial, riskState, start, end } = input
  const { config, strategy } = description
  const acts = venueActs(config, instruments)
  const what = { fingerprint, strategy, seed: config.seed, rows, instruments, wallMs, isPartial }
  return { ...summarize({ ...what, ...resolved, ...wired, ...acts, spanUs: end - start }), riskState }
}
