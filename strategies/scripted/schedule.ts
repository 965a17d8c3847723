/** The schedule of a scripted run: JSON lines, checked one by one before the first order leaves. */
import {
  DataError,
  type Instrument,
  type PriceTicks,
  type QtyLots,
  type TextFile,
  z,
} from '../../src/index.ts'
import { checkOrderLine, decimal, type OrderLine, orderFields, orderSchema, requestOf } from './order-line.ts'

export type Action =
  | { readonly do: 'submit'; readonly id: string; readonly order: OrderLine }
  | {
      readonly do: 'bracket'
      readonly id: string
      readonly entry: OrderLine
      readonly stopLoss: OrderLine
      readonly takeProfit: OrderLine
    }
  | { readonly do: 'cancel'; readonly id: string }
  | {
      readonly do: 'amend'
      readonly id: string
      readonly price: PriceTicks | undefined
      readonly qty: QtyLots | undefined
      readonly triggerPrice: PriceTicks | undefined
    }

export interface ScheduledAction {
  /** Microseconds: since the epoch, or since the start when below `relativeBelow`. */
  readonly t: number
  readonly action: Action
}

const time = z.int().nonnegative()
const id = z.string().min(1)
const lineSchema = z.discriminatedUnion('do', [
  z.strictObject({ t: time, do: z.literal('submit'), id, ...orderFields }),
  z.strictObject({
    t: time,
    do: z.literal('bracket'),
    id,
    entry: orderSchema,
    stopLoss: orderSchema,
    takeProfit: orderSchema,
  }),
  z.strictObject({ t: time, do: z.literal('cancel'), id }),
  z.strictObject({
    t: time,
    do: z.literal('amend'),
    id,
    price: decimal.optional(),
    qty: decimal.optional(),
    triggerPrice: decimal.optional(),
  }),
])

/** @throws {DataError} SCHEDULE_INVALID with file and line */
export function parseSchedule({ name, text }: TextFile, instrument: Instrument): ScheduledAction[] {
  const submitted = new Set<string>()
  const paired = new Set<string>()
  const schedule: ScheduledAction[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      const found = parseLine(line, instrument)
      const last = schedule.at(-1)
      if (last !== undefined && found.t < last.t)
        throw new Error(`t ${found.t} is before ${last.t} on the line before`)
      const isSubmit = found.action.do === 'submit' || found.action.do === 'bracket'
      if (isSubmit === submitted.has(found.action.id)) {
        throw new Error(`order ${found.action.id} was ${isSubmit ? 'already' : 'never'} submitted above`)
      }
      const missing = linksOf(found.action).find((name) => !submitted.has(name))
      if (missing !== undefined) throw new Error(`order ${missing} was never submitted above`)
      const third = pairOf(found.action).find((name) => paired.has(name))
      if (third !== undefined) throw new Error(`order ${third} is one of a pair already`)
      for (const name of namesOf(found.action)) submitted.add(name)
      for (const name of pairOf(found.action)) paired.add(name)
      schedule.push(found)
    } catch (cause) {
      throw lineError(name, index + 1, cause)
    }
  }
  return schedule
}

function parseLine(text: string, instrument: Instrument): ScheduledAction {
  const parsed = lineSchema.safeParse(JSON.parse(text))
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw new Error(issues.join('; '))
  }
  const line = parsed.data
  const { t } = line
  switch (line.do) {
    case 'cancel':
      return { t, action: { do: 'cancel', id: line.id } }
    case 'amend': {
      const price = line.price === undefined ? undefined : instrument.parsePrice(line.price)
      const qty = line.qty === undefined ? undefined : instrument.parseQty(line.qty)
      const triggerPrice =
        line.triggerPrice === undefined ? undefined : instrument.parsePrice(line.triggerPrice)
      if ((price ?? qty ?? triggerPrice) === undefined) {
        throw new Error('an amend needs a price, a qty, a triggerPrice or several of them')
      }
      return { t, action: { do: 'amend', id: line.id, price, qty, triggerPrice } }
    }
    case 'submit': {
      const { t: _, do: __, id, ...order } = line
      checkOrder(order, instrument)
      return { t, action: { do: 'submit', id, order } }
    }
    default: {
      const { id, entry, stopLoss, takeProfit } = line
      for (const order of [entry, stopLoss, takeProfit]) checkOrder(order, instrument)
      return { t, action: { do: 'bracket', id, entry, stopLoss, takeProfit } }
    }
  }
}

/** @throws {Error} what does not fit together, or is off the grid */
function checkOrder(order: OrderLine, instrument: Instrument): void {
  checkOrderLine(order)
  requestOf(order, '', instrument, { startedAt: 0, idOf: () => 1 })
}

/** Names that later lines may use: a bracket gives its exits names of their own. */
export const stopName = (id: string): string => `${id}/stop`
export const profitName = (id: string): string => `${id}/profit`

function namesOf(action: Action): string[] {
  return action.do === 'bracket' ? [action.id, stopName(action.id), profitName(action.id)] : [action.id]
}

function linksOf(action: Action): string[] {
  if (action.do !== 'submit') return []
  return [action.order.oco, action.order.exitOf].filter((name) => name !== undefined)
}

/** Orders of which one cancels the other from here on. */
function pairOf(action: Action): string[] {
  if (action.do === 'bracket') return [stopName(action.id), profitName(action.id)]
  return action.do === 'submit' && action.order.oco !== undefined ? [action.order.oco, action.id] : []
}

function lineError(file: string, line: number, cause: unknown): DataError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new DataError('SCHEDULE_INVALID', `${file}:${line}: ${why}`, { context: { file, line }, cause })
}
