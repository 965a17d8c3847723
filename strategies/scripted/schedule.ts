/** The schedule of a scripted run: JSON lines, checked one by one before the first order leaves. */
import {
  DataError,
  type Instrument,
  type PriceTicks,
  type QtyLots,
  type Side,
  type TextFile,
  type TimeInForce,
  z,
} from '../../src/index.ts'

export type Action =
  | {
      readonly do: 'submit'
      readonly id: string
      readonly side: Side
      readonly qty: QtyLots
      /** Undefined for a market order. */
      readonly price: PriceTicks | undefined
      readonly tif: TimeInForce
      readonly postOnly: boolean
    }
  | { readonly do: 'cancel'; readonly id: string }
  | {
      readonly do: 'amend'
      readonly id: string
      readonly price: PriceTicks | undefined
      readonly qty: QtyLots | undefined
    }

export interface ScheduledAction {
  /** Microseconds: since the epoch, or since the start when below `relativeBelow`. */
  readonly t: number
  readonly action: Action
}

/** A `t` below this counts from the start of the run: 11.5 days in microseconds, or January 1970 as a date. */
export const relativeBelow = 1e12

const decimal = z.union([z.string(), z.number()]).transform(String)
const time = z.int().nonnegative()
const id = z.string().min(1)
const lineSchema = z.discriminatedUnion('do', [
  z.strictObject({
    t: time,
    do: z.literal('submit'),
    id,
    side: z.enum(['buy', 'sell']),
    type: z.enum(['limit', 'market']).default('limit'),
    price: decimal.optional(),
    qty: decimal,
    tif: z.enum(['gtc', 'ioc', 'fok']).default('gtc'),
    postOnly: z.boolean().default(false),
  }),
  z.strictObject({ t: time, do: z.literal('cancel'), id }),
  z.strictObject({ t: time, do: z.literal('amend'), id, price: decimal.optional(), qty: decimal.optional() }),
])

/** @throws {DataError} SCHEDULE_INVALID with file and line */
export function parseSchedule({ name, text }: TextFile, instrument: Instrument): ScheduledAction[] {
  const submitted = new Set<string>()
  const schedule: ScheduledAction[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      const found = parseLine(line, instrument)
      const last = schedule.at(-1)
      if (last !== undefined && found.t < last.t)
        throw new Error(`t ${found.t} is before ${last.t} on the line before`)
      const isSubmit = found.action.do === 'submit'
      if (isSubmit === submitted.has(found.action.id)) {
        throw new Error(`order ${found.action.id} was ${isSubmit ? 'already' : 'never'} submitted above`)
      }
      submitted.add(found.action.id)
      schedule.push(found)
    } catch (cause) {
      throw lineError(name, index + 1, cause)
    }
  }
  return schedule
}

function parseLine(line: string, instrument: Instrument): ScheduledAction {
  const parsed = lineSchema.safeParse(JSON.parse(line))
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new Error(issues.join('; '))
  }
  const { t, ...rest } = parsed.data
  if (rest.do === 'cancel') return { t, action: rest }
  const price = rest.price === undefined ? undefined : instrument.parsePrice(rest.price)
  if (rest.do === 'amend') {
    const qty = rest.qty === undefined ? undefined : instrument.parseQty(rest.qty)
    if (price === undefined && qty === undefined) throw new Error('an amend needs a price, a qty or both')
    return { t, action: { do: 'amend', id: rest.id, price, qty } }
  }
  if ((rest.type === 'limit') !== (price !== undefined)) {
    throw new Error(`a ${rest.type} order ${price === undefined ? 'needs a' : 'has no'} price`)
  }
  const { side, tif, postOnly } = rest
  return {
    t,
    action: { do: 'submit', id: rest.id, side, price, qty: instrument.parseQty(rest.qty), tif, postOnly },
  }
}

function lineError(file: string, line: number, cause: unknown): DataError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new DataError('SCHEDULE_INVALID', `${file}:${line}: ${why}`, { context: { file, line }, cause })
}
