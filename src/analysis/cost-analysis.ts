/** Transaction-cost analysis: one row per order group, shortfall with its parts, benchmarks, fills and markouts. */
import { moneyQuanta } from '../core/units.ts'
import { Instrument } from '../model/instrument.ts'
import type { Order } from '../model/order.ts'
import type { MarketSamples, RunRecord } from '../model/run-record.ts'
import { averageMid, midAt, tradedBetween } from './market-path.ts'
import { computeMarkouts, type Markout, signedBps } from './markouts.ts'
import { groupOrders, type OrderGroup } from './order-group.ts'
import { type ChildExecution, computeShortfall, type Shortfall, shortfallBps } from './shortfall.ts'

/** Prices in price units, quantities in base units. Undefined where a value does not exist. */
export interface OrderCost {
  readonly group: OrderGroup
  readonly qty: number
  readonly filledQty: number
  /** filledQty ÷ qty, 0–1. */
  readonly fillRatio: number
  /** Share of the filled quantity that added liquidity, 0–1. */
  readonly makerShare: number | undefined
  /** Mid when the parent was created; of the strategy's own orders the average over what was filled. */
  readonly arrivalPrice: number | undefined
  readonly averagePrice: number | undefined
  /** Quantity × arrival price in settlement currency: what the basis points are of. */
  readonly paperNotional: number | undefined
  /** Money in settlement currency, and basis points of quantity × arrival price; positive is a cost. */
  readonly shortfall: { readonly money: Shortfall; readonly bps: Shortfall } | undefined
  readonly benchmark: Benchmark
  /** From the group's start to its fills in microseconds, the average weighted by quantity. */
  readonly timeToFillUs: TimeToFill | undefined
  readonly markouts: readonly Markout[]
}

export interface Benchmark {
  /** Of the market between start and end of the group. */
  readonly vwap: number | undefined
  readonly twap: number | undefined
  /** Average price against it in basis points; positive is a cost. */
  readonly vsVwapBps: number | undefined
  readonly vsTwapBps: number | undefined
  /** Our filled quantity ÷ the market's volume over the same window. */
  readonly participationRate: number | undefined
}

export interface TimeToFill {
  readonly first: number
  readonly average: number
  readonly last: number
}

export function analyzeCosts(record: RunRecord): OrderCost[] {
  const instruments = record.instruments.map((spec) => new Instrument(spec))
  return groupOrders(record).flatMap((group) => {
    const instrument = instruments[group.instrument]
    return instrument === undefined
      ? []
      : analyzeGroup(group, { instrument, samples: record.market[group.instrument] })
  })
}

interface Market {
  readonly instrument: Instrument
  readonly samples: MarketSamples | undefined
}

function analyzeGroup(group: OrderGroup, market: Market): OrderCost {
  const { instrument, samples } = market
  const filled = group.fills.reduce((total, fill) => total + fill.qty, 0)
  const cost = group.fills.reduce((total, fill) => total + instrument.costOf(fill.price, fill.qty), 0)
  const maker = group.fills.reduce((total, fill) => total + (fill.liquidity === 'maker' ? fill.qty : 0), 0)
  const averagePrice = filled > 0 ? averageTicks(instrument, cost, filled) * instrument.tickSize : undefined
  const basis = costBasis(group, market)
  return {
    group,
    qty: group.qty * instrument.lotSize,
    filledQty: filled * instrument.lotSize,
    fillRatio: filled / group.qty,
    makerShare: filled > 0 ? maker / filled : undefined,
    arrivalPrice: basis && (basis.paperTickLots / basis.paperQty) * instrument.tickSize,
    averagePrice,
    paperNotional: basis && paperQuanta(basis, instrument) * instrument.settleQuantum,
    shortfall: basis && shortfallOf(group, basis, instrument),
    benchmark: benchmarkOf(group, averagePrice, market),
    timeToFillUs: timeToFillOf(group, filled),
    markouts: computeMarkouts(group.fills, samples, instrument.tickSize),
  }
}

/** The harmonic mean for an inverse contract. @param cost Σ `costOf` of the fills, as bought */
function averageTicks(instrument: Instrument, cost: number, qty: number): number {
  return instrument.isInverse ? (qty * instrument.quantaTicksPerLot) / -cost : cost / qty
}

/** What the paper portfolio would have traded, and the executions to hold against it. */
interface CostBasis {
  readonly children: readonly ChildExecution[]
  readonly paperQty: number
  /** Σ quantity × arrival mid, in tick·lots. */
  readonly paperTickLots: number
  readonly unfilledQty: number
  readonly arrivalMidTimes2: number
  readonly endMidTimes2: number
}

/** Undefined when a price is missing that a part of the shortfall needs. */
function costBasis(group: OrderGroup, market: Market): CostBasis | undefined {
  const children = executionsOf(group, market)
  if (children === undefined) return undefined
  if (group.parentOrderId === undefined) {
    const paperQty = children.reduce((total, child) => total + child.qty, 0)
    const paper = children.reduce((total, child) => total + (child.arrivalMidTimes2 * child.qty) / 2, 0)
    const nothingLeft = { unfilledQty: 0, arrivalMidTimes2: 0, endMidTimes2: 0 }
    return paperQty > 0 ? { children, paperQty, paperTickLots: paper, ...nothingLeft } : undefined
  }
  const arrivalMidTimes2 = group.arrivalMidTimes2
  const unfilledQty = group.qty - children.reduce((total, child) => total + child.qty, 0)
  const endMidTimes2 = unfilledQty === 0 ? arrivalMidTimes2 : sampledMidTimes2(market, group.endTime)
  if (arrivalMidTimes2 === undefined || endMidTimes2 === undefined) return undefined
  const paperTickLots = (group.qty * arrivalMidTimes2) / 2
  return { children, paperQty: group.qty, paperTickLots, unfilledQty, arrivalMidTimes2, endMidTimes2 }
}

function executionsOf(group: OrderGroup, market: Market): ChildExecution[] | undefined {
  const children = new Map<number, { order: Order; qty: number; cost: number }>()
  for (const order of group.orders) children.set(order.clientOrderId, { order, qty: 0, cost: 0 })
  for (const fill of group.fills) {
    const child = children.get(fill.clientOrderId)
    if (child === undefined) continue
    child.qty += fill.qty
    child.cost += market.instrument.costOf(fill.price, fill.qty)
  }
  const executions: ChildExecution[] = []
  for (const { order, qty, cost } of children.values()) {
    if (qty === 0) continue
    const sendMidTimes2 = order.arrivalMidTimes2 ?? sampledMidTimes2(market, order.createdAt)
    const arrivalMidTimes2 = group.parentOrderId === undefined ? sendMidTimes2 : group.arrivalMidTimes2
    if (sendMidTimes2 === undefined || arrivalMidTimes2 === undefined) return undefined
    executions.push({ qty, cost, sendMidTimes2, arrivalMidTimes2 })
  }
  return executions
}

function sampledMidTimes2({ instrument, samples }: Market, time: number): number | undefined {
  const mid = samples && midAt(samples, time)
  return mid === undefined ? undefined : Math.round((2 * mid) / instrument.tickSize)
}

function shortfallOf(group: OrderGroup, basis: CostBasis, instrument: Instrument): OrderCost['shortfall'] {
  const { children, unfilledQty: qty, arrivalMidTimes2, endMidTimes2 } = basis
  const fees = moneyQuanta(group.fills.reduce((total, fill) => total + fill.fee, 0))
  const unfilled = { qty, arrivalMidTimes2, endMidTimes2 }
  const quanta = computeShortfall({ instrument, side: group.side, children, fees, unfilled })
  const money = {
    spread: quanta.spread * instrument.settleQuantum,
    timing: quanta.timing * instrument.settleQuantum,
    fees: quanta.fees * instrument.settleQuantum,
    opportunity: quanta.opportunity * instrument.settleQuantum,
    total: quanta.total * instrument.settleQuantum,
  }
  return { money, bps: shortfallBps(quanta, paperQuanta(basis, instrument)) }
}

/** At the average arrival price, which for an inverse contract is as good as each at its own. */
function paperQuanta({ paperTickLots, paperQty }: CostBasis, instrument: Instrument): number {
  if (!instrument.isInverse) return paperTickLots * instrument.quantaPerTickLot
  return (paperQty * paperQty * instrument.quantaTicksPerLot) / paperTickLots
}

function benchmarkOf(
  group: OrderGroup,
  price: number | undefined,
  { instrument, samples }: Market,
): Benchmark {
  if (samples === undefined || samples.time.length === 0) return noBenchmark
  const volume = tradedBetween(samples, group.startTime, group.endTime)
  const vwap = volume.qty > 0 ? volume.notional / volume.qty : undefined
  const twap = averageMid(samples, group.startTime, group.endTime)
  const filled = group.fills.reduce((total, fill) => total + fill.qty, 0) * instrument.lotSize
  const against = (base: number | undefined): number | undefined =>
    price === undefined || base === undefined ? undefined : signedBps(group.side, price, base)
  return {
    vwap,
    twap,
    vsVwapBps: against(vwap),
    vsTwapBps: against(twap),
    participationRate: volume.qty > 0 ? filled / volume.qty : undefined,
  }
}

const noBenchmark: Benchmark = {
  vwap: undefined,
  twap: undefined,
  vsVwapBps: undefined,
  vsTwapBps: undefined,
  participationRate: undefined,
}

/** The strategy's own orders have no common start, so each fill counts from the creation of its own order. */
function timeToFillOf(group: OrderGroup, filledQty: number): TimeToFill | undefined {
  if (filledQty === 0) return undefined
  const createdAt = new Map(group.orders.map((order) => [order.clientOrderId, order.createdAt]))
  let first = Number.POSITIVE_INFINITY
  let last = 0
  let weighted = 0
  for (const fill of group.fills) {
    const start = group.parentOrderId === undefined ? createdAt.get(fill.clientOrderId) : group.startTime
    const elapsed = fill.time - (start ?? group.startTime)
    first = Math.min(first, elapsed)
    last = Math.max(last, elapsed)
    weighted += elapsed * fill.qty
  }
  return { first, average: weighted / filledQty, last }
}
