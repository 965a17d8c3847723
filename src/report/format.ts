/** Numbers and times as text: no locale, UTC, a true minus sign, `–` where there is no value. */

const none = '–'
const minus = '−'

/** Groups of three, `digits` decimals: −1,234.50. */
export function formatNumber(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return none
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return value < 0 && /[1-9]/.test(text) ? minus + text : text
}

/** Money with the decimals that its size calls for; the exact amount belongs in a title or in the table. */
export function formatMoney(value: number | undefined): string {
  if (value === undefined) return none
  const size = Math.abs(value)
  return formatNumber(value, size >= 0.1 || size === 0 ? 2 : size >= 0.001 ? 4 : 8)
}

/** As formatMoney, with a plus before a gain. */
export function formatSigned(value: number | undefined): string {
  return value !== undefined && value > 0 ? `+${formatMoney(value)}` : formatMoney(value)
}

export function formatBps(value: number | undefined): string {
  return formatNumber(value, 2)
}

/** A share of 0.123 as 12.3 %. */
export function formatShare(value: number | undefined, digits = 1): string {
  return value === undefined ? none : `${formatNumber(value * 100, digits)} %`
}

/** Decimals of a grid, for example 3 for a lot size of 0.001. */
export function decimalsOf(step: string): number {
  return step.includes('.') ? (step.replace(/0+$/, '').split('.')[1]?.length ?? 0) : 0
}

/** 2024-08-08T00:00:00.250Z, to the millisecond. */
export function formatTime(timeUs: number | undefined): string {
  if (timeUs === undefined) return none
  return new Date(Math.floor(timeUs / 1000)).toISOString()
}

const scales: readonly (readonly [us: number, unit: string])[] = [
  [86_400_000_000, 'd'],
  [3_600_000_000, 'h'],
  [60_000_000, 'min'],
  [1_000_000, 's'],
  [1_000, 'ms'],
]

/** 2.41 ms, 5.75 min: three significant digits in the largest unit that leaves a whole part. */
export function formatDuration(us: number | undefined): string {
  if (us === undefined || !Number.isFinite(us)) return none
  const [size, unit] = scales.find(([scale]) => Math.abs(us) >= scale) ?? [1, 'µs']
  const value = us / size
  const digits = size === 1 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return `${formatNumber(value, digits)} ${unit}`
}

export function formatCount(value: number): string {
  return formatNumber(value, 0)
}
