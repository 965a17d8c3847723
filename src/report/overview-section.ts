/** Top of the report: what was run, warnings, and the key figures. Readable without JavaScript. */
import type { OrderCost } from '../analysis/cost-analysis.ts'
import { minDailyReturns, type Performance, tradingDaysPerYear } from '../analysis/performance.ts'
import { totalCost } from '../analysis/total-cost.ts'
import type { RunRecord } from '../model/run-record.ts'
import {
  formatBps,
  formatCount,
  formatDuration,
  formatMoney,
  formatNumber,
  formatShare,
  formatSigned,
  formatTime,
} from './format.ts'
import { type Html, html } from './html.ts'

export function renderHeader(record: RunRecord): Html {
  const { summary, instruments, level } = record
  const { from, to } = spanOf(record)
  const names = instruments.map(
    (spec) => html`<span class="instrument">${spec.id} <small>${spec.venue} ${spec.kind}</small></span>`,
  )
  return html`<header class="masthead">
<p class="eyebrow">Rehearsal <span>run report</span></p>
<h1>${summary.strategy}</h1>
<p class="instruments">${names}</p>
<dl class="facts">
<div><dt>From</dt><dd><time>${formatTime(from)}</time></dd></div>
<div><dt>To</dt><dd><time>${formatTime(to)}</time></dd></div>
<div><dt>Span</dt><dd>${formatDuration(summary.spanUs)}</dd></div>
<div><dt>Data</dt><dd>${levelNames[level]}, ${formatCount(summary.rows)} rows</dd></div>
<div><dt>Seed</dt><dd>${summary.seed}</dd></div>
<div class="wide"><dt>Fingerprint</dt><dd><code>${summary.fingerprint}</code></dd></div>
</dl>
${banners(record)}
</header>`
}

const levelNames = {
  l3: 'single orders',
  l2: 'order book',
  l1: 'best quotes',
  trades: 'trades',
  bars: 'bars',
} as const

function spanOf({ equity, facts, summary }: RunRecord) {
  const from = equity.time[0] ?? facts[0]?.firstTime
  return { from, to: equity.time.at(-1) ?? (from === undefined ? undefined : from + summary.spanUs) }
}

function banners({ summary }: RunRecord): readonly Html[] {
  const shown: Html[] = []
  const add = (name: string, text: string) =>
    shown.push(html`<p class="banner" role="note"><strong>${name}</strong> ${text}</p>`)
  if (summary.isSynthetic) add('SYNTHETIC', 'Generated market data. Results say nothing about a real market.')
  if (summary.isPartial) add('PARTIAL', 'The run was interrupted; everything below ends where it stopped.')
  if ((summary.liquidations ?? 0) > 0) {
    add('LIQUIDATED', 'The margin ran out and the venue closed positions; see the account section.')
  }
  if (summary.riskState === 'halted') add('HALTED', 'The risk guard stopped all new orders before the end.')
  if (summary.riskState === 'reducing') {
    add('REDUCING', 'The risk guard ended the run admitting only orders that shrink a position.')
  }
  return shown
}

interface Figure {
  readonly label: string
  readonly value: string
  readonly note?: string | undefined
  /** The exact amount, where the value is rounded. */
  readonly exact?: string
  readonly isLead?: boolean
}

export function renderKeyFigures(
  record: RunRecord,
  performance: Performance,
  costs: readonly OrderCost[],
): Html {
  const cells = [...moneyFigures(record, performance), ...orderFigures(record, costs)]
  return html`<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title" class="visually-hidden">Key figures</h2>
<dl class="figures">${cells.map(renderFigure)}</dl>
${renderReturns(performance)}
</section>`
}

function renderFigure({ label, value, note, exact, isLead }: Figure): Html {
  const title = exact === undefined ? undefined : html` title="${exact}"`
  const small = note === undefined ? undefined : html`<small>${note}</small>`
  return html`<div class="figure${isLead ? ' lead' : ''}"><dt>${label}</dt><dd${title}>${value}${small}</dd></div>`
}

function moneyFigures({ summary, instruments }: RunRecord, { drawdown }: Performance): Figure[] {
  const currency = instruments[0]?.settleCurrency ?? ''
  const net = Number(summary.equity) - Number(summary.initialBalance)
  const share = net / Number(summary.initialBalance)
  const money = (label: string, exact: string): Figure => ({
    label,
    value: formatSigned(Number(exact)),
    exact: `${exact} ${currency}`,
  })
  return [
    {
      label: `Net PnL, ${currency}`,
      value: formatSigned(net),
      note: `${formatShare(share, 4)} of ${formatMoney(Number(summary.initialBalance))}`,
      isLead: true,
    },
    { label: 'Equity', value: formatMoney(Number(summary.equity)), exact: `${summary.equity} ${currency}` },
    money('Realized', summary.realizedPnl),
    money('Unrealized', summary.unrealizedPnl),
    { label: 'Fees', value: formatMoney(Number(summary.fees)), exact: `${summary.fees} ${currency}` },
    ...chargeFigures(summary, currency),
    {
      label: 'Max drawdown',
      value: formatMoney(drawdown.maxAmount),
      note: formatShare(drawdown.maxShare, 4),
    },
    ...bandFigures(summary, currency),
  ]
}

/** Besides the fees in money, where the run has them. */
function chargeFigures({ baseFees = {}, funding }: RunRecord['summary'], currency: string): Figure[] {
  const kept = Object.entries(baseFees).map(
    ([id, { currency: coin, paid, dust }]): Figure => ({
      label: `Fees kept, ${coin}`,
      value: paid.replace('-', '−'),
      note: `of what ${id} bought, part of the fees; ${dust} below one lot is held and cannot be sold`,
    }),
  )
  if (funding === undefined) return kept
  const paid: Figure = {
    label: 'Funding',
    value: formatMoney(Number(funding)),
    note: 'paid; negative was received',
    exact: `${funding} ${currency}`,
  }
  return [...kept, paid]
}

function bandFigures({ band }: RunRecord['summary'], currency: string): Figure[] {
  if (band === undefined) return []
  const { pessimistic, optimistic, ambiguousBars, firstTimes } = band
  const width = Number(optimistic) - Number(pessimistic)
  const times = firstTimes.map((time) => formatTime(time)).join(', ')
  const first = ambiguousBars > firstTimes.length ? 'the first: ' : ''
  return [
    {
      label: 'Band of equity',
      value:
        ambiguousBars === 0
          ? 'none'
          : `${formatMoney(Number(pessimistic))} – ${formatMoney(Number(optimistic))}`,
      note:
        ambiguousBars === 0
          ? 'no bar held both a stop and a target'
          : `stop or target first in ${formatCount(ambiguousBars)} ambiguous bars, ${first}${times}; width ${formatMoney(width)}`,
      exact: `${pessimistic} to ${optimistic} ${currency}`,
    },
  ]
}

function orderFigures(record: RunRecord, costs: readonly OrderCost[]): Figure[] {
  const { summary } = record
  const total = totalCost(costs)
  const positions = Object.entries(summary.position).map(([id, qty]) => `${id} ${qty}`)
  return [
    {
      label: 'Shortfall',
      value: total === undefined ? '–' : `${formatBps(total.bps.total)} bps`,
      note: 'cost against arrival, fees included',
      isLead: true,
    },
    { label: 'Orders', value: formatCount(summary.orders) },
    { label: 'Fills', value: formatCount(summary.fills) },
    { label: 'Denied', value: formatCount(summary.denied), note: 'by the risk guard' },
    { label: 'Rejected', value: formatCount(summary.rejected), note: 'by the venue' },
    { label: 'Position at the end', value: positions.join(', ').replaceAll('-', '−') || '0' },
  ]
}

function renderReturns(performance: Performance): Html {
  const { roundTrips, roundTripWinRate, roundTripProfitFactor, daily, dailyReturns } = performance
  const factor = (value: number | undefined): string => formatNumber(value, 2)
  const trips: Figure[] = [
    { label: 'Round trips', value: formatCount(roundTrips.length), note: 'flat to flat' },
    { label: 'Round-trip win rate', value: formatShare(roundTripWinRate), note: 'after fees' },
    { label: 'Round-trip profit factor', value: factor(roundTripProfitFactor), note: 'after fees' },
  ]
  const days: Figure[] = daily
    ? [
        { label: 'Sharpe', value: factor(daily.sharpe) },
        { label: 'Sortino', value: factor(daily.sortino) },
        { label: 'Calmar', value: factor(daily.calmar) },
        { label: 'Volatility, a year', value: formatShare(daily.volatility) },
        { label: 'Growth, a year', value: formatShare(daily.growth) },
        { label: 'VaR 5 %, a day', value: formatShare(daily.valueAtRisk, 2) },
        { label: 'CVaR 5 %, a day', value: formatShare(daily.conditionalValueAtRisk, 2) },
        { label: 'Daily win rate', value: formatShare(daily.dailyWinRate) },
        { label: 'Daily profit factor', value: factor(daily.dailyProfitFactor) },
      ]
    : []
  const basis = daily
    ? `Ratios are of ${dailyReturns.length} daily UTC returns on equity, a year of ${tradingDaysPerYear} days, risk-free rate 0; the first and the last day may be partial.`
    : `No Sharpe ratio: it takes ${minDailyReturns} daily UTC returns, and this run has ${dailyReturns.length}.`
  return html`<dl class="figures minor">${[...trips, ...days].map(renderFigure)}</dl>
<p class="note">${basis} Drawdown is measured on equity sampled every ${formatDuration(performance.sampleIntervalUs)}.</p>`
}
