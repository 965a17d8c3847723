/** When funding is paid, and at which rate: a constant, a list, or what the recording says. */
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import { fundingRateUnit } from '../model/account-report.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { FundingSchedule } from '../venue/sim/account-desk.ts'
import type { FundingConfig } from './account-schemas.ts'

export interface FundingInput {
  readonly funding: FundingConfig | undefined
  /** By instrument: the facts of its tapes, in order of time. */
  readonly tapes: readonly (readonly TapeFacts[])[]
}

/** By instrument; spot pays none. @throws {ConfigError} FUNDING_ABSENT, FUNDING_SPOT */
export function toFundingSchedules({ funding, tapes }: FundingInput): (FundingSchedule | undefined)[] {
  if (funding !== undefined && tapes.every(([first]) => first?.instrument.kind === 'spot')) {
    throw new ConfigError(
      'FUNDING_SPOT',
      'funding: expected a contract among the data, found spot alone, which pays none; leave it out or give --kind',
    )
  }
  return tapes.map((facts, instrument) =>
    funding === undefined || facts[0]?.instrument.kind === 'spot'
      ? undefined
      : scheduleOf(funding, facts, instrument),
  )
}

function scheduleOf(
  funding: FundingConfig,
  facts: readonly TapeFacts[],
  instrument: number,
): FundingSchedule {
  if (funding.source === 'constant') {
    const rate = toRate(funding.rate)
    const { intervalUs } = funding
    return {
      nextAfter: (time) => ({ at: (Math.floor(time / intervalUs) + 1) * intervalUs, instrument, rate }),
    }
  }
  const rates = funding.source === 'schedule' ? funding.rates : ratesOf(facts)
  const times = rates.map(({ time, rate }) => ({ at: time, instrument, rate: toRate(rate) }))
  return { nextAfter: (time) => times.find(({ at }) => at > time) }
}

/** A later tape knows better: its rates replace those of the same time. */
function ratesOf(facts: readonly TapeFacts[]) {
  const known = new Map<number, string>()
  for (const { funding = [] } of facts) for (const { time, rate } of funding) known.set(time, rate)
  if (known.size === 0) {
    throw new ConfigError(
      'FUNDING_ABSENT',
      `the data of ${facts[0]?.instrument.id} have no funding rates: give --funding FILE or --funding-rate`,
    )
  }
  return [...known].map(([time, rate]) => ({ time, rate })).sort((a, b) => a.time - b.time)
}

/** In parts of `fundingRateUnit`, to the nearest. */
function toRate(text: string): number {
  return parseDecimal(text).times(fundingRateUnit).round().toNumber()
}
