/** What stands between a connection and its markets, from the settings of the instruments on it: nothing by default. */
import { ConfigError } from '../core/errors.ts'
import type { ExecutionReport } from '../model/execution-report.ts'
import type { Assumption } from '../model/run-record.ts'
import { ImpactFilter } from '../venue/sim/impact-filter.ts'
import { maintenanceCondition, sweepsOf } from '../venue/sim/maintenance.ts'
import { MarketActivity } from '../venue/sim/market-activity.ts'
import { type OutageSchedule, outageCondition } from '../venue/sim/outages.ts'
import { RateLimiter } from '../venue/sim/rate-limiter.ts'
import type { ReportFilter } from '../venue/sim/report-pipe.ts'
import type { VenueCondition, VenueGate } from '../venue/sim/venue-gate.ts'
import { VenueOrders } from '../venue/sim/venue-orders.ts'
import { type InstrumentRules, rulesCondition } from '../venue/sim/venue-rules.ts'
import type { ReplayData } from './replay-data.ts'
import { isCovered, rulesOf } from './rule-periods.ts'
import { limitsOf, type VenueSettings } from './venue-config.ts'

/** One instrument with what holds for it. */
export interface VenueMember {
  readonly index: number
  readonly settings: VenueSettings
}

/** The market data behind a connection. */
export type ConditionsData = Pick<ReplayData, 'groups' | 'instruments' | 'start' | 'end'>

export interface ConditionsInput {
  /** Instruments on one connection; all but rules and impact is the same for each. */
  readonly members: readonly VenueMember[]
  readonly data: ConditionsData
  readonly venueName: string
  readonly schedule: OutageSchedule | undefined
}

export interface VenueConditions {
  /** Undefined when nothing is configured. */
  readonly gate: VenueGate | undefined
  readonly orders: VenueOrders | undefined
  readonly filter: ReportFilter | undefined
  readonly descriptions: readonly Assumption[]
  readonly warnings: readonly string[]
  impacts(): string[]
  close(): void
}

/** @throws {ConfigError} VENUE_RULES */
export function wireConditions(input: ConditionsInput): VenueConditions {
  const { members, venueName } = input
  const orders = new VenueOrders()
  const { named, warnings, sweeps } = listConditions(input, orders)
  const impacts = impactFilters(input)
  const isOn = named.length > 0 || impacts.size > 0
  return {
    gate: named.length === 0 ? undefined : { conditions: named.map(({ condition }) => condition), sweeps },
    orders: isOn ? orders : undefined,
    filter: isOn ? filterOf(orders, impacts) : undefined,
    descriptions: named.map(({ name, condition }) => ({
      name,
      value: `${venueName}: ${condition.description}`,
    })),
    warnings,
    impacts: () => [...impacts.values()].map(({ impact }) => impact.description),
    close: () => {
      for (const { index } of members) impacts.get(index)?.activity?.close()
    },
  }
}

interface NamedCondition {
  readonly name: string
  readonly condition: VenueCondition
}

/** In the order in which a command meets them: who cannot reach the venue is not counted by its limits. */
function listConditions({ members, data, schedule }: ConditionsInput, orders: VenueOrders) {
  const named: NamedCondition[] = []
  const { outages, maintenance = [], rateLimits } = members[0]?.settings ?? {}
  if (schedule !== undefined && outages !== undefined) {
    named.push({ name: 'Outages', condition: outageCondition(schedule, outages) })
  }
  if (maintenance.length > 0) {
    named.push({ name: 'Maintenance', condition: maintenanceCondition(maintenance) })
  }
  if (rateLimits !== undefined) {
    const source = typeof rateLimits === 'string' ? rateLimits : 'given'
    named.push({ name: 'Rate limits', condition: new RateLimiter(limitsOf(rateLimits), source) })
  }
  const warnings: string[] = []
  const rules = data.instruments.map((_, index) => {
    const member = members.find((candidate) => candidate.index === index)
    return member && memberRules(member, data, warnings)
  })
  if (members.some(({ settings }) => settings.venueRules !== undefined)) {
    const description =
      warnings.length === 0 ? describeRules(rules) : `${describeRules(rules)}; ${warnings.join('; ')}`
    named.push({ name: 'Venue rules', condition: rulesCondition(rules, orders, description) })
  }
  return { named, warnings, sweeps: sweepsOf(maintenance) }
}

function memberRules(
  { index, settings }: VenueMember,
  { instruments, start, end }: ConditionsData,
  warnings: string[],
): InstrumentRules | undefined {
  const instrument = instruments[index]
  const { venueRules } = settings
  if (instrument === undefined || venueRules === undefined) return undefined
  const rules = rulesOf(instrument, venueRules.periods)
  if (rules !== undefined && isCovered(rules, start, end)) return rules
  const text = `data of ${instrument.id} lie outside the periods of the venue rules: there its own grid alone holds`
  if (venueRules.outside === 'refuse') throw new ConfigError('VENUE_RULES', text)
  warnings.push(text)
  return rules
}

function describeRules(rules: readonly (InstrumentRules | undefined)[]): string {
  const periods = rules.map((known) =>
    known === undefined ? '' : `${known.instrument.id} ${known.periods.length}`,
  )
  return `periods by exchange time: ${periods.filter((text) => text !== '').join(', ') || 'none'}`
}

interface WiredImpact {
  readonly impact: ImpactFilter
  readonly activity: MarketActivity | undefined
}

function impactFilters({ members, data }: ConditionsInput): Map<number, WiredImpact> {
  const filters = new Map<number, WiredImpact>()
  for (const { index, settings } of members) {
    const instrument = data.instruments[index]
    const { impact } = settings
    if (impact === undefined || instrument === undefined) continue
    const windowUs = impact.model === 'square-root' ? impact.windowUs : 0
    const activity = isMeasured(impact) ? new MarketActivity(data.groups[index] ?? [], windowUs) : undefined
    filters.set(index, { impact: new ImpactFilter({ impact, instrument, activity, windowUs }), activity })
  }
  return filters
}

function isMeasured(impact: NonNullable<VenueSettings['impact']>): boolean {
  return impact.model === 'square-root' && (impact.sigmaDay === undefined || impact.volumeDay === undefined)
}

function filterOf(orders: VenueOrders, impacts: ReadonlyMap<number, WiredImpact>): ReportFilter {
  return (report: ExecutionReport) => {
    const order = orders.find(report.clientOrderId)
    orders.reported(report)
    if (report.kind !== 'fill' || order === undefined) return report
    return impacts.get(report.instrument)?.impact.apply(report, order) ?? report
  }
}
