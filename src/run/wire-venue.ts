/**
 * The simulated venues of a run, wired: connections with their latencies, markets behind them, and between the two
 * whatever conditions the configuration names. Instruments of one venue under the same settings share a connection.
 */
import type { Clock } from '../clock/clock.ts'
import { canonicalJson } from '../core/canonical-json.ts'
import { ConfigError } from '../core/errors.ts'
import { Connection } from '../venue/replay/connection.ts'
import { ReplayVenue } from '../venue/replay/replay-venue.ts'
import type { LatencyModel } from '../venue/sim/latency-model.ts'
import type { MatchingMarket } from '../venue/sim/matching-market.ts'
import { delayedByOutages, OutageSchedule } from '../venue/sim/outages.ts'
import { ReportPipe } from '../venue/sim/report-pipe.ts'
import { createAccount } from './create-account.ts'
import { createLatency, type LatencyFiles } from './create-latency.ts'
import { fundingWarnings } from './funding-warnings.ts'
import type { ReplayData } from './replay-data.ts'
import type { RunConfig } from './run-config.ts'
import type { LatencySampler } from './run-recorder.ts'
import type { VenueSettings } from './venue-config.ts'
import { type VenueConditions, type VenueMember, wireConditions } from './wire-conditions.ts'

/** What simulated venues stand on: a recording, or tapes that grow. */
export interface VenueData extends Pick<ReplayData, 'groups' | 'instruments' | 'start' | 'end'> {
  readonly clock: Clock
}

export interface VenueInput {
  /** With a latency. */
  readonly config: RunConfig & { readonly latency: NonNullable<RunConfig['latency']> }
  readonly data: VenueData
  readonly files: LatencyFiles
  readonly createMarket: (index: number, pipe: ReportPipe) => MatchingMarket
  /** What is noted for the report. */
  readonly latencies?: { readonly entry: LatencySampler; readonly response: LatencySampler }
}

export interface SimulatedVenues {
  readonly venue: ReplayVenue
  readonly warnings: readonly string[]
  /** As of now: some descriptions tell what something came to. */
  describe(): {
    readonly latency: string
    readonly impact: string | undefined
    readonly conditions: VenueConditions['descriptions']
  }
  close(): void
}

/** @throws {ConfigError} settings that do not fit the instruments */
export function wireVenue(input: VenueInput): SimulatedVenues {
  const { data } = input
  checkNames(input)
  const models = data.instruments.map((_, index) => latencyOf(input, index))
  const groups = groupMembers(input)
  const wired = groups.map((members) => wireConnection(input, members, models))
  const connectionOf = data.instruments.map((_, index) =>
    groups.findIndex((members) => members.some((member) => member.index === index)),
  )
  const pipes = connectionOf.map((index) => {
    const pipe = wired[index]?.connection.pipe
    if (pipe === undefined) throw new ConfigError('NO_DATA', 'no connection')
    return pipe
  })
  const markets = pipes.map((pipe, index) => input.createMarket(index, pipe))
  const connections = wired.map(({ connection }) => connection)
  const account = createAccount({ config: input.config, data, markets, pipes })
  const venue = new ReplayVenue({ clock: data.clock, markets, connections, connectionOf, account })
  const impacts = () => wired.flatMap(({ conditions }) => conditions.impacts())
  return {
    venue,
    warnings: [
      ...fundingWarnings(input.config.funding, data),
      ...wired.flatMap(({ conditions }) => conditions.warnings),
    ],
    describe: () => ({
      latency: describeLatencies(models, data),
      impact: impacts().length === 0 ? undefined : impacts().join(' · '),
      conditions: wired.flatMap(({ conditions }) => conditions.descriptions),
    }),
    close: () => {
      venue.close()
      account?.close()
      for (const { conditions } of wired) conditions.close()
    },
  }
}

/** A mistyped id would silently leave an instrument as it was. */
function checkNames({ config, data }: VenueInput): void {
  const known = data.instruments.map(({ id }) => id)
  const periods = config.venueRules?.periods.map(({ instrument }) => instrument) ?? []
  const named = [...Object.keys(config.instruments ?? {}), ...periods]
  const unknown = named.find((id) => id !== undefined && !known.includes(id))
  if (unknown === undefined) return
  throw new ConfigError('NO_INSTRUMENT', `settings for ${unknown}, but the data are of ${known.join(', ')}`)
}

function latencyOf({ config, data, files }: VenueInput, index: number): LatencyModel {
  const instrumentId = data.instruments[index]?.id ?? ''
  return createLatency({
    config: config.instruments?.[instrumentId]?.latency ?? config.latency,
    tapes: data.groups[index] ?? [],
    allTapes: data.groups.flat(),
    seed: config.seed,
    instrumentId,
    files,
  })
}

function groupMembers({ config, data }: VenueInput): VenueMember[][] {
  const groups = new Map<string, VenueMember[]>()
  for (const [index, { id, spec }] of data.instruments.entries()) {
    const own = config.instruments?.[id]
    const settings: VenueSettings = {
      venueRules: own?.venueRules ?? config.venueRules,
      rateLimits: own?.rateLimits ?? config.rateLimits,
      maintenance: own?.maintenance ?? config.maintenance,
      outages: own?.outages ?? config.outages,
      impact: own?.impact ?? config.impact,
    }
    const { rateLimits = null, maintenance = null, outages = null } = settings
    const key = canonicalJson([spec.venue, own?.latency ?? null, rateLimits, maintenance, outages])
    const group = groups.get(key) ?? []
    group.push({ index, settings })
    groups.set(key, group)
  }
  return [...groups.values()]
}

interface WiredConnection {
  readonly connection: Connection
  readonly conditions: VenueConditions
}

function wireConnection(
  { config, data, latencies }: VenueInput,
  members: readonly VenueMember[],
  models: readonly LatencyModel[],
): WiredConnection {
  const [first] = members
  const outages = first?.settings.outages
  const venueName = data.instruments[first?.index ?? 0]?.spec.venue ?? ''
  const schedule = outages && new OutageSchedule(outages, config.seed, venueName)
  const base = members.length === 1 ? models[first?.index ?? 0] : byInstrument(models)
  if (base === undefined) throw new ConfigError('NO_DATA', 'a connection without an instrument')
  const latency = schedule === undefined ? base : delayedByOutages(base, schedule)
  const conditions = wireConditions({ members, data, venueName, schedule })
  const onReport = latencies && ((us: number) => latencies.response.add(us))
  const pipe = new ReportPipe(latency, onReport)
  pipe.filter = conditions.filter
  const { gate, orders } = conditions
  const onEntry = latencies && { onEntry: (us: number) => latencies.entry.add(us) }
  return { connection: new Connection({ latency, pipe, gate, orders, ...onEntry }), conditions }
}

/** One connection, and latencies that depend on the instrument. */
function byInstrument(models: readonly LatencyModel[]): LatencyModel {
  return {
    description: '',
    entryUs: (sentAt, kind, instrument) => models[instrument]?.entryUs(sentAt, kind, instrument) ?? 1,
    responseUs: (time, instrument) => models[instrument]?.responseUs(time, instrument) ?? 1,
  }
}

function describeLatencies(models: readonly LatencyModel[], { instruments }: VenueData): string {
  const texts = models.map(({ description }) => description)
  if (new Set(texts).size === 1) return texts[0] ?? ''
  return texts.map((text, index) => `${instruments[index]?.id}: ${text}`).join(' · ')
}
