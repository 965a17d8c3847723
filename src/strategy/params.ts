/**
 * Parameters of strategies as zod schemas. Each accepts what a user types (`--param duration=5m`) and what JSON can say,
 * and `formatParam` turns the parsed value back into canonical text, so that a run's configuration is written in one way
 * however it was spelled.
 *
 * A strategy has no files. A parameter of kind `p.file()` is typed as a path; whoever starts the run reads the file and
 * hands its name and text to the schema. The text then belongs to the run's configuration.
 *
 * Defaults: `.default(value)` takes a parsed value, `.prefault(text)` text as typed.
 */
import { z } from 'zod'
import { formatDuration, parseDuration } from '../core/duration.ts'

const paramKinds = [
  'qty',
  'price',
  'duration',
  'side',
  'int',
  'number',
  'flag',
  'choice',
  'text',
  'spread',
  'file',
] as const
export type ParamKind = (typeof paramKinds)[number]

/** A distance in price: whole or broken ticks, or basis points of the mid price. Signed. */
export interface Spread {
  readonly value: number
  readonly unit: 'ticks' | 'bps'
}

/** What `p.file()` gives a strategy: the name without folders, for messages, and the content. */
export interface TextFile {
  readonly name: string
  readonly text: string
}

interface Bounds {
  /** Inclusive. */
  readonly min?: number
  readonly max?: number
}

export const p = {
  /** Positive decimal text; `Instrument.parseQty` turns it into lots. */
  qty: () => positiveDecimal('qty', 'a positive quantity such as 0.5'),
  /** Positive decimal text; `Instrument.parsePrice` turns it into ticks. */
  price: () => positiveDecimal('price', 'a positive price such as 61800.1'),
  /** `250ms`, `1.5s`, `5m`, `1h`, `2d`; > 0. */
  duration: () => transformed('duration', 'a duration such as 250ms, 30s, 5m or 1h', parseDuration),
  side: () => z.enum(['buy', 'sell'], { error: expected('buy or sell') }).meta({ kind: 'side' }),
  int: (bounds: Bounds = {}) =>
    transformed('int', `a whole number${describeBounds(bounds)}`, (text) => {
      const value = Number(text)
      return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) && isWithin(value, bounds)
        ? value
        : undefined
    }),
  number: (bounds: Bounds = {}) =>
    transformed('number', `a number${describeBounds(bounds)}`, (text) => {
      const value = Number(text)
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && isWithin(value, bounds) ? value : undefined
    }),
  flag: () =>
    transformed('flag', 'true or false', (text) => {
      if (['true', 'yes', '1'].includes(text)) return true
      return ['false', 'no', '0'].includes(text) ? false : undefined
    }),
  choice: <const Names extends readonly string[]>(names: Names) =>
    z.enum(names, { error: expected(`one of ${names.join(', ')}`) }).meta({ kind: 'choice' }),
  text: () => z.string({ error: expected('text') }).meta({ kind: 'text' }),
  /** `3`, `3ticks` or `2.5bps`. */
  spread: () => transformed('spread', 'a distance such as 3ticks or 2.5bps', parseSpread),
  file: () =>
    z
      .strictObject({ name: z.string(), text: z.string() }, { error: expected('the path of a file') })
      .meta({ kind: 'file' }),
}

/** The kind given by `p`; undefined for a schema that was made otherwise. Looks through default and optional. */
export function paramKind(schema: unknown): ParamKind | undefined {
  const kind = z.globalRegistry.get(innermost(schema))?.kind
  return paramKinds.find((name) => name === kind)
}

/** Canonical text of a parsed value: `parse(formatParam(value))` gives the value again. */
export function formatParam(value: unknown, kind: ParamKind | undefined): string {
  if (kind === 'duration' && typeof value === 'number') return formatDuration(value)
  if (kind === 'spread' && isSpread(value)) return `${value.value}${value.unit}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function parseSpread(text: string): Spread | undefined {
  const [, value, unit] = /^([+-]?\d+(?:\.\d+)?)(ticks|tick|bps)?$/.exec(text) ?? []
  if (value === undefined) return undefined
  return { value: Number(value), unit: unit === 'bps' ? 'bps' : 'ticks' }
}

function positiveDecimal(kind: ParamKind, what: string) {
  return transformed(kind, what, (text) =>
    /^\d+(\.\d+)?$/.test(text) && Number(text) > 0 ? text : undefined,
  )
}

/** Text, number or boolean → text → value; `parse` answers undefined for text that it does not understand. */
function transformed<Value>(kind: ParamKind, what: string, parse: (text: string) => Value | undefined) {
  return z
    .union([z.string(), z.number(), z.boolean()], { error: expected(what) })
    .transform((input, context): Value => {
      const value = parse(String(input).trim())
      if (value !== undefined) return value
      context.addIssue({ code: 'custom', message: expected(what)({ input }), input })
      return z.NEVER
    })
    .meta({ kind })
}

function expected(what: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => `expected ${what}, found ${input === undefined ? 'nothing' : JSON.stringify(input)}`
}

const isWithin = (value: number, { min = -Infinity, max = Infinity }: Bounds): boolean =>
  value >= min && value <= max

function describeBounds({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return ` of at least ${min}`
  return max === undefined ? '' : ` of at most ${max}`
}

function innermost(schema: unknown): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return innermost(schema.def.innerType)
  }
  return schema instanceof z.ZodType ? schema : z.unknown()
}

function isSpread(value: unknown): value is Spread {
  return typeof value === 'object' && value !== null && 'unit' in value
}
