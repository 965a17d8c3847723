/** The start of `sim run`: every setting in force, with a star where nobody asked for it. */
import { formatDuration } from '../core/duration.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { ParsedParams } from '../run/parse-params.ts'
import type { LatencyConfig, RunConfig } from '../run/run-config.ts'
import type { SummaryRow } from './summary-table.ts'

export interface SettingsInput {
  readonly strategy: string
  readonly params: ParsedParams
  readonly facts: TapeFacts
  readonly config: RunConfig
  /** In force, given or not. */
  readonly latency: LatencyConfig
}

export function settingsRows({ strategy, params, facts, config, latency }: SettingsInput): SummaryRow[] {
  const { fees, account, risk } = config
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
    ['latency', describeLatency(latency) + (config.latency === undefined ? ' *' : '')],
    ['queue', config.queue],
    ['fees', `maker ${fees.makerBps} bps, taker ${fees.takerBps} bps`],
    ['account', `${account.balance} ${facts.instrument.settleCurrency}, leverage ${account.leverage}`],
    ['order timeout', formatDuration(config.orderTimeoutUs)],
    ['risk limits', limits.join(', ')],
    ['', '* chosen from the data or by default'],
  ]
}

function describeLatency(latency: LatencyConfig): string {
  if (latency.model === 'measured') return `measured on the feed, times ${latency.scale}`
  return `constant, ${formatDuration(latency.entryUs)} to the venue, ${formatDuration(latency.responseUs)} back`
}
