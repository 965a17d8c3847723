/**
 * A small exchange in memory with bad manners: it answers late, out of order and twice, fills before it accepts, and
 * loses some orders. It decides by counting what it is asked and by its own random stream, and knows the truth.
 */
import { createPrng, type Prng } from '../../src/core/prng.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type {
  AmendCommand,
  CancelCommand,
  ExecutionReport,
  SubmitCommand,
} from '../../src/model/execution-report.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import { oppositeOf, type ReasonCode, type Side, signOf } from '../../src/model/order.ts'
import { type RowKind, rowKind, type SideCode, sideCode } from '../../src/model/tape.ts'

interface StubOrder {
  readonly id: number
  readonly side: Side
  price: number
  qty: number
  cumQty: number
  isLive: boolean
  /** How it ended, unless it was filled. */
  end?: ReportDetail
}

/** What really happened. */
export interface StubTruth {
  /** Signed lots. */
  position: number
  trades: number
  /** Fills that were told a second time. */
  duplicates: number
  /** Fills told before the order was accepted. */
  early: number
  /** Orders that were lost on the way: no answer ever. */
  lost: number
  submits: number
  amends: number
  cancels: number
}

export interface StubOutput {
  /** One message of market data; the last row is marked. */
  market(rows: readonly MarketRow[]): void
  /** @param delayMs to wait before it leaves; the next one may overtake it */
  report(report: ExecutionReport, delayMs: number): void
}

const depthLevels = 3
const delayMsMax = 4

export class StubExchange {
  readonly truth: StubTruth = {
    position: 0,
    trades: 0,
    duplicates: 0,
    early: 0,
    lost: 0,
    submits: 0,
    amends: 0,
    cancels: 0,
  }
  /** For a while: every order arrives. */
  losesNothing = false
  private readonly output: StubOutput
  private readonly random: Prng
  private readonly orders = new Map<number, StubOrder>()
  private readonly displayed = { buy: new Map<number, number>(), sell: new Map<number, number>() }
  private bid = 600_000
  private time = 1_700_000_000_000_000
  private messages = 0
  private isSnapshotDue = true
  private readonly fills: ExecutionReport[] = []

  constructor(output: StubOutput, seed: number) {
    this.output = output
    this.random = createPrng(seed, 'stub-exchange')
  }

  submit(command: SubmitCommand): void {
    const count = this.truth.submits++
    if (count % 11 === 10 && !this.losesNothing) {
      this.truth.lost++
      return
    }
    const { clientOrderId: id, side, qty, price = this.touch(oppositeOf(side)) } = command
    const order: StubOrder = { id, side, price, qty, cumQty: 0, isLive: true }
    this.orders.set(id, order)
    const takes = signOf(side) * (price - this.touch(oppositeOf(side))) >= 0
    if (takes && command.postOnly) this.over(order, 'rejected', 'post-only-would-take')
    else if (takes) this.take(order, count % 5 === 2)
    else {
      this.tell(order, { kind: 'accepted' })
      if (command.timeInForce !== 'gtc') this.over(order, 'expired', 'not-marketable')
    }
  }

  /** Fills the order whole, in two parts. */
  private take(order: StubOrder, isEarly: boolean): void {
    const { qty } = order
    if (isEarly) this.truth.early++
    this.tell(order, { kind: 'accepted' }, isEarly ? 3 * delayMsMax : undefined)
    const first = Math.ceil(qty / 2)
    this.fill(order, first, 'taker', isEarly ? 0 : undefined)
    if (first < qty) this.fill(order, qty - first, 'taker')
  }

  amend({ clientOrderId, price, qty }: AmendCommand): void {
    this.truth.amends++
    const order = this.orders.get(clientOrderId)
    const total = qty ?? order?.qty ?? 0
    if (order === undefined || !order.isLive) this.refuse(clientOrderId, 'amend-rejected')
    else if (total <= order.cumQty) this.over(order, 'canceled', 'amended-below-filled')
    else {
      order.price = price ?? order.price
      order.qty = total
      this.tell(order, { kind: 'amended', price, qty: qtyLots(total) })
    }
  }

  cancel({ clientOrderId }: CancelCommand): void {
    this.truth.cancels++
    const order = this.orders.get(clientOrderId)
    if (order?.isLive) this.over(order, 'canceled', 'canceled-by-strategy')
    else this.refuse(clientOrderId, 'cancel-rejected')
  }

  /** Ids of the orders that work. */
  get live(): number[] {
    return [...this.orders.values()].filter(({ isLive }) => isLive).map(({ id }) => id)
  }

  /** Tells all that is known of an order once more: its fills, its terms, and its end if it had one. */
  query(id: number): void {
    const order = this.orders.get(id)
    if (order === undefined) {
      this.tell({ id, cumQty: 0 }, { kind: 'rejected', reason: 'never-sent' })
      return
    }
    for (const fill of this.fills) if (fill.clientOrderId === id) this.output.report(fill, this.delay())
    if (order.end !== undefined) this.tell(order, order.end)
    else {
      this.tell(order, { kind: 'accepted' })
      this.tell(order, { kind: 'amended', price: priceTicks(order.price), qty: qtyLots(order.qty) })
    }
  }

  /** Somebody new listens: the next message is a snapshot. */
  showWhole(): void {
    this.isSnapshotDue = true
  }

  /** The market moves by one message, and own orders that it meets are filled. */
  step(): void {
    this.time += 1000
    this.messages++
    this.bid += this.random.nextInt(3) - 1
    const rows = this.bookRows()
    if (this.messages % 4 === 0) {
      const side = this.random.nextInt(2) === 0 ? sideCode.buy : sideCode.sell
      const price = side === sideCode.buy ? this.bid + 1 : this.bid
      rows.unshift(this.row(rowKind.trade, side, price, 1 + this.random.nextInt(9)))
    }
    this.output.market(rows.map((row, index) => ({ ...row, isLast: index === rows.length - 1 })))
    for (const order of this.orders.values()) this.meet(order)
  }

  private meet(order: StubOrder): void {
    if (!order.isLive) return
    const away = signOf(order.side) * (this.touch(oppositeOf(order.side)) - order.price)
    const left = order.qty - order.cumQty
    if (away <= 0) this.fill(order, left, 'maker')
    else if (away === 1 && this.random.nextInt(3) === 0) {
      this.fill(order, 1 + this.random.nextInt(left), 'maker')
    }
  }

  private touch(side: Side): number {
    return side === 'buy' ? this.bid : this.bid + 1
  }

  /** The first message is a snapshot, the others say what has changed. */
  private bookRows(): MarketRow[] {
    const isFirst = this.isSnapshotDue
    this.isSnapshotDue = false
    if (isFirst) for (const side of ['buy', 'sell'] as const) this.displayed[side].clear()
    const rows = isFirst ? [this.row(rowKind.clear, sideCode.buy, 0, 0)] : []
    const kind = isFirst ? rowKind.snapshot : rowKind.depth
    for (const side of ['buy', 'sell'] as const) {
      const wanted = new Map<number, number>()
      for (let level = 0; level < depthLevels; level++) {
        wanted.set(this.touch(side) - signOf(side) * level, 5 + this.random.nextInt(20))
      }
      for (const price of this.displayed[side].keys()) {
        if (!wanted.has(price)) rows.push(this.row(kind, sideCode[side], price, 0))
      }
      for (const [price, lots] of wanted) rows.push(this.row(kind, sideCode[side], price, lots))
      this.displayed[side] = wanted
    }
    return rows
  }

  private row(kind: RowKind, side: SideCode, price: number, qty: number): MarketRow {
    return { kind, side, exchangeTime: timeUs(this.time), price, qty, isLast: false }
  }

  private fill(order: StubOrder, lots: number, liquidity: 'maker' | 'taker', delayMs?: number): void {
    order.cumQty += lots
    if (order.cumQty === order.qty) order.isLive = false
    this.truth.position += signOf(order.side) * lots
    const tradeId = ++this.truth.trades
    const lastPrice = priceTicks(liquidity === 'taker' ? this.touch(oppositeOf(order.side)) : order.price)
    const fill = { kind: 'fill', tradeId, lastPrice, lastQty: qtyLots(lots), liquidity } as const
    this.tell(order, fill, delayMs)
    if (tradeId % 3 !== 0) return
    this.truth.duplicates++
    this.tell(order, fill)
  }

  private over(order: StubOrder, kind: 'rejected' | 'canceled' | 'expired', reason: ReasonCode): void {
    order.isLive = false
    const end = { kind, reason }
    order.end = end
    this.tell(order, end)
  }

  private refuse(id: number, kind: 'amend-rejected' | 'cancel-rejected'): void {
    const cumQty = this.orders.get(id)?.cumQty ?? 0
    this.tell({ id, cumQty }, { kind, reason: 'unknown-order' })
  }

  private tell(order: Pick<StubOrder, 'id' | 'cumQty'>, what: ReportDetail, delayMs?: number): void {
    const base = {
      clientOrderId: order.id,
      instrument: 0,
      exchangeTime: timeUs(++this.time),
      cumQty: qtyLots(order.cumQty),
    }
    const report: ExecutionReport = { ...base, ...what }
    if (report.kind === 'fill') this.fills.push(report)
    this.output.report(report, delayMs ?? this.delay())
  }

  private delay(): number {
    return this.random.nextInt(delayMsMax + 1)
  }
}

type DistributiveOmit<T, Keys extends PropertyKey> = T extends unknown ? Omit<T, Keys> : never
type ReportDetail = DistributiveOmit<
  ExecutionReport,
  'clientOrderId' | 'instrument' | 'exchangeTime' | 'cumQty'
>
