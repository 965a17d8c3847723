/**
 * Times as files write them → whole microseconds since 1970, UTC. The unit of a plain number follows from its
 * magnitude, which is unambiguous from 1973 to 5138; what is finer than a microsecond is cut.
 */

/** Numbers below the limit are in the unit that has `perUnit` = 10^digits microseconds. */
const units: readonly { readonly below: number; readonly perUnit: number; readonly digits: number }[] = [
  { below: 1e11, perUnit: 1_000_000, digits: 6 },
  { below: 1e14, perUnit: 1_000, digits: 3 },
  { below: 1e17, perUnit: 1, digits: 0 },
  { below: 1e20, perUnit: 0.001, digits: 0 },
]
const earliest = 1e8

/** Seconds, milliseconds, microseconds or nanoseconds; undefined when it is none of them. */
export function timeOfNumber(value: number): number | undefined {
  if (!(value >= earliest)) return undefined
  for (const { below, perUnit } of units) {
    if (value < below) return perUnit < 1 ? Math.floor(value / 1_000) : Math.round(value * perUnit)
  }
  return undefined
}

/** A number as above, with or without decimals, or a date like `2021-12-31 23:01:00.5`, with T, Z or an offset. */
export function timeOfText(text: string): number | undefined {
  if (/^\d{19}$/.test(text)) return Number(text.slice(0, -3))
  if (/^\d{9,18}$/.test(text)) return timeOfNumber(Number(text))
  if (/^\d{9,17}\.\d+$/.test(text)) return timeOfDecimal(text)
  return timeOfDate(text)
}

/** Exact for seconds with up to six decimals, where a product of doubles would not be. */
function timeOfDecimal(text: string): number | undefined {
  const [whole = '', fraction = ''] = text.split('.')
  const value = Number(whole)
  const unit = units.find(({ below }) => value < below)
  if (unit === undefined || value < earliest) return undefined
  if (unit.perUnit < 1) return Math.floor(value / 1_000)
  return value * unit.perUnit + Number(fraction.slice(0, unit.digits).padEnd(unit.digits, '0'))
}

const datePattern =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/

function timeOfDate(text: string): number | undefined {
  const match = datePattern.exec(text)
  if (match === null) return undefined
  const [, day = '', minutes = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match
  const wholeMs = Date.parse(`${day}T${minutes}:${seconds}.000${isoZone(zone)}`)
  if (Number.isNaN(wholeMs)) return undefined
  return wholeMs * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

function isoZone(zone: string): string {
  if (zone === 'Z' || zone === 'UTC') return 'Z'
  const digits = zone.replace(':', '')
  return `${digits.slice(0, 3)}:${digits.slice(3, 5).padEnd(2, '0')}`
}

/** For messages. */
export function isoTime(timeUs: number): string {
  const whole = new Date(Math.floor(timeUs / 1_000)).toISOString().slice(0, -1)
  const micros = timeUs % 1_000
  return `${whole}${String(micros).padStart(3, '0')}Z`
}
