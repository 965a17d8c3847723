/**
 * Random mixes of every order type on a random market: whatever happens, the promises of docs/ORDERS.md hold. Judged by
 * commands and reports alone. The seed is in the title.
 */
import { describe, expect, it } from 'vitest'
import { createPrng, type Prng } from '../../src/core/prng.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import { type DataLevel, hasBook } from '../../src/model/tape.ts'
import { type BarScript, barRows } from '../support/bar-rows.ts'
import { isTrade, randomMarket } from '../support/random-market.ts'
import { randomOrderRows } from '../support/random-orders.ts'
import { commandOf, type OrderScript, type VenueSession } from './harness.ts'
import { replayHarness } from './replay-harness.ts'

const start = 1_000_000
const mid = 600_000

const types = [
  'market',
  'limit',
  'limit',
  'limit',
  'stop',
  'stop-limit',
  'take-profit',
  'take-profit-limit',
  'trailing-stop',
] as const
const modes = ['cancel-newest', 'cancel-oldest', 'cancel-both', 'decrement'] as const

class Mix {
  readonly orders = new Map<number, OrderScript>()
  /** Pairs of ids of which one cancels the other. */
  readonly pairs: [number, number][] = []
  private readonly random: Prng
  private lastId = 0

  constructor(seed: number) {
    this.random = createPrng(seed, 'random-orders')
  }

  act(session: VenueSession, time: number): void {
    const { random } = this
    const kind = random.nextInt(10)
    const id = 1 + random.nextInt(Math.max(1, this.lastId))
    const order = this.orders.get(id)
    if (kind < 5 || order === undefined) this.submit(session, this.order(time))
    else if (kind === 5) this.pair(session, time)
    else if (kind === 6) this.bracket(session, time)
    else if (kind === 7) session.cancel({ clientOrderId: id, instrument: 0 })
    else this.amend(session, id, order)
  }

  private submit(session: VenueSession, order: OrderScript): number {
    const id = ++this.lastId
    this.orders.set(id, order)
    session.submit(commandOf(id, order))
    return id
  }

  private pair(session: VenueSession, time: number): void {
    const { selfTradePrevention: _, ...one } = this.order(time)
    const first = this.submit(session, one)
    const other = { ...this.order(time), side: one.side, qty: one.qty }
    this.pairs.push([first, this.submit(session, { ...other, ocoWith: first })])
  }

  private bracket(session: VenueSession, time: number): void {
    const entry = this.order(time)
    const isBuy = entry.side === 'buy'
    const exit = { side: isBuy ? 'sell' : 'buy', qty: entry.qty, exitOf: this.lastId + 3 } as const
    const away = 2 + this.random.nextInt(8)
    const stopPrice = mid + (isBuy ? -away : away)
    const stop = this.submit(session, { ...exit, type: 'stop', triggerPrice: stopPrice })
    const profit = this.submit(session, { ...exit, price: mid + (isBuy ? away : -away), ocoWith: stop })
    this.submit(session, entry)
    this.pairs.push([stop, profit])
  }

  private amend(session: VenueSession, id: number, order: OrderScript): void {
    const price = order.price === undefined ? {} : { price: this.price() }
    const triggerPrice = order.triggerPrice === undefined ? {} : { triggerPrice: this.price() }
    const changed = { ...order, ...price, ...triggerPrice, qty: 1 + this.random.nextInt(9) }
    const isPaired = this.pairs.some((pair) => pair.includes(id))
    const { qty } = isPaired ? order : changed
    const command = commandOf(id, { ...changed, qty })
    const trigger = command.terms?.trigger
    session.amend({
      clientOrderId: id,
      instrument: 0,
      price: command.price,
      qty: command.qty,
      ...(trigger === undefined || trigger.kind === 'trailing-stop' ? {} : { triggerPrice: trigger.price }),
    })
  }

  private order(time: number): OrderScript {
    const { random } = this
    const pick = <T>(values: readonly T[]): T | undefined => values[random.nextInt(values.length)]
    const type = pick(types) ?? 'market'
    const qty = 1 + random.nextInt(9)
    const isLimit = type === 'limit' || type.endsWith('-limit')
    const expires = type !== 'market' && random.nextInt(5) === 0
    const timeInForce = expires ? 'gtd' : (pick(['gtc', 'gtc', 'gtc', 'ioc', 'fok'] as const) ?? 'gtc')
    const mode = random.nextInt(3) === 0 ? pick(modes) : undefined
    return {
      side: random.nextInt(2) === 0 ? 'buy' : 'sell',
      qty,
      type,
      ...(isLimit ? { price: this.price(), timeInForce } : {}),
      ...(isLimit && random.nextInt(4) === 0 ? { postOnly: true } : {}),
      ...(expires ? { expireTime: time + 1 + random.nextInt(900_000) } : {}),
      ...(type === 'limit' && qty > 2 && random.nextInt(3) === 0 ? { displayQty: 2 } : {}),
      ...(type === 'trailing-stop' ? { trailingTicks: 1 + random.nextInt(6) } : {}),
      ...(type.startsWith('stop') || type.startsWith('take') ? { triggerPrice: this.price() } : {}),
      ...(type.startsWith('stop') && random.nextInt(3) === 0 ? { triggerSource: 'touch' } : {}),
      ...(random.nextInt(3) === 0 ? { reduceOnly: true } : {}),
      ...(mode === undefined ? {} : { selfTradePrevention: mode }),
    }
  }

  private price(): number {
    return mid - 8 + this.random.nextInt(17)
  }
}

/** Follows the reports in the order in which the venue made them, and throws at the first broken promise. */
class Promises {
  fills = 0
  triggers = 0
  private readonly mix: Mix
  private readonly isBook: boolean
  private readonly qty = new Map<number, number>()
  private readonly filled = new Map<number, number>()
  /** Limit prices of orders that may rest, by id. */
  private readonly resting = new Map<number, number>()
  private readonly over = new Set<number>()
  private position = 0
  private lastTime = 0

  /** @param isBook without one, two orders may wait for prints on either side: neither is in the other's way */
  constructor(mix: Mix, isBook: boolean) {
    this.mix = mix
    this.isBook = isBook
  }

  follow(report: ExecutionReport): void {
    const { clientOrderId: id, kind, exchangeTime } = report
    expect(exchangeTime, 'reports in order of time').toBeGreaterThanOrEqual(this.lastTime)
    this.lastTime = exchangeTime
    if (kind === 'cancel-rejected' || kind === 'amend-rejected') return
    expect(this.over.has(id), `order ${id} is over, but: ${kind}`).toBe(false)
    const order = this.mix.orders.get(id)
    if (order === undefined) throw new Error(`no order ${id}`)
    if (kind === 'accepted') this.qty.set(id, order.qty)
    if (kind === 'restated' || kind === 'amended') this.qty.set(id, report.qty)
    const isInside = order.exitOf !== undefined || order.triggerPrice !== undefined
    if (kind === 'accepted' && !isInside && order.price !== undefined) this.resting.set(id, order.price)
    if (kind === 'amended' && this.resting.has(id)) this.resting.set(id, report.price ?? 0)
    if (kind === 'fill') this.fill(report, order)
    if (kind === 'triggered') this.triggers++
    if (kind === 'canceled' || kind === 'expired' || kind === 'rejected') this.end(id)
    expect(report.cumQty, `filled of order ${id}`).toBe(this.filled.get(id) ?? 0)
  }

  private fill({ clientOrderId: id, lastQty, lastPrice, liquidity }: FillReport, order: OrderScript): void {
    this.fills++
    const sum = (this.filled.get(id) ?? 0) + lastQty
    const qty = this.qty.get(id) ?? 0
    this.filled.set(id, sum)
    expect(sum, `filled of order ${id}`).toBeLessThanOrEqual(qty)
    const sign = order.side === 'buy' ? 1 : -1
    if (order.reduceOnly || order.exitOf !== undefined) {
      expect(-sign * this.position, `position that order ${id} reduces`).toBeGreaterThanOrEqual(lastQty)
    }
    this.position += sign * lastQty
    if (liquidity === 'taker' && this.isBook) this.checkOwn(id, sign, lastPrice)
    if (sum === qty) this.end(id)
  }

  /** No order of ours on the other side had the better price: it would have been traded with first. */
  private checkOwn(id: number, sign: number, price: number): void {
    for (const [other, limit] of this.resting) {
      const order = this.mix.orders.get(other)
      if (other === id || order === undefined || (order.side === 'buy' ? 1 : -1) === sign) continue
      expect(sign * limit, `price of own order ${other}, met by ${id}`).toBeGreaterThanOrEqual(sign * price)
    }
  }

  private end(id: number): void {
    this.over.add(id)
    this.resting.delete(id)
  }

  checkPairs(): void {
    for (const [one, other] of this.mix.pairs) {
      const sum = (this.filled.get(one) ?? 0) + (this.filled.get(other) ?? 0)
      const { exitOf, qty = 0 } = this.mix.orders.get(one) ?? {}
      const most = exitOf === undefined ? qty : (this.filled.get(exitOf) ?? 0)
      expect(sum, `pair ${one}, ${other}`).toBeLessThanOrEqual(most)
    }
  }
}

type FillReport = Extract<ExecutionReport, { readonly kind: 'fill' }>

const seeds = Array.from({ length: 12 }, (_, index) => index + 1)
const levels: readonly DataLevel[] = ['l3', 'l2', 'trades', 'bars']

/** Steps of 0 to 3 µs are stretched, so that several rows share an instant. */
function rowsOf(level: DataLevel, seed: number): readonly TapeRow[] {
  const all = () => randomMarket({ seed, messages: 600, start, gapUs: 20_000 })
  if (level === 'l2') return all()
  if (level === 'trades') return all().filter(isTrade)
  const random = createPrng(seed, 'market')
  if (level === 'bars') return barRows(randomBars(random), 6, 80_000)
  return randomOrderRows(random, 900).map((row) => {
    const exchangeTime = start + (row.exchangeTime - 100) * 9_000
    return { ...row, exchangeTime, receiveTime: exchangeTime + 10, price: (row.price ?? 0) + mid - 1000 }
  })
}

function randomBars(random: Prng): BarScript[] {
  let close = mid
  return Array.from({ length: 150 }, () => {
    const open = close + random.nextInt(3) - 1
    close = Math.min(mid + 8, Math.max(mid - 8, open + random.nextInt(9) - 4))
    return [open, Math.max(open, close) + random.nextInt(4), Math.min(open, close) - random.nextInt(4), close]
  })
}

describe.each(levels)('random orders on %s data', (level) => {
  it.each(seeds)('break no promise, seed %i', (seed) => {
    const rows = rowsOf(level, seed)
    const session = replayHarness.open({ level, rows, selfTradePrevention: 'cancel-newest' })
    const mix = new Mix(seed)
    const end = rows.at(-1)?.exchangeTime ?? 0
    for (let time = start + 50_000; time < end; time += 15_000) {
      session.runTo(time)
      mix.act(session, time)
    }
    session.runTo(end + 1_000_000)
    const promises = new Promises(mix, hasBook(level))
    for (const report of session.reports) promises.follow(report)
    promises.checkPairs()
    expect(promises.fills).toBeGreaterThan(50)
    // Single orders come and go around one price: their market moves little.
    expect(promises.triggers).toBeGreaterThan(level === 'l3' ? 0 : 5)
  })
})
