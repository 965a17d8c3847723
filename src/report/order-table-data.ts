/** Orders and fills as packed columns for the client's tables and the marks in the price chart. */
import { priceTicks } from '../core/units.ts'
import { Instrument } from '../model/instrument.ts'
import type { Order, TriggerTerms } from '../model/order.ts'
import type { RunRecord } from '../model/run-record.ts'
import { packColumn, packTexts } from './packed-column.ts'

/** More than this and a browser needs seconds to open the file; the journal and `--fills` have them all. */
export const maxTableRows = 100_000

/** Times in microseconds since the epoch, prices in ticks, quantities in lots, money in quanta. */
export function orderTableData(record: RunRecord) {
  const orders = withinLimit(record.orders)
  const instruments = record.instruments.map((spec) => new Instrument(spec))
  const column = (read: (order: Order) => number | undefined) => packColumn(orders.map(read))
  return {
    total: record.orders.length,
    id: column((order) => order.clientOrderId),
    parent: column((order) => order.parentOrderId),
    instrument: column((order) => order.instrument),
    side: packTexts(orders.map((order) => order.side)),
    type: packTexts(orders.map((order) => typeText(order, instruments[order.instrument]))),
    price: column((order) => order.price),
    qty: column((order) => order.qty),
    cumQty: column((order) => order.cumQty),
    // In hundredths of a tick; 0 without a fill.
    averagePrice: column((order) =>
      order.cumQty > 0 ? Math.round((order.cumNotional * 100) / order.cumQty) : 0,
    ),
    state: packTexts(orders.map((order) => order.state.kind)),
    reason: packTexts(orders.map(reasonText)),
    created: column((order) => order.createdAt),
    // From creation, which is shorter than the time of day.
    accepted: column((order) => order.acceptedAt && order.acceptedAt - order.createdAt),
    done: column((order) => order.doneAt && order.doneAt - order.createdAt),
    tag: packTexts(orders.map((order) => order.tag ?? '')),
  }
}

export function fillTableData(record: RunRecord) {
  const fills = record.fills.slice(0, maxTableRows)
  return {
    total: record.fills.length,
    time: packColumn(fills.map((fill) => fill.time)),
    exchangeTime: packColumn(fills.map((fill) => fill.exchangeTime - fill.time)),
    order: packColumn(fills.map((fill) => fill.clientOrderId)),
    parent: packColumn(fills.map((fill) => fill.parentOrderId)),
    instrument: packColumn(fills.map((fill) => fill.instrument)),
    side: packTexts(fills.map((fill) => fill.side)),
    price: packColumn(fills.map((fill) => fill.price)),
    qty: packColumn(fills.map((fill) => fill.qty)),
    liquidity: packTexts(fills.map((fill) => fill.liquidity)),
    fee: fills.map((fill) => feeOf(fill.fee, record.instruments[fill.instrument]?.settleQuantum)),
  }
}

/** In settlement currency, to eight digits: what is shown. */
function feeOf(quanta: number, settleQuantum: string | undefined): number {
  return Number((quanta * Number(settleQuantum ?? 0)).toPrecision(8))
}

/** Orders that filled or were refused go first into the limit, then the others in order of time. */
function withinLimit(orders: readonly Order[]): readonly Order[] {
  if (orders.length <= maxTableRows) return orders
  const isNotable = (order: Order): boolean =>
    order.cumQty > 0 || order.state.kind === 'denied' || order.state.kind === 'rejected'
  const chosen = new Set(orders.filter(isNotable).slice(0, maxTableRows))
  for (const order of orders) {
    if (chosen.size === maxTableRows) break
    chosen.add(order)
  }
  return orders.filter((order) => chosen.has(order))
}

function typeText(order: Order, instrument: Instrument | undefined): string {
  const { terms, price, postOnly, reduceOnly, timeInForce, triggerPrice } = order
  const words = [
    order.type,
    triggerPrice === undefined ? '' : `at ${tickText(triggerPrice, instrument)}`,
    trailingText(terms?.trigger, instrument),
    price === undefined ? '' : timeInForce,
    postOnly ? 'post-only' : '',
    reduceOnly ? 'reduce-only' : '',
    terms?.displayQty === undefined ? '' : 'iceberg',
    terms?.exitOf === undefined ? '' : `exit of ${terms.exitOf}`,
    terms?.ocoWith === undefined ? '' : `or ${terms.ocoWith}`,
  ]
  return words.filter((word) => word !== '').join(' ')
}

function trailingText(trigger: TriggerTerms | undefined, instrument: Instrument | undefined): string {
  if (trigger?.kind !== 'trailing-stop') return ''
  const from = trigger.activation === undefined ? '' : ` from ${tickText(trigger.activation, instrument)}`
  return (trigger.isBps ? `by ${trigger.offset} bps` : `by ${tickText(trigger.offset, instrument)}`) + from
}

function tickText(tick: number, instrument: Instrument | undefined): string {
  return instrument === undefined ? `${tick} ticks` : instrument.formatPrice(priceTicks(tick))
}

function reasonText({ state }: Order): string {
  if (state.kind === 'denied') return state.rule
  return 'reason' in state ? state.reason : ''
}
