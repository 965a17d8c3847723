/** One order of a schedule: what a line may say, and the request that it becomes. */
import {
  type ClientOrderId,
  type Instrument,
  type OrderRequest,
  type OrderType,
  timeUs,
  z,
} from '../../src/index.ts'

/** A time below this counts from the start of the run: 11.5 days in microseconds, or January 1970 as a date. */
export const relativeBelow = 1e12

export const decimal = z.union([z.string(), z.number()]).transform(String)
export const orderFields = {
  side: z.enum(['buy', 'sell']),
  type: z
    .enum(['limit', 'market', 'stop', 'stop-limit', 'take-profit', 'take-profit-limit', 'trailing-stop'])
    .default('limit'),
  price: decimal.optional(),
  qty: decimal,
  /** `gtc` unless given. */
  tif: z.enum(['gtc', 'ioc', 'fok', 'gtd']).optional(),
  postOnly: z.boolean().default(false),
  reduceOnly: z.boolean().default(false),
  triggerPrice: decimal.optional(),
  triggerSource: z.enum(['last', 'touch', 'mark']).optional(),
  /** Distance as a price, or in basis points. */
  trailing: decimal.optional(),
  trailingBps: z.int().min(1).max(9999).optional(),
  /** Of a trailing stop: where it begins to follow. */
  activationPrice: decimal.optional(),
  displayQty: decimal.optional(),
  expireTime: z.int().positive().optional(),
  oco: z.string().min(1).optional(),
  exitOf: z.string().min(1).optional(),
  selfTrade: z.enum(['cancel-newest', 'cancel-oldest', 'cancel-both', 'decrement']).optional(),
}
export const orderSchema = z.strictObject(orderFields)
export type OrderLine = z.output<typeof orderSchema>

/** What the request needs of the run that plays it. */
export interface PlayContext {
  readonly startedAt: number
  /** Of an order submitted above. */
  idOf(name: string): ClientOrderId | undefined
}

const withLimit: readonly OrderType[] = ['limit', 'stop-limit', 'take-profit-limit']
const withTrigger: readonly OrderType[] = ['stop', 'stop-limit', 'take-profit', 'take-profit-limit']

/** @throws {Error} with what does not fit together */
export function checkOrderLine(line: OrderLine): void {
  const { type } = line
  const expectGiven = (name: string, isGiven: boolean, isWanted: boolean): void => {
    if (isGiven !== isWanted) throw new Error(`a ${type} order ${isWanted ? 'needs a' : 'has no'} ${name}`)
  }
  expectGiven('price', line.price !== undefined, withLimit.includes(type))
  expectGiven('triggerPrice', line.triggerPrice !== undefined, withTrigger.includes(type))
  const isTrailing = (line.trailing !== undefined) !== (line.trailingBps !== undefined)
  expectGiven('trailing or trailingBps, one of them,', isTrailing, type === 'trailing-stop')
  if (line.postOnly) expectGiven('postOnly', true, withLimit.includes(type))
  if (line.activationPrice !== undefined) expectGiven('activationPrice', true, type === 'trailing-stop')
  if (line.triggerSource !== undefined) {
    expectGiven('triggerSource', true, withTrigger.includes(type) || type === 'trailing-stop')
  }
  checkTimeInForce(line)
  if (line.displayQty !== undefined) expectGiven('displayQty', true, type === 'limit')
}

/** A market order, or one that is a market order once triggered, takes what there is; until then it may have an end. */
function checkTimeInForce({ type, tif, expireTime }: OrderLine): void {
  const hasLimit = withLimit.includes(type)
  if (expireTime === undefined && tif === 'gtd') throw new Error('tif gtd needs an expireTime')
  if (expireTime !== undefined && (type === 'market' || (hasLimit && tif !== 'gtd'))) {
    throw new Error('an expireTime needs tif gtd, and no market order has one')
  }
  if (tif !== undefined && tif !== 'gtd' && !hasLimit) throw new Error(`a ${type} order has no tif ${tif}`)
}

/** Prices and quantities are on the grid: `checkOrderLine` and the instrument have seen them. */
export function requestOf(
  line: OrderLine,
  tag: string,
  instrument: Instrument,
  play: PlayContext,
): OrderRequest {
  const price = (text: string | undefined) => instrument.parsePrice(text ?? '0')
  const { type, tif = 'gtc', postOnly, triggerSource, expireTime } = line
  const base = baseOf(line, tag, instrument, play)
  const end = expireTime === undefined ? {} : { expireTime: timeUs(absolute(expireTime, play)) }
  const source = triggerSource === undefined ? {} : { triggerSource }
  const limit = { price: price(line.price), timeInForce: tif, postOnly }
  switch (type) {
    case 'market':
      return { ...base, type }
    case 'limit': {
      const { displayQty } = line
      const shown = displayQty === undefined ? {} : { displayQty: instrument.parseQty(displayQty) }
      return { ...base, type, ...limit, ...end, ...shown }
    }
    case 'stop':
    case 'take-profit':
      return { ...base, type, triggerPrice: price(line.triggerPrice), ...source, ...end }
    case 'stop-limit':
    case 'take-profit-limit':
      return { ...base, type, ...limit, triggerPrice: price(line.triggerPrice), ...source, ...end }
    default: {
      const { trailing, trailingBps = 1 } = line
      const distance = trailing === undefined ? { trailingBps } : { trailingTicks: price(trailing) }
      const begin = line.activationPrice === undefined ? {} : { activationPrice: price(line.activationPrice) }
      return { ...base, type, ...distance, ...begin, ...source, ...end }
    }
  }
}

function baseOf(line: OrderLine, tag: string, instrument: Instrument, play: PlayContext) {
  const { side, reduceOnly, oco, exitOf, selfTrade } = line
  return {
    instrument: 0,
    side,
    qty: instrument.parseQty(line.qty),
    tag,
    ...(reduceOnly ? { reduceOnly } : {}),
    ...(oco === undefined ? {} : { ocoWith: play.idOf(oco) ?? 0 }),
    ...(exitOf === undefined ? {} : { exitOf: play.idOf(exitOf) ?? 0 }),
    ...(selfTrade === undefined ? {} : { selfTradePrevention: selfTrade }),
  }
}

export const absolute = (time: number, { startedAt }: PlayContext): number =>
  time < relativeBelow ? startedAt + time : time
