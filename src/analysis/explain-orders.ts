/**
 * Every difference between a session and a replay of its market, with its cause. Both ran the same strategy on the same
 * rows; what differs is when things happened: a machine handles an event some time after it is due, and from there on an
 * order arrives at another moment, meets another book and stands at another place in the queue.
 */

import type { OrderTrace, RunTrace, TracedFill } from '../model/order-trace.ts'
import { matchOrders } from './match-orders.ts'

export type DifferenceCause =
  /** The event that led to it was handled later, or earlier, than in the replay. */
  | 'handled-later'
  /** The market had moved, or the position was another, when it was decided. */
  | 'decided-otherwise'
  /** The same decision at the same moment, and another time to the venue. */
  | 'latency'
  /** Liquidity was taken at another moment, from another book. */
  | 'book-changed'
  /** It stood in the queue from another moment on, or until another one. */
  | 'queue'
  /** The same fills cost another fee. */
  | 'fees'
  /** Both filled in part, and one of them more before it was over. */
  | 'partial'
  /** Our guard let it pass in one of the two only. */
  | 'risk-guard'
  /** The venue said something else, for a reason of its own. */
  | 'venue'
  /** The session was stopped; the replay goes on to the end of the data. */
  | 'session-ended'
  /** It exists in one of the two only. */
  | 'never-sent'
  /** Nothing of the above: look into it. */
  | 'unexplained'

export type DifferenceAspect = 'order' | 'terms' | 'timing' | 'fills' | 'price' | 'fees' | 'end'

export interface OrderDifference {
  readonly aspect: DifferenceAspect
  readonly cause: DifferenceCause
  /** Ids in the two runs; undefined where there is no such order. */
  readonly sessionOrder: number | undefined
  readonly replayOrder: number | undefined
  readonly instrument: number
  /** Our clock of the session, else of the replay; microseconds. */
  readonly time: number
  /** In words, ticks and lots. */
  readonly session: string
  readonly replay: string
  /** By which it differs: microseconds of timing, lots of fills, tick·lots of price, quanta of fees; else 0. */
  readonly amount: number
}

export interface Explanation {
  readonly matched: number
  /** Matched orders without any difference. */
  readonly same: number
  readonly onlySession: number
  readonly onlyReplay: number
  /** In order of time. */
  readonly differences: readonly OrderDifference[]
}

export function explainOrders(session: RunTrace, replay: RunTrace): Explanation {
  const { pairs, onlySession, onlyReplay } = matchOrders(session.orders, replay.orders)
  // The replay ends with the data, the session a little later.
  const never = Number.POSITIVE_INFINITY
  const stoppedAt = Math.min(session.stoppedAt ?? never, replay.endedAt ?? never)
  const differences: OrderDifference[] = []
  let same = 0
  // An earlier difference has left another book, or another queue, to the orders after it.
  let isFirst = onlySession.length + onlyReplay.length === 0
  for (const [a, b] of pairs) {
    const found = explainPair(a, b, { stoppedAt, isFirst })
    if (found.length > 0) isFirst = false
    if (found.length === 0) same++
    differences.push(...found)
  }
  for (const order of onlySession) differences.push(alone(order, 'session', stoppedAt))
  for (const order of onlyReplay) differences.push(alone(order, 'replay', stoppedAt))
  differences.sort((a, b) => a.time - b.time || (a.sessionOrder ?? 0) - (b.sessionOrder ?? 0))
  return {
    matched: pairs.length,
    same,
    onlySession: onlySession.length,
    onlyReplay: onlyReplay.length,
    differences,
  }
}

/** An order that one of the two never sent: the strategy had seen or done something else before. */
function alone(order: OrderTrace, where: 'session' | 'replay', stoppedAt: number): OrderDifference {
  const text = `${order.denied === undefined ? 'sent' : `denied ${order.denied}`}: ${terms(order)}`
  const isAfterStop = order.sentAt >= stoppedAt
  return {
    aspect: 'order',
    cause: isAfterStop ? 'session-ended' : 'never-sent',
    sessionOrder: where === 'session' ? order.id : undefined,
    replayOrder: where === 'replay' ? order.id : undefined,
    instrument: order.instrument,
    time: order.sentAt,
    session: where === 'session' ? text : 'never sent',
    replay: where === 'replay' ? text : 'never sent',
    amount: 0,
  }
}

interface Circumstances {
  readonly stoppedAt: number
  /** Nothing has differed before. */
  readonly isFirst: boolean
}

function explainPair(a: OrderTrace, b: OrderTrace, around: Circumstances): OrderDifference[] {
  const found: OrderDifference[] = []
  const note: Note = (aspect, cause, [session, replay], amount = 0) => {
    const { instrument, sentAt: time, id } = a
    const orders = { sessionOrder: id, replayOrder: b.id, instrument, time }
    found.push({ aspect, cause, ...orders, session, replay, amount })
  }
  if (a.sentAt !== b.sentAt) {
    note('timing', 'handled-later', [`sent at ${a.sentAt}`, `sent at ${b.sentAt}`], a.sentAt - b.sentAt)
  }
  if (a.price !== b.price || a.qty !== b.qty) note('terms', 'decided-otherwise', [terms(a), terms(b)])
  if (a.denied !== b.denied) note('end', 'risk-guard', [denial(a), denial(b)])
  const latency = entryOf(a) - entryOf(b)
  const isKnown = a.arrivedAt !== undefined && b.arrivedAt !== undefined
  if (isKnown && latency !== 0) {
    note('timing', 'latency', [`${entryOf(a)} µs to the venue`, `${entryOf(b)} µs to the venue`], latency)
  }
  noteFills(note, [a, b], around)
  if (lotsOf(a.fills) === lotsOf(b.fills) && endText(a) !== endText(b)) {
    note('end', endCause(a, b, around), [endText(a), endText(b)])
  }
  return found
}

type Note = (
  aspect: DifferenceAspect,
  cause: DifferenceCause,
  texts: readonly [session: string, replay: string],
  amount?: number,
) => void

/** The gravest of quantity, price and fee: what follows from it is not told again. */
function noteFills(note: Note, [a, b]: readonly [OrderTrace, OrderTrace], around: Circumstances): void {
  const cause = fillCause(a, b, around)
  const lots = lotsOf(a.fills) - lotsOf(b.fills)
  const value = notionalOf(a.fills) - notionalOf(b.fills)
  const fees = feesOf(a.fills) - feesOf(b.fills)
  if (lots !== 0) {
    const isPart = a.fills.length > 0 && b.fills.length > 0
    note('fills', cause === 'queue' && isPart ? 'partial' : cause, [fillText(a), fillText(b)], lots)
  } else if (value !== 0) note('price', cause, [fillText(a), fillText(b)], value)
  else if (fees !== 0) {
    const isRole = takerLots(a.fills) !== takerLots(b.fills)
    note('fees', isRole ? cause : 'fees', [`fees ${feesOf(a.fills)}`, `fees ${feesOf(b.fills)}`], fees)
  }
}

/** Why the fills of two orders that are asked for alike may differ: what else differed about them. */
function fillCause(a: OrderTrace, b: OrderTrace, { stoppedAt, isFirst }: Circumstances): DifferenceCause {
  const isTaken = [...a.fills, ...b.fills].some(({ isTaker }) => isTaker)
  if (a.denied !== b.denied) return 'risk-guard'
  if (a.price !== b.price || a.qty !== b.qty) return 'decided-otherwise'
  if (a.arrivedAt !== b.arrivedAt) return isTaken ? 'book-changed' : 'queue'
  if (isAfter(a.cancelSentAt, stoppedAt) || isAfter(a.end?.exchangeTime, stoppedAt)) return 'session-ended'
  // It was taken back, or changed, at another moment: what came in between filled it in one of the two.
  if (a.cancelSentAt !== b.cancelSentAt || a.amendSentAt !== b.amendSentAt) return 'queue'
  // Alike in all that is ours: what differed before has left another book, or another queue.
  if (isFirst) return 'unexplained'
  return isTaken ? 'book-changed' : 'queue'
}

function endCause(a: OrderTrace, b: OrderTrace, { stoppedAt }: Circumstances): DifferenceCause {
  if (isAfter(a.end?.exchangeTime, stoppedAt) || isAfter(a.cancelSentAt, stoppedAt)) return 'session-ended'
  // At the end of the data an order just works no more, and nobody says so.
  if (a.end === undefined || b.end === undefined) return 'session-ended'
  if (a.arrivedAt !== b.arrivedAt || a.cancelSentAt !== b.cancelSentAt) return 'handled-later'
  return a.end.kind === 'rejected' || b.end.kind === 'rejected' ? 'venue' : 'unexplained'
}

const isAfter = (time: number | undefined, stoppedAt: number): boolean =>
  time !== undefined && time >= stoppedAt

const entryOf = ({ arrivedAt, sentAt }: OrderTrace): number =>
  arrivedAt === undefined ? 0 : arrivedAt - sentAt
const lotsOf = (fills: readonly TracedFill[]): number => fills.reduce((sum, { qty }) => sum + qty, 0)
const takerLots = (fills: readonly TracedFill[]): number => lotsOf(fills.filter(({ isTaker }) => isTaker))
const notionalOf = (fills: readonly TracedFill[]): number =>
  fills.reduce((sum, { price, qty }) => sum + price * qty, 0)
const feesOf = (fills: readonly TracedFill[]): number => fills.reduce((sum, { fee }) => sum + fee, 0)

const terms = ({ side, qty, price }: OrderTrace): string =>
  `${side} ${qty} ${price === 0 ? 'at the market' : `at ${price}`}`

const denial = ({ denied }: OrderTrace): string => (denied === undefined ? 'let pass' : `denied ${denied}`)

function fillText({ fills }: OrderTrace): string {
  if (fills.length === 0) return 'not filled'
  return fills.map(({ qty, price, isTaker }) => `${qty}@${price} ${isTaker ? 'taker' : 'maker'}`).join(', ')
}

function endText({ end, fills, qty }: OrderTrace): string {
  if (end !== undefined) return end.reason === undefined ? end.kind : `${end.kind} ${end.reason}`
  return lotsOf(fills) >= qty ? 'filled' : 'still working'
}
