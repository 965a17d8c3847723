/** What every row of a tape must satisfy, wherever it comes from. */
import { assert, DataError } from '../core/errors.ts'
import { isOrderKind, type RowKind, rowKind, type SideCode } from '../model/tape.ts'
import { isoTime } from './parse-time.ts'
import { rowKindName } from './row-kinds.ts'

/** A time before 2000 is a mistake of units, one after 2255 no longer a safe integer in microseconds. */
const earliestTime = 946_684_800_000_000

export class RowChecks {
  private rows = 0
  private lastReceive = Number.NEGATIVE_INFINITY
  private messageExchange: number | undefined

  /** @throws {DataError} with the number of the row and its time */
  check(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
    orderId = 0,
  ): void {
    this.rows++
    assert(side === 0 || side === 1, `side ${side}`)
    if (!isTime(exchangeTime) || !isTime(receiveTime)) {
      throw this.error(
        'DATA_TIME',
        kind,
        `expected whole microseconds, found ${exchangeTime}, ${receiveTime}`,
      )
    }
    if (receiveTime < this.lastReceive) {
      const found = `${rowKindName(kind)} at ${isoTime(receiveTime)} is older than ${isoTime(this.lastReceive)} before it`
      throw new DataError('DATA_OUT_OF_ORDER', `${found} (row ${this.rows})`, {
        context: { row: this.rows, receiveTime, before: this.lastReceive },
      })
    }
    if (this.messageExchange !== undefined) {
      const isOneMoment = this.messageExchange === exchangeTime && this.lastReceive === receiveTime
      assert(isOneMoment, `row ${this.rows} and the one before are one message with two times`)
    }
    this.lastReceive = receiveTime
    this.messageExchange = isLast ? undefined : exchangeTime
    const problem = valueProblem(kind, price, qty) ?? orderProblem(kind, qty, orderId)
    if (problem !== undefined) throw this.error(problem.code, kind, problem.message, exchangeTime)
  }

  /** @throws {InvariantError} when the last message has not been ended */
  finish(): void {
    assert(this.messageExchange === undefined, 'the last message has no last row')
  }

  private error(code: string, kind: RowKind, message: string, time?: number): DataError {
    const at = time === undefined ? '' : ` at ${isoTime(time)}`
    return new DataError(code, `${rowKindName(kind)}${at}: ${message} (row ${this.rows})`, {
      context: { row: this.rows, timeUs: time },
    })
  }
}

const isTime = (time: number): boolean => Number.isSafeInteger(time) && time >= earliestTime

function valueProblem(
  kind: RowKind,
  price: number,
  qty: number,
): { code: string; message: string } | undefined {
  if (!Number.isSafeInteger(price) || !Number.isSafeInteger(qty)) {
    return { code: 'DATA_RANGE', message: `expected whole ticks and lots, found ${price}, ${qty}` }
  }
  // A quote without quantity says that its side is empty, and then has no price either.
  const needsPrice =
    kind !== rowKind.clear && kind !== rowKind.clearSide && !(kind === rowKind.quote && qty === 0)
  if (needsPrice && price <= 0) {
    return { code: 'DATA_PRICE', message: `expected a price above zero, found ${price} ticks` }
  }
  const needsQty = kind === rowKind.trade
  if (needsQty ? qty <= 0 : qty < 0) {
    const expected = needsQty ? 'above zero' : 'of zero or more'
    return { code: 'DATA_QUANTITY', message: `expected a quantity ${expected}, found ${qty} lots` }
  }
  return undefined
}

function orderProblem(
  kind: RowKind,
  qty: number,
  orderId: number,
): { code: string; message: string } | undefined {
  if (!isOrderKind(kind)) {
    assert(orderId === 0, `order id ${orderId} of a row of kind ${kind}`)
    return undefined
  }
  const isHidden = kind === rowKind.orderExecute && orderId === 0
  if (!isHidden && !(Number.isSafeInteger(orderId) && orderId > 0)) {
    return { code: 'DATA_ORDER_ID', message: `expected an order id from 1 to 2^53 − 1, found ${orderId}` }
  }
  if ((kind === rowKind.orderDelete) !== (qty === 0)) {
    const expected = kind === rowKind.orderDelete ? 'no quantity' : 'a quantity above zero'
    return { code: 'DATA_QUANTITY', message: `expected ${expected}, found ${qty} lots` }
  }
  return undefined
}
