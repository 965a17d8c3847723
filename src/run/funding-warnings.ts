/** What looks wrong about funding rates that a user gave, though a run can use them. */
import { formatDuration } from '../core/duration.ts'
import { isoTime } from '../feed/parse-time.ts'
import type { FundingConfig } from './account-schemas.ts'

type Rates = Extract<FundingConfig, { source: 'schedule' }>['rates']

/** A rate as a part of the value: half a percent is beyond what a perpetual pays time after time (0.01 % is usual). */
const rateUsualMax = 0.005

/** @param span exchange time of the data, microseconds */
export function fundingWarnings(
  funding: FundingConfig | undefined,
  span: { readonly start: number; readonly end: number },
): string[] {
  if (funding === undefined || funding.source === 'data') return []
  const rates = funding.source === 'constant' ? [funding.rate] : funding.rates.map(({ rate }) => rate)
  const usual = medianOf(rates.map((rate) => Math.abs(Number(rate))))
  return [
    ...(funding.source === 'schedule' ? uncoveredBy(funding.rates, span) : []),
    ...(usual < rateUsualMax
      ? []
      : [`funding rates are ${usual} and the like: expected parts of the value, 0.0001 for 0.01 %`]),
  ]
}

/** Where the data go on for longer than the rates usually lie apart. */
function uncoveredBy(
  rates: Rates,
  { start, end }: { readonly start: number; readonly end: number },
): string[] {
  const times = rates.map(({ time }) => time)
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  const usual = steps.length === 0 ? 8 * 3_600_000_000 : medianOf(steps)
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const holes = steps.flatMap((step, index) => {
    const from = times[index] ?? 0
    return step >= 2 * usual && from < end && from + step > start ? [from] : []
  })
  const [hole] = holes
  const every = `the rates lie ${formatDuration(usual)} apart`
  return [
    ...(first > start + usual
      ? [`no funding before ${isoTime(first)}: the rates begin there, the data earlier`]
      : []),
    ...(last < end - usual ? [`no funding after ${isoTime(last)}: the rates end there, the data later`] : []),
    ...(hole === undefined
      ? []
      : [`funding rates are missing after ${isoTime(hole)}, in ${holes.length} places: ${every} elsewhere`]),
  ]
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
