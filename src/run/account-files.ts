/** Tables that a user keeps in a file of his own: funding rates, fee tiers, margin tiers; JSON, or CSV with a header. */
import { readFileSync } from 'node:fs'
import { ConfigError } from '../core/errors.ts'
import { timeOfText } from '../feed/parse-time.ts'

type Row = Readonly<Record<string, string>>

/** Names that venues give the columns, Binance's and Bybit's exports among them. */
const timeNames = ['time', 'fundingtime', 'funding_time', 'fundingratetimestamp', 'timestamp', 'calc_time']
const rateNames = ['rate', 'fundingrate', 'funding_rate', 'last_funding_rate']

/** @returns rows with rising times, as a run configuration writes them @throws {ConfigError} ACCOUNT_FILE */
export function readFundingFile(path: string) {
  const seen = new Map<number, number>()
  const rates = readRows(path).map((row, index) => {
    const time = timeOfText(pick(path, row, index, timeNames))
    const rate = pick(path, row, index, rateNames)
    if (time === undefined)
      throw fault(path, index, 'expected a time such as 2024-08-08T08:00:00Z or 1723104000000')
    const known = seen.get(time)
    if (known !== undefined) {
      throw fault(path, index, `expected one rate for each time, found that of row ${known + 1} again`)
    }
    seen.set(time, index)
    return { time, rate: plainDecimal(path, index, rate) }
  })
  return { source: 'schedule' as const, rates: rates.sort((a, b) => a.time - b.time) }
}

/** @throws {ConfigError} ACCOUNT_FILE */
export function readFeeTiers(path: string) {
  return readRows(path).map((row, index) => ({
    volume: plainDecimal(path, index, pick(path, row, index, ['volume'])),
    makerBps: plainDecimal(path, index, pick(path, row, index, ['makerbps', 'maker'])),
    takerBps: plainDecimal(path, index, pick(path, row, index, ['takerbps', 'taker'])),
  }))
}

/** @throws {ConfigError} ACCOUNT_FILE */
export function readMarginTiers(path: string) {
  return readRows(path).map((row, index) => {
    const { deduction = '', maxleverage = '' } = row
    return {
      floor: plainDecimal(path, index, pick(path, row, index, ['floor', 'notionalfloor'])),
      maintenancePct: plainDecimal(path, index, pick(path, row, index, ['maintenancepct'])),
      ...(deduction === '' ? {} : { deduction: plainDecimal(path, index, deduction) }),
      ...(maxleverage === '' ? {} : { maxLeverage: wholeNumber(path, index, maxleverage) }),
    }
  })
}

/** Keys in lower case. */
function readRows(path: string): Row[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('ACCOUNT_FILE', `${path} could not be read: ${why}`, { cause })
  }
  const rows = text.trimStart().startsWith('[') ? jsonRows(path, text) : csvRows(path, text)
  if (rows.length === 0)
    throw new ConfigError('ACCOUNT_FILE', `${path}: expected at least one row, found none`)
  return rows
}

function jsonRows(path: string, text: string): Row[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError('ACCOUNT_FILE', `${path}: ${why}`, { cause })
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  return list.map((item, index) => {
    if (typeof item !== 'object' || item === null) throw fault(path, index, 'expected an object')
    return Object.fromEntries(
      Object.entries(item).map(([key, cell]) => [key.toLowerCase(), cell === null ? '' : String(cell)]),
    )
  })
}

function csvRows(path: string, text: string): Row[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = header.split(',').map((name) => name.trim().toLowerCase())
  return lines.map((line, index) => {
    const cells = line.split(',').map((cell) => cell.trim())
    if (cells.length !== names.length)
      throw fault(path, index, `expected ${names.length} cells, found ${cells.length}`)
    return Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']))
  })
}

function pick(path: string, row: Row, index: number, names: readonly string[]): string {
  const name = names.find((one) => row[one] !== undefined && row[one] !== '')
  if (name === undefined) throw fault(path, index, `expected a column ${names.join(' or ')}`)
  return row[name] ?? ''
}

/** Exporters write small numbers with an exponent: `1e-05`. */
function plainDecimal(path: string, index: number, text: string): string {
  const plain = /e/i.test(text) ? Number(text).toFixed(10) : text
  if (/^-?\d+(\.\d+)?$/.test(plain)) return plain
  throw fault(path, index, `expected a decimal number, found ${JSON.stringify(text)}`)
}

function wholeNumber(path: string, index: number, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw fault(path, index, `expected a whole number above zero, found ${JSON.stringify(text)}`)
}

const fault = (path: string, index: number, what: string): ConfigError =>
  new ConfigError('ACCOUNT_FILE', `${path}, row ${index + 1}: ${what}`)
