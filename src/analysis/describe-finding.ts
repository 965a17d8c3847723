/** A finding in one line of plain words. */
import { unreachable } from '../core/errors.ts'
import type { FindingUnit } from './grade-rules.ts'
import type { JudgedFinding } from './grade-tape.ts'

/** `crossed books: 3 of 20,000 book messages (0.015 %); first …; worst 12 ticks at …`. */
export function describeFinding(judged: JudgedFinding): string {
  const { firstTime, worst, worstTime } = judged.finding
  const { unit } = judged.rule
  const parts = [causeOf(judged)]
  if (firstTime !== undefined) parts.push(`first ${isoInstant(firstTime)}`)
  if (worstTime !== undefined && worst !== undefined && worst !== 0 && unit !== undefined) {
    const size = isAboutLatency(judged) ? 'longest' : `worst ${describeSize(Math.abs(worst), unit)}`
    parts.push(`${size} at ${isoInstant(worstTime)}`)
  }
  return parts.join('; ')
}

/** What is wrong, without when. */
export function causeOf(judged: JudgedFinding): string {
  const { finding, rule } = judged
  if (rule.code === 'clockOffset' || rule.code === 'clockDrift') {
    const size = describeSize(finding.worst ?? 0, rule.unit ?? 'us')
    const text = finding.text === undefined ? '' : ` (${finding.text})`
    return `${rule.title} by ${size}${text}`
  }
  const start = rule.title === '' ? '' : `${rule.title}: `
  if (finding.text !== undefined) return `${start}${finding.text.replace(/\.$/, '')}`
  return `${start}${grouped(finding.count)}${shareOf(judged)}`
}

const isAboutLatency = ({ rule }: JudgedFinding): boolean => rule.code.startsWith('latency')

function shareOf({ finding: { count, of }, rule }: JudgedFinding): string {
  if (of === undefined || of === 0) return ''
  return ` of ${grouped(of)} ${rule.of} (${percent(count / of)})`
}

/** Three significant digits are plenty. */
const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`

function describeSize(size: number, unit: FindingUnit): string {
  switch (unit) {
    case 'us':
      return describeTime(size)
    case 'bps':
      return size >= 100 ? `${Math.round(size) / 100} %` : `${size} bps`
    case 'ticks':
      return `${grouped(size)} ticks`
    case 'ppm':
      return `${size < 0 ? '−' : ''}${Math.round(Math.abs(size) * 10) / 10} ppm`
    default:
      return unreachable(unit)
  }
}

/** Two decimals of the unit that fits. @param us microseconds, may be negative */
function describeTime(us: number): string {
  const size = Math.abs(us)
  const [perUnit, unit] =
    size >= 3_600_000_000
      ? [3_600_000_000, 'h']
      : size >= 60_000_000
        ? [60_000_000, 'min']
        : size >= 1_000_000
          ? [1_000_000, 's']
          : size >= 1_000
            ? [1_000, 'ms']
            : [1, 'µs']
  return `${us < 0 ? '−' : ''}${Math.round((size / perUnit) * 100) / 100} ${unit}`
}

/** `1234567` → `1,234,567`. */
const grouped = (value: number): string => String(value).replace(/(?<=\d)(?=(\d{3})+$)/g, ',')

/** ISO 8601 with microseconds. @param timeUs microseconds since 1970 */
export function isoInstant(timeUs: number): string {
  const whole = new Date(Math.floor(timeUs / 1_000)).toISOString().slice(0, -1)
  return `${whole}${String(timeUs % 1_000).padStart(3, '0')}Z`
}
