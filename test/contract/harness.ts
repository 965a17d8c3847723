/**
 * What a venue has to offer to be held against the contract: a market that follows a script, commands in, reports out.
 * Nothing of how it works inside. A venue that is not simulated plays the script on its exchange's side.
 */
import { type PriceTicks, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { ExecutionReport, SubmitCommand } from '../../src/model/execution-report.ts'
import type { OrderRequest, SelfTradePrevention } from '../../src/model/order.ts'
import { hasLimit, termsOf } from '../../src/model/order-terms.ts'
import { type DataLevel, rowKind, sideCode } from '../../src/model/tape.ts'
import type { Venue } from '../../src/venue/venue.ts'
import { depth, feedUs, trade } from '../support/tape-rows.ts'

export interface VenueHarness {
  readonly name: string
  open(script: MarketScript): VenueSession | Promise<VenueSession>
  /** What a venue has nothing like: it must reject that in so many words. Undefined for what it can do. */
  readonly lacks?: (step: Step) => string | undefined
  /** Orders of which its wire tells less than there is to tell: what is told instead, by name of the case and id. */
  readonly tellsLess?: Readonly<Record<string, Readonly<Record<number, readonly string[]>>>>
}

/** A venue that needs no sockets. */
export interface SteppedHarness extends VenueHarness {
  open(script: MarketScript): SteppedSession
}

export interface MarketScript {
  readonly level: DataLevel
  /** In order of time; one lot costs 0.0001 per tick. */
  readonly rows: readonly TapeRow[]
  /** In settlement currency. */
  readonly minNotional?: string
  readonly selfTradePrevention?: SelfTradePrevention
}

/** Commands are sent at the present of the session. Latency both ways is below 100 µs and above 0. */
export interface VenueSession extends Venue {
  /** Lets exchange time pass; reports that reach us until then are in `reports`. */
  runTo(time: number): void | Promise<void>
  readonly reports: readonly ExecutionReport[]
  close?(): Promise<void>
}

export interface SteppedSession extends VenueSession {
  runTo(time: number): void
}

/** As a strategy writes it, without types: prices, quantities and times are plain numbers. */
export interface OrderScript {
  readonly side: 'buy' | 'sell'
  readonly qty: number
  readonly type?: OrderRequest['type']
  readonly price?: number
  readonly timeInForce?: 'gtc' | 'ioc' | 'fok' | 'gtd'
  readonly expireTime?: number
  readonly postOnly?: boolean
  readonly reduceOnly?: boolean
  readonly displayQty?: number
  readonly triggerPrice?: number
  readonly triggerSource?: 'last' | 'touch' | 'mark'
  readonly trailingTicks?: number
  readonly trailingBps?: number
  readonly activationPrice?: number
  readonly ocoWith?: number
  /** Lots of that order that the sender knows to be filled. */
  readonly ocoFilled?: number
  readonly exitOf?: number
  readonly selfTradePrevention?: SelfTradePrevention
}

export type Step =
  | readonly [time: number, does: 'submit', id: number, order: OrderScript]
  | readonly [time: number, does: 'cancel', id: number]
  | readonly [
      time: number,
      does: 'amend',
      id: number,
      /** `restatedAt`: of the last restatement that the sender knows. */
      to: { price?: number; qty?: number; triggerPrice?: number; restatedAt?: number },
    ]

/** Plays steps against a script and says what became of it. */
export async function play(
  harness: VenueHarness,
  script: MarketScript,
  steps: readonly Step[],
  until = 20_000,
): Promise<Outcome> {
  const session = await harness.open(script)
  try {
    for (const step of steps) {
      await session.runTo(step[0])
      take(session, step)
    }
    await session.runTo(until)
    return new Outcome(session.reports)
  } finally {
    await session.close?.()
  }
}

function take(session: VenueSession, step: Step): void {
  const [, does, id] = step
  if (does === 'submit') return session.submit(commandOf(id, step[3]))
  if (does === 'cancel') return session.cancel({ clientOrderId: id, instrument: 0 })
  const { price, qty, triggerPrice, restatedAt } = step[3]
  session.amend({
    clientOrderId: id,
    instrument: 0,
    price: ticks(price),
    qty: qty === undefined ? undefined : qtyLots(qty),
    restatedAt: restatedAt === undefined ? undefined : timeUs(restatedAt),
    triggerPrice: ticks(triggerPrice),
  })
}

export class Outcome {
  readonly reports: readonly ExecutionReport[]

  constructor(reports: readonly ExecutionReport[]) {
    this.reports = reports
  }

  /** Reports on one order in short: `fill 2@101 taker`, `canceled oco-filled`, `restated 3 oco-filled`. */
  story(id: number): string[] {
    return this.reports.filter((report) => report.clientOrderId === id).map(describe)
  }

  /** Exchange times of the reports on one order. */
  times(id: number): number[] {
    return this.reports.filter((report) => report.clientOrderId === id).map((r) => r.exchangeTime)
  }
}

function describe(report: ExecutionReport): string {
  switch (report.kind) {
    case 'fill':
      return `fill ${report.lastQty}@${report.lastPrice} ${report.liquidity}`
    case 'restated':
      return `restated ${report.qty} ${report.reason}`
    case 'amended':
      return `amended ${report.qty}@${report.triggerPrice ?? report.price}`
    default:
      return 'reason' in report ? `${report.kind} ${report.reason}` : report.kind
  }
}

export function commandOf(clientOrderId: number, script: OrderScript): SubmitCommand {
  const request = requestOf(script)
  const { side, qty, type } = request
  const terms = termsOf(request)
  const given = 'timeInForce' in request ? request.timeInForce : undefined
  const timeInForce = given ?? (hasLimit(type) ? 'gtc' : terms?.expireTime === undefined ? 'ioc' : 'gtd')
  const postOnly = 'postOnly' in request && request.postOnly === true
  const price = 'price' in request ? request.price : undefined
  const ocoFilled = script.ocoFilled === undefined ? undefined : qtyLots(script.ocoFilled)
  return { clientOrderId, instrument: 0, side, qty, price, timeInForce, postOnly, terms, ocoFilled }
}

function requestOf({ price, qty, type = price === undefined ? 'market' : 'limit', ...rest }: OrderScript) {
  const base = { instrument: 0, side: rest.side, qty: qtyLots(qty), type }
  const times = rest.expireTime === undefined ? {} : { expireTime: timeUs(rest.expireTime) }
  const priced = price === undefined ? {} : { price: priceTicks(price) }
  const request: unknown = { ...rest, ...base, ...times, ...priced }
  return asRequest(request)
}

/** A script is written by hand beside the test; what it must look like is said by its type. */
const asRequest = (request: unknown): OrderRequest => request as OrderRequest

const ticks = (value: number | undefined): PriceTicks | undefined =>
  value === undefined ? undefined : priceTicks(value)

/** What every level of data can show: the touch, as [tick, lots], and prints. Levels behind it are not compared. */
export interface MarketStep {
  readonly at: number
  readonly bid?: readonly [number, number]
  readonly ask?: readonly [number, number]
  /** Of an aggressor: side, tick, lots. */
  readonly trade?: readonly ['buy' | 'sell', number, number]
}

/** The same market at one level of data. */
export function scriptRows(level: DataLevel, steps: readonly MarketStep[]): TapeRow[] {
  const rows: TapeRow[] = []
  let shown: { bid?: number; ask?: number } = {}
  for (const { at, bid, ask, trade: print } of steps) {
    if (level === 'l1' && (bid !== undefined || ask !== undefined)) rows.push(...quotes(at, bid, ask))
    if (level === 'l2' && (bid !== undefined || ask !== undefined)) {
      const gone = [
        ...(bid !== undefined && shown.bid !== undefined && shown.bid !== bid[0]
          ? [['bid', shown.bid, 0] as const]
          : []),
        ...(ask !== undefined && shown.ask !== undefined && shown.ask !== ask[0]
          ? [['ask', shown.ask, 0] as const]
          : []),
      ]
      const come = [
        ...(bid === undefined ? [] : [['bid', ...bid] as const]),
        ...(ask === undefined ? [] : [['ask', ...ask] as const]),
      ]
      rows.push(...depth(at, ...gone, ...come))
    }
    shown = { ...shown, ...(bid && { bid: bid[0] }), ...(ask && { ask: ask[0] }) }
    if (print !== undefined) rows.push(...trade(at, ...print))
  }
  return rows
}

function quotes(at: number, bid?: readonly [number, number], ask?: readonly [number, number]): TapeRow[] {
  const sides = [['buy', bid] as const, ['sell', ask] as const].flatMap(([side, quote]) =>
    quote === undefined ? [] : [{ side, quote }],
  )
  return sides.map(({ side, quote: [price, qty] }, index) => ({
    kind: rowKind.quote,
    side: sideCode[side],
    exchangeTime: at,
    receiveTime: at + feedUs,
    price,
    qty,
    isLast: index === sides.length - 1,
  }))
}
