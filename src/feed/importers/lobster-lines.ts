/**
 * Lines of a LOBSTER message file (https://lobsterdata.com/info/DataStructure.php, read 2025-11):
 * seconds after midnight in New York, type, order id, size, price × 10,000, direction. No header.
 */
import { basename } from 'node:path'
import { ConfigError } from '../../core/errors.ts'
import { type SideCode, sideCode } from '../../model/tape.ts'
import type { SourcePosition } from '../source-position.ts'

export interface LobsterMessage {
  /** Microseconds after midnight in New York; what is finer is cut. */
  readonly timeUs: number
  readonly type: number
  readonly orderId: number
  /** Shares. */
  readonly size: string
  /** US dollars. */
  readonly price: string
  /** Of the order, not of who hit it. */
  readonly side: SideCode
}

/** Also of a damaged file, as long as its first line is sound. */
export const lobsterPattern = /^(\d{1,5})(?:\.(\d{1,9}))?,([1-7]),(\d{1,16}),(\d{1,9}),(-?\d{1,12}),(-?1)$/

export function parseLobsterLine(line: string, position: SourcePosition): LobsterMessage {
  const match = lobsterPattern.exec(line)
  const [, seconds = '', fraction = '', type, id, size = '', price = '', direction] = match ?? []
  const orderId = Number(id)
  if (match === null || !Number.isSafeInteger(orderId)) {
    const expected = 'expected time,type 1–7,order id,size,price,direction'
    throw position.error('DATA_BAD_ROW', `${expected}, found ${JSON.stringify(line.slice(0, 60))}`)
  }
  return {
    timeUs: Number(seconds) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0')),
    type: Number(type),
    orderId,
    size,
    price: dollars(price),
    side: direction === '1' ? sideCode.buy : sideCode.sell,
  }
}

/** Ten-thousandths as a decimal; a halt has −1. */
function dollars(price: string): string {
  if (price.startsWith('-')) return price
  const digits = price.padStart(5, '0')
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`
}

export interface LobsterDay {
  /** Of the file name; undefined when it says none. */
  readonly ticker: string | undefined
  /** Microseconds since 1970 of midnight in New York. */
  readonly midnight: number
}

/**
 * `AAPL_2012-06-21_34200000_57600000_message_10.csv` says ticker and date.
 *
 * @param date what the user says, `2012-06-21`
 * @throws {ConfigError} LOBSTER_DATE
 */
export function lobsterDay(path: string, date: string | undefined): LobsterDay {
  const match = /^(.+?)_(\d{4}-\d{2}-\d{2})_\d+_\d+_message_/.exec(basename(path))
  const day = date ?? match?.[2]
  const midnight =
    day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day) ? Number.NaN : Date.parse(`${day}T00:00:00Z`)
  if (day === undefined || Number.isNaN(midnight)) {
    throw new ConfigError(
      'LOBSTER_DATE',
      `expected a date such as 2012-06-21, found ${day ?? 'none in the name'} of ${basename(path)}; pass --date`,
    )
  }
  return { ticker: match?.[1], midnight: midnight * 1000 + offsetHours(day) * 3_600_000_000 }
}

/**
 * Hours by which New York is behind UTC during trading: 4 from the second Sunday of March to the first of November
 * (US rule since 2007, the first year of these data), else 5. Clocks change on Sundays, when nobody trades.
 */
function offsetHours(day: string): 4 | 5 {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  if (month > 3 && month < 11) return 4
  if (month !== 3 && month !== 11) return 5
  const firstSunday = 1 + ((7 - weekdayOf(year, month, 1)) % 7)
  const isSummer = month === 3 ? date >= firstSunday + 7 : date < firstSunday
  return isSummer ? 4 : 5
}

/** 0 for Sunday. 1970-01-01 was a Thursday. */
function weekdayOf(year: number, month: number, date: number): number {
  const days = Math.floor(Date.UTC(year, month - 1, date) / 86_400_000)
  return (((days + 4) % 7) + 7) % 7
}
