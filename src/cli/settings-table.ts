/** The start of `sim run`: every setting in force, with a star where nobody asked for it. */
import { formatDuration } from '../core/duration.ts'
import { unreachable } from '../core/errors.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { describeFees, describeFunding, describeTiers } from '../run/assumptions.ts'
import type { LatencyConfig } from '../run/latency-config.ts'
import { marginInForce } from '../run/margin-config.ts'
import type { ParsedParams } from '../run/parse-params.ts'
import type { RunConfig } from '../run/run-config.ts'
import type { SummaryRow } from './summary-table.ts'

export interface SettingsInput {
  readonly strategy: string
  readonly params: ParsedParams
  readonly facts: Pick<TapeFacts, 'sources' | 'format' | 'instrument'>
  readonly config: RunConfig
  readonly level: DataLevel
  /** In force, given or not; undefined where the venue is a real one. */
  readonly latency: LatencyConfig | undefined
}

export function settingsRows({
  strategy,
  params,
  facts,
  config,
  level,
  latency,
}: SettingsInput): SummaryRow[] {
  const { account, risk } = config
  const given = Object.entries(params.config).map(([name, value]): SummaryRow => {
    const text = typeof value === 'string' ? value : value.name
    return [`  ${name}`, params.defaulted.includes(name) ? `${text} *` : text]
  })
  const limits = Object.entries(risk).map(([name, value]) => `${name} ${value ?? 'off'}`)
  return [
    ['data', `${facts.sources.join(', ')} (${facts.format})`],
    ['strategy', strategy],
    ...given,
    ['seed', String(config.seed)],
    ...(latency === undefined ? [] : simulatedRows(config, level, latency)),
    ['fees', describeFees(config.fees)],
    ['account', `${account.balance} ${facts.instrument.settleCurrency}, leverage ${account.leverage}`],
    ...(facts.instrument.kind === 'spot'
      ? []
      : [
          ['funding', describeFunding(config.funding)] as const,
          ['margin', describeMargin(config, facts.instrument)] as const,
        ]),
    ...conditionRows(config),
    ...(config.barPath === undefined ? [] : [['bar path', config.barPath] as const]),
    ['self-trade', config.selfTradePrevention ?? 'own orders do not see each other *'],
    ['order timeout', formatDuration(config.orderTimeoutUs)],
    ['risk limits', limits.join(', ')],
    ['', '* chosen from the data or by default'],
  ]
}

function simulatedRows(config: RunConfig, level: DataLevel, latency: LatencyConfig): SummaryRow[] {
  return [
    ['latency', describeLatency(latency) + (config.latency === undefined ? ' *' : '')],
    ['queue', level === 'l3' ? 'exact places by order id; no model is used' : config.queue],
  ]
}

function describeMargin(config: RunConfig, { kind, settleCurrency }: TapeFacts['instrument']): string {
  const margin = marginInForce(config, [kind])
  const isDefault = config.margin === undefined ? ' *' : ''
  return (margin === undefined ? 'nobody is liquidated' : describeTiers(margin, settleCurrency)) + isDefault
}

function describeLatency(latency: LatencyConfig): string {
  const { model } = latency
  switch (model) {
    case 'measured':
      return `measured on the feed, times ${latency.scale}`
    case 'measured-sampled':
      return `drawn from what was measured on the feed, times ${latency.scale}`
    case 'constant':
      return `constant, ${formatDuration(latency.entryUs)} to the venue, ${formatDuration(latency.responseUs)} back`
    case 'lognormal':
      return `lognormal, median ${formatDuration(latency.medianUs)}, 99 % within ${formatDuration(latency.p99Us)}`
    case 'distribution':
      return `drawn from a table of ${latency.submit.length} percentiles`
    case 'recorded':
      return `recorded in ${latency.file}, interpolated`
    default:
      return unreachable(latency)
  }
}

/** Only what is in force; the report tells each in full. */
function conditionRows({
  venueRules,
  rateLimits,
  maintenance,
  outages,
  impact,
  instruments,
}: RunConfig): SummaryRow[] {
  const rows: SummaryRow[] = []
  if (venueRules !== undefined) rows.push(['venue rules', `${venueRules.periods.length} periods`])
  if (rateLimits !== undefined)
    rows.push(['rate limits', typeof rateLimits === 'string' ? rateLimits : 'given'])
  if (maintenance !== undefined) rows.push(['maintenance', `${maintenance.length} windows`])
  if (outages !== undefined) {
    rows.push(['outages', `${outages.perDay} a day of ${formatDuration(outages.meanUs)} on average`])
  }
  if (impact !== undefined) rows.push(['impact', impact.model])
  for (const [id, settings] of Object.entries(instruments ?? {})) {
    const names = Object.entries(settings).filter(([, value]) => value !== undefined)
    rows.push([`  ${id}`, `its own ${names.map(([name]) => name).join(', ')}`])
  }
  return rows
}
