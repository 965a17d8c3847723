/** Fields of parsed JSON, which is `unknown` until looked at. */
import { type SideCode, sideCode } from '../../model/tape.ts'
import { decimalTextOf } from '../decimal-steps.ts'
import { timeOfNumber, timeOfText } from '../parse-time.ts'
import type { SourcePosition } from '../source-position.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws {DataError} DATA_BAD_JSON */
export function parseJson(text: string, position: SourcePosition): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw position.error('DATA_BAD_JSON', `expected JSON, found damage: ${reason}`, error)
  }
}

/** Undefined for what is no JSON. */
export function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A message that must be an object. @throws {DataError} DATA_BAD_JSON, DATA_BAD_MESSAGE */
export function messageOf(json: string, position: SourcePosition): JsonRecord {
  const message = parseJson(json, position)
  if (isRecord(message)) return message
  throw position.error('DATA_BAD_MESSAGE', 'expected a JSON object, found something else')
}

/** A decimal as text, also when it was written as a number. @throws {DataError} DATA_BAD_FIELD */
export function decimalField(record: JsonRecord, name: string, position: SourcePosition): string {
  const value = record[name]
  if (typeof value === 'string') return value
  if (typeof value === 'number') return decimalTextOf(value)
  throw badField(name, 'a decimal', value, position)
}

/** @throws {DataError} DATA_BAD_FIELD */
export function integerField(record: JsonRecord, name: string, position: SourcePosition): number {
  const value = record[name]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw badField(name, 'an integer', value, position)
}

/** @throws {DataError} DATA_BAD_FIELD */
export function booleanField(record: JsonRecord, name: string, position: SourcePosition): boolean {
  const value = record[name]
  if (typeof value === 'boolean') return value
  throw badField(name, 'true or false', value, position)
}

/** @throws {DataError} DATA_BAD_FIELD */
export function arrayField(record: JsonRecord, name: string, position: SourcePosition): readonly unknown[] {
  const value = record[name]
  if (Array.isArray(value)) return value
  throw badField(name, 'an array', value, position)
}

/** @throws {DataError} DATA_BAD_FIELD */
export function recordField(record: JsonRecord, name: string, position: SourcePosition): JsonRecord {
  const value = record[name]
  if (isRecord(value)) return value
  throw badField(name, 'an object', value, position)
}

/** A time, as a number or as the text of one, in microseconds. @throws {DataError} DATA_BAD_TIME */
export function timeField(record: JsonRecord, name: string, position: SourcePosition): number {
  const value = record[name]
  const time =
    typeof value === 'number'
      ? timeOfNumber(value)
      : typeof value === 'string' && /^\d+$/.test(value)
        ? timeOfText(value)
        : undefined
  if (time !== undefined) return time
  throw position.error('DATA_BAD_TIME', `expected a time in field "${name}", found ${String(value)}`)
}

/** Buy or sell, in any case. @throws {DataError} DATA_BAD_SIDE */
export function sideField(record: JsonRecord, name: string, position: SourcePosition): SideCode {
  const text = textOf(record[name])?.toLowerCase()
  if (text === 'buy') return sideCode.buy
  if (text === 'sell') return sideCode.sell
  throw position.error('DATA_BAD_SIDE', `expected Buy or Sell in field "${name}", found ${String(text)}`)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function badField(name: string, expected: string, value: unknown, position: SourcePosition): Error {
  const found = value === undefined ? 'nothing' : JSON.stringify(value)
  return position.error('DATA_BAD_FIELD', `expected ${expected} in field "${name}", found ${found}`)
}
