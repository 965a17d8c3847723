/** Lengths of time as people write them: `250ms`, `1.5s`, `5m`, `1h`, `2d`. */
import { parseDecimal } from './decimal.ts'
import { type DurationUs, durationUs } from './units.ts'

const microsecondsOf = { d: 86_400e6, h: 3600e6, m: 60e6, s: 1e6, ms: 1e3, us: 1 } as const
type TimeUnit = keyof typeof microsecondsOf
/** Largest first. */
const timeUnits: readonly TimeUnit[] = ['d', 'h', 'm', 's', 'ms', 'us']

/** @returns undefined for anything but a positive whole number of microseconds with its unit */
export function parseDuration(text: string): DurationUs | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/.exec(text) ?? []
  const factor = timeUnits.find((name) => name === unit)
  if (amount === undefined || factor === undefined) return undefined
  const us = parseDecimal(amount).times(microsecondsOf[factor])
  const isUsable = us.isInteger() && us.gt(0) && us.lte(Number.MAX_SAFE_INTEGER)
  return isUsable ? durationUs(us.toNumber()) : undefined
}

/** In the largest unit of time that keeps it whole: `90s`, `5m`. @param us whole microseconds */
export function formatDuration(us: number): string {
  const unit = timeUnits.find((name) => us % microsecondsOf[name] === 0) ?? 'us'
  return `${us / microsecondsOf[unit]}${unit}`
}
