/** The end of `sim run` on a terminal: what happened, in a dozen lines, and a verdict in words. */
import { parseDecimal } from '../core/decimal.ts'
import type { Order } from '../model/order.ts'
import type { RunRecord } from '../model/run-record.ts'

/** Each entry is a label and a text. */
export type SummaryRow = readonly [label: string, text: string]

export function summaryRows(record: RunRecord): SummaryRow[] {
  const { summary, instruments, facts } = record
  const currency = instruments[0]?.settleCurrency ?? ''
  const [first] = facts
  const span = first === undefined ? '' : ` from ${isoTime(first.firstTime)}, ${seconds(summary.spanUs)} s`
  const names = instruments.map(({ id, venue }) => `${id} (${venue})`).join(', ')
  const pnl = parseDecimal(summary.equity).minus(summary.initialBalance).toFixed()
  return [
    ['market', `${names}, ${record.level}${span}, ${grouped(String(summary.rows))} rows`],
    ...(summary.isSynthetic ? [['', 'generated data: not a real market'] as const] : []),
    ['orders', describeOrders(record.orders)],
    ['fills', grouped(String(summary.fills))],
    ['position', Object.entries(summary.position).map(describePosition).join(', ')],
    [
      'PnL',
      `${money(pnl)} ${currency}: realized ${money(summary.realizedPnl)}, unrealized ${money(summary.unrealizedPnl)},` +
        ` fees ${money(summary.fees)}${summary.funding === undefined ? '' : `, funding ${money(summary.funding)}`}`,
    ],
    ...baseFeeRows(summary),
    ...liquidationRows(record),
    ['equity', `${money(summary.equity)} ${currency}, of ${money(summary.initialBalance)} at the start`],
    ...bandRows(summary, currency),
    [
      'speed',
      `${grouped(String(Math.round(summary.rowsPerSecond)))} rows/s, ${seconds(summary.wallMs * 1000)} s`,
    ],
    ['fingerprint', summary.fingerprint],
    ['verdict', verdictOf(record)],
  ]
}

function baseFeeRows({ baseFees = {} }: RunRecord['summary']): SummaryRow[] {
  return Object.entries(baseFees).map(([id, { currency, paid, dust }]) => [
    'fees kept',
    `${paid} ${currency} of what ${id} bought, part of the fees; ${dust} below one lot is held`,
  ])
}

function liquidationRows({ summary, accountReports, instruments }: RunRecord): SummaryRow[] {
  if (summary.liquidations === undefined || summary.liquidations === 0) return []
  const insured = accountReports.filter((report) => report.kind === 'liquidation' && report.isInsured).length
  const first = accountReports.find(({ kind }) => kind === 'liquidation')
  const id = instruments[first?.instrument ?? 0]?.id ?? ''
  const rest = insured === 0 ? '' : `, ${grouped(String(insured))} of them to the insurance fund`
  const since = first === undefined ? '' : ` of ${id} from ${isoTime(first.exchangeTime)}`
  return [['liquidated', `${grouped(String(summary.liquidations))} closing trades${since}${rest}`]]
}

function bandRows({ band }: RunRecord['summary'], currency: string): SummaryRow[] {
  if (band === undefined) return []
  const { pessimistic, optimistic, ambiguousBars } = band
  const none = 'no bar held both a stop and a target'
  const text =
    ambiguousBars === 0
      ? none
      : `equity ${money(pessimistic)} to ${money(optimistic)} ${currency}: the stop or the target first in` +
        ` ${grouped(String(ambiguousBars))} ambiguous bars`
  return [['band', text]]
}

export function renderRows(rows: readonly SummaryRow[]): string {
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 2
  return rows.map(([label, text]) => `${label.padEnd(width)}${text}`.trimEnd()).join('\n')
}

/** The one sentence a user reads. */
export function verdictOf({ summary, orders, parents }: RunRecord): string {
  const partial = summary.isPartial ? 'INTERRUPTED: these figures cover only the time until then. ' : ''
  const guard =
    summary.riskState === 'active' ? '' : ` The risk guard ended ${summary.riskState.toUpperCase()}.`
  const isLiquidated = (summary.liquidations ?? 0) > 0
  const margin = isLiquidated ? 'LIQUIDATED: the margin ran out and the venue closed the position. ' : ''
  return partial + margin + describeOutcome({ orders, parents, fills: summary.fills }) + guard
}

function describeOutcome({
  orders,
  parents,
  fills,
}: { fills: number } & Pick<RunRecord, 'orders' | 'parents'>) {
  if (orders.length === 0) return `No order was sent${describeIdleGoals(parents)}.`
  if (fills === 0) return `Nothing filled: ${describeRefusals(orders) || 'all orders were still working'}.`
  const unfinished = parents.filter(({ state }) => state.kind !== 'filled')
  if (parents.length > 0) return `${describeGoals(parents, unfinished)}${describeStumbles(orders)}.`
  const refusals = describeRefusals(orders)
  return refusals === ''
    ? 'Every order filled or was canceled on purpose.'
    : `Refused or left over: ${refusals}.`
}

/** Why goals ended that found nothing to do: a share of volume without prints, a peg without quotes. */
function describeIdleGoals(parents: RunRecord['parents']): string {
  const reasons = parents.flatMap(({ state }) => (state.kind === 'done' ? [state.reason] : []))
  const ends = [...countBy(reasons)].map(([reason, count]) => `${grouped(String(count))} × ${reason}`)
  return ends.length === 0 ? '' : `; goals ended ${ends.join(', ')}`
}

function describeGoals(parents: RunRecord['parents'], unfinished: RunRecord['parents']): string {
  if (unfinished.length === 0) {
    return parents.length === 1 ? 'Filled whole' : `All ${parents.length} goals filled whole`
  }
  const share = Math.min(...unfinished.map(({ cumQty, qty }) => cumQty / qty))
  return `${unfinished.length} of ${parents.length} goals not filled whole; the least to ${(share * 100).toFixed(1)} %`
}

/** Orders that were refused although the goal may have been reached: a limit or a rule stood in the way. */
function describeStumbles(orders: readonly Order[]): string {
  const refused = orders.filter(({ state }) => state.kind === 'denied' || state.kind === 'rejected')
  return refused.length === 0 ? '' : `; on the way ${describeRefusals(refused)}`
}

function describeOrders(orders: readonly Order[]): string {
  const states = countBy(orders.map(({ state }) => state.kind))
  const parts = [...states].map(([kind, count]) => `${grouped(String(count))} ${kind}`)
  return parts.length === 0 ? '0' : `${grouped(String(orders.length))}: ${parts.join(', ')}`
}

/** Reasons of orders that did not do what was asked, most frequent first; cancels of the strategy's own are not. */
function describeRefusals(orders: readonly Order[]): string {
  const reasons = orders.flatMap(({ state }): string[] => {
    if (state.kind === 'denied') return [`denied ${state.rule}`]
    if (state.kind === 'rejected' || state.kind === 'expired') return [`${state.kind} ${state.reason}`]
    const isOwn = state.kind === 'canceled' && /^canceled-by-(strategy|algo)$/.test(state.reason)
    return state.kind === 'canceled' && !isOwn ? [`canceled ${state.reason}`] : []
  })
  const sorted = [...countBy(reasons)].sort(([, a], [, b]) => b - a)
  return sorted.map(([reason, count]) => `${grouped(String(count))} × ${reason}`).join(', ')
}

function countBy(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return counts
}

const describePosition = ([id, qty]: readonly [string, string]): string => `${qty} ${id}`

/** Four decimals from 1 on, eight below. */
function money(text: string): string {
  const amount = parseDecimal(text)
  return grouped(amount.toDecimalPlaces(amount.abs().lt(1) ? 8 : 4).toFixed())
}

/** `1234567.5` → `1,234,567.5`. */
export function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const spaced = whole.replace(/(?<=\d)(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? spaced : `${spaced}.${fraction}`
}

const seconds = (us: number): string => grouped((us / 1e6).toFixed(us < 100e6 ? 2 : 0))

/** `2024-08-08T00:00:00.123Z`; milliseconds are enough for people. */
export function isoTime(us: number): string {
  return new Date(Math.floor(us / 1000)).toISOString()
}
