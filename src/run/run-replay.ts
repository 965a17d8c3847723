/**
 * Composition root of the replay: plugs recorded data, the simulated venue and a simulated clock into the engine, runs
 * a strategy over them, and gathers what the run leaves behind.
 */
import { SubscriptionCursor } from '../book/subscription-cursor.ts'
import { TimerTable } from '../clock/timer-table.ts'
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import { ConfigError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { JournalFile, JournalTarget } from '../journal/journal-file.ts'
import { JournalWriter } from '../journal/journal-writer.ts'
import { crossedMessages } from '../model/crossed-books.ts'
import { recordKind } from '../model/journal-record.ts'
import type { PackedTape } from '../model/packed.ts'
import type { RunRecord, RunSummary } from '../model/run-record.ts'
import type { Strategy, StrategyContext, Subscriptions } from '../strategy/strategy.ts'
import { listAssumptions } from './assumptions.ts'
import { AmbiguityCount, type AmbiguousBars, settleBarPath } from './bar-path.ts'
import { venueActs } from './create-account.ts'
import { defaultLatency, type LatencyFiles, readLatencyFiles } from './create-latency.ts'
import { createMarket } from './create-market.ts'
import { markUseOf, requireMarks } from './mark-prices.ts'
import { openReplayData, type ReplayData } from './replay-data.ts'
import { ReplayLoop, TimerQueue } from './replay-loop.ts'
import type { RunConfig } from './run-config.ts'
import { describeRun } from './run-description.ts'
import { LatencySampler, RunRecorder } from './run-recorder.ts'
import { summarize } from './summarize.ts'
import { wireSession } from './wire-session.ts'
import { wireVenue } from './wire-venue.ts'

export interface ReplayOptions {
  /** Tapes of one instrument follow each other (days); instruments run side by side, in order of first appearance. */
  readonly tapes: readonly PackedTape[]
  readonly strategy: RunnableStrategy
  readonly config: RunConfig
  readonly journal?: JournalFile | JournalTarget
  /** Gather what the report needs; costs reading the book at even intervals. */
  readonly isRecorded?: boolean
  readonly onProgress?: (progress: Progress) => void
  /** What a user should know before he believes the result. */
  readonly onWarning?: (text: string) => void
  /** Asked now and then; true ends the run early, with what there is. */
  readonly isCanceled?: () => boolean
}

/** A strategy with its parameters filled in. */
export interface RunnableStrategy {
  readonly name: string
  /** Parameters as canonical text, for the journal and the report. */
  readonly params: Json
  /** SHA-256 of a user's own code. */
  readonly codeHash?: string
  readonly subscriptions: Subscriptions
  create(context: StrategyContext): Strategy
}

export interface Progress {
  /** Part of the simulated span that is done, 0–1. */
  readonly part: number
  readonly rows: number
  readonly wallMs: number
}

export interface RunOutcome {
  readonly summary: RunSummary
  readonly record: RunRecord | undefined
  readonly ambiguousBars: AmbiguousBars
}

/** Cuts of a run at which others get a turn (Ctrl-C, progress). Where it is cut changes nothing. */
const slices = 200

/**
 * @throws {ConfigError} settings or parameters that do not fit the data
 * @throws {DataError} data that cannot be replayed
 */
export async function runReplay(options: ReplayOptions): Promise<RunOutcome> {
  const startedMs = performance.now()
  const { config: given, files } = await readLatencyFiles(options.config)
  const data = openReplayData(options.tapes)
  const journal = new JournalWriter(options.journal)
  try {
    const config = settleBarPath(given, data)
    requireMarks(config, data)
    return await replayInto(journal, data, { ...options, config, files }, startedMs)
  } catch (error) {
    journal.abort()
    throw error
  } finally {
    for (const book of data.books) book.close()
  }
}

type ReadyOptions = ReplayOptions & { readonly files: LatencyFiles }

async function replayInto(
  journal: JournalWriter,
  data: ReplayData,
  options: ReadyOptions,
  startedMs: number,
): Promise<RunOutcome> {
  const replay = assemble(journal, data, options)
  try {
    const isPartial = await runSlices(replay, data, options, startedMs)
    replay.loop.drain()
    replay.session.end()
    replay.recorder?.sample()
    return finish({ replay, data, options, isPartial, startedMs })
  } finally {
    replay.simulated.close()
    for (const cursor of replay.subscriptions) cursor.close()
  }
}

type Replay = ReturnType<typeof assemble>

function assemble(journal: JournalWriter, data: ReplayData, options: ReadyOptions) {
  const { config, strategy } = options
  const { instruments, level } = data
  const latencyConfig = config.latency ?? defaultLatency(data.groups[0]?.[0])
  const resolved = describeRun({
    strategy: strategy.name,
    params: strategy.params,
    codeHash: strategy.codeHash,
    config: { ...config, latency: latencyConfig },
    level,
    instruments: instruments.map(({ spec }) => spec),
  })
  const { clock, books } = data
  journal.text(recordKind.config, data.start, canonicalJson(resolved))
  const latencies = { entry: new LatencySampler(), response: new LatencySampler() }
  const { isRecorded = false } = options
  const ambiguousBars = new AmbiguityCount()
  const simulated = wireVenue({
    config: { ...config, latency: latencyConfig },
    data,
    files: options.files,
    createMarket: (index, pipe) =>
      createMarket({ index, data, config, pipe, onAmbiguousBar: ambiguousBars.add }),
    ...(isRecorded ? { latencies } : {}),
  })
  const { venue } = simulated
  for (const warning of simulated.warnings) options.onWarning?.(warning)
  const queue = new TimerQueue()
  const log: { time: number; text: string }[] = []
  const wired = wireSession({
    config,
    clock,
    timers: new TimerTable(queue),
    venue,
    journal,
    instruments,
    markets: books,
    level,
    barUs: data.facts[0]?.barUs,
    createStrategy: (context) => strategy.create(context),
    onLog: (time, text) => log.push({ time, text }),
  })
  const { session, positions } = wired
  const subscriptions = createSubscriptions(data, strategy.subscriptions)
  const recorder = isRecorded
    ? new RunRecorder({ clock, instruments, markets: books, positions, start: data.start, end: data.end })
    : undefined
  const loop = new ReplayLoop({ clock, session, venue, timers: queue, subscriptions, sampler: recorder })
  return {
    resolved,
    clock,
    journal,
    ...wired,
    latencies,
    simulated,
    ambiguousBars,
    venue,
    log,
    subscriptions,
    recorder,
    loop,
  }
}

/** @throws {ConfigError} BAR_LENGTH when a bar tape has bars of another length */
function createSubscriptions(data: ReplayData, wanted: Subscriptions): SubscriptionCursor[] {
  const { trades = false, book = false, barUs } = wanted
  if (!trades && !book && barUs === undefined) return []
  return data.groups.map((tapes, instrument) => {
    const tapeBarUs = tapes[0]?.level === 'bars' ? tapes[0].facts.barUs : undefined
    if (barUs !== undefined && tapeBarUs !== undefined && tapeBarUs !== barUs) {
      throw new ConfigError(
        'BAR_LENGTH',
        `the data have bars of ${tapeBarUs} µs; the strategy wants ${barUs} µs`,
      )
    }
    return new SubscriptionCursor({ instrument, tapes, trades, book, barUs, from: data.start })
  })
}

/** @returns true when the run was ended early */
async function runSlices(
  replay: Replay,
  data: ReplayData,
  options: ReplayOptions,
  startedMs: number,
): Promise<boolean> {
  const { loop, session, venue } = replay
  const { start, end, rows } = data
  session.start()
  for (let slice = 1; slice <= slices; slice++) {
    const sliceEnd = slice === slices ? end : start + Math.floor(((end - start) / slices) * slice)
    loop.runTo(sliceEnd)
    venue.catchUp(sliceEnd)
    const part = slice / slices
    options.onProgress?.({ part, rows: Math.round(rows * part), wallMs: performance.now() - startedMs })
    if (options.isCanceled === undefined) continue
    await new Promise((resolve) => setImmediate(resolve))
    if (options.isCanceled() && slice < slices) return true
  }
  return false
}

interface FinishInput {
  readonly replay: Replay
  readonly data: ReplayData
  readonly options: ReplayOptions
  readonly isPartial: boolean
  readonly startedMs: number
}

function finish({ replay, data, options, isPartial, startedMs }: FinishInput): RunOutcome {
  const { engine, positions, risk, journal, resolved, clock } = replay
  const now = clock.now()
  const rows = isPartial ? Math.round(data.rows * ((now - data.start) / (data.end - data.start))) : data.rows
  journal.record(
    recordKind.end,
    now,
    0,
    0,
    rows,
    positions.realized(),
    positions.unrealizedNow(),
    positions.fees(),
    positions.equity(),
    isPartial ? 1 : 0,
  )
  const summary = summarize({
    fingerprint: journal.close(),
    strategy: options.strategy.name,
    seed: options.config.seed,
    rows,
    instruments: data.instruments,
    facts: data.facts,
    engine,
    positions,
    risk,
    ...venueActs(options.config, data.instruments),
    configHash: sha256(canonicalJson(resolved)),
    spanUs: now - data.start,
    wallMs: performance.now() - startedMs,
    isPartial,
  })
  const record = recordOf(summary, replay, data, options.config)
  return { summary, record, ambiguousBars: replay.ambiguousBars }
}

function recordOf(
  summary: RunSummary,
  replay: Replay,
  data: ReplayData,
  config: RunConfig,
): RunRecord | undefined {
  const { recorder, engine, latencies, log, resolved, simulated } = replay
  if (recorder === undefined) return undefined
  const settleCurrency = data.instruments[0]?.spec.settleCurrency ?? ''
  return {
    summary,
    config: resolved,
    level: data.level,
    assumptions: listAssumptions({
      config,
      level: data.level,
      settleCurrency,
      marks: markUseOf(config, data.facts),
      crossed: crossedMessages(data.facts, data.level),
      kinds: data.instruments.map(({ spec }) => spec.kind),
      ...simulated.describe(),
    }),
    instruments: data.instruments.map(({ spec }) => spec),
    facts: data.facts,
    orders: engine.orders,
    parents: engine.parents,
    fills: engine.fills,
    accountReports: engine.accountReports,
    market: recorder.market,
    equity: recorder.equity,
    latency: { entryUs: latencies.entry.values, responseUs: latencies.response.values },
    log,
  }
}
