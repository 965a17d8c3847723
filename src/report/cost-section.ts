/** Transaction-cost analysis: the shortfall with its parts, and the quality of execution, one row per order group. */
import type { OrderCost } from '../analysis/cost-analysis.ts'
import { markoutHorizonsUs } from '../analysis/markouts.ts'
import type { Shortfall } from '../analysis/shortfall.ts'
import { totalCost } from '../analysis/total-cost.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import { costBar, costLegend } from './cost-bar.ts'
import {
  decimalsOf,
  formatBps,
  formatCount,
  formatDuration,
  formatMoney,
  formatNumber,
  formatShare,
} from './format.ts'
import { type Html, html } from './html.ts'

/** With more parents than this the costliest are shown, so that the file stays small; totals are of all. */
const maxRows = 200

export function renderCosts(costs: readonly OrderCost[], instruments: readonly InstrumentSpec[]): Html {
  const shown = costliest(costs)
  const rest = costs.length - shown.length
  const note =
    rest > 0
      ? html`<p class="note">The ${maxRows} costliest of ${formatCount(costs.length)} are listed; the total is of all.</p>`
      : undefined
  return html`<section id="costs" aria-labelledby="costs-title">
<h2 id="costs-title">Transaction costs</h2>
${costs.length === 0 ? html`<p class="note">No orders were sent.</p>` : [renderShortfalls(shown, { costs, instruments }), renderExecution(shown, instruments)]}
${note}
${explanation}
</section>`
}

function costliest(costs: readonly OrderCost[]): readonly OrderCost[] {
  if (costs.length <= maxRows) return costs
  const size = (cost: OrderCost): number => Math.abs(cost.shortfall?.money.total ?? 0)
  const chosen = new Set([...costs].sort((a, b) => size(b) - size(a)).slice(0, maxRows))
  return costs.filter((cost) => chosen.has(cost))
}

interface AllCosts {
  readonly costs: readonly OrderCost[]
  readonly instruments: readonly InstrumentSpec[]
}

function renderShortfalls(shown: readonly OrderCost[], { costs, instruments }: AllCosts): Html {
  const currencies = new Set(instruments.map((spec) => spec.settleCurrency))
  const total = currencies.size === 1 && costs.length > 1 ? totalCost(costs) : undefined
  const scale = shown.map(({ shortfall }) => shortfall?.bps)
  const rows = shown.map(
    (cost) => html`<tr>${orderCells(cost, instruments)}${shortfallCells(cost.shortfall, scale)}</tr>`,
  )
  const footer =
    total && html`<tfoot><tr><th scope="row" colspan="5">All</th>${shortfallCells(total, scale)}</tr></tfoot>`
  const [currency] = currencies
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Implementation shortfall">
<table class="costs">
<caption>Implementation shortfall, basis points of quantity × arrival price; positive is a cost ${costLegend}</caption>
<thead><tr><th scope="col">Order</th><th scope="col">Side</th><th scope="col" class="number">Filled</th>
<th scope="col" class="number">Arrival</th><th scope="col" class="number">Average</th>
<th scope="col" class="number">Shortfall</th><th scope="col"><span class="visually-hidden">Parts drawn</span></th>
<th scope="col" class="number">Spread</th><th scope="col" class="number">Timing</th>
<th scope="col" class="number">Fees</th><th scope="col" class="number">Opportunity</th>
<th scope="col" class="number">Cost, ${currencies.size === 1 ? currency : 'money'}</th></tr></thead>
<tbody>${rows}</tbody>${footer}</table></div>`
}

function orderCells(cost: OrderCost, instruments: readonly InstrumentSpec[]): Html {
  const { group } = cost
  const spec = instruments[group.instrument]
  const price = (value: number | undefined): string =>
    formatNumber(value, decimalsOf(spec?.tickSize ?? '1') + 1)
  const qty = (value: number): string => formatNumber(value, decimalsOf(spec?.lotSize ?? '1'))
  return html`${nameCell(cost, instruments)}<td class="${group.side}">${group.side}</td>
<td class="number">${qty(cost.filledQty)} <small>of ${qty(cost.qty)}</small></td>
<td class="number">${price(cost.arrivalPrice)}</td><td class="number">${price(cost.averagePrice)}</td>`
}

function nameCell({ group }: OrderCost, instruments: readonly InstrumentSpec[]): Html {
  const name =
    group.parentOrderId === undefined ? 'Sent by the strategy' : `#${group.parentOrderId} ${group.algo}`
  const instrument = instruments.length > 1 ? (instruments[group.instrument]?.id ?? '') : ''
  const details = [instrument, group.tag ?? ''].filter((text) => text !== '').join(' · ')
  return html`<th scope="row">${name}${details === '' ? undefined : html` <small>${details}</small>`}</th>`
}

function shortfallCells(shortfall: OrderCost['shortfall'], scale: readonly (Shortfall | undefined)[]): Html {
  const bps = shortfall?.bps
  const parts = [bps?.spread, bps?.timing, bps?.fees, bps?.opportunity]
  return html`<td class="number strong">${formatBps(bps?.total)}</td><td class="bar">${bps && costBar(bps, scale)}</td>
${parts.map((part) => html`<td class="number">${formatBps(part)}</td>`)}
<td class="number">${formatMoney(shortfall?.money.total)}</td>`
}

function renderExecution(shown: readonly OrderCost[], instruments: readonly InstrumentSpec[]): Html {
  const horizons = markoutHorizonsUs.map(
    (horizon) => html`<th scope="col" class="number">+${formatCount(horizon / 1_000_000)} s</th>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Execution quality">
<table class="execution">
<caption>Execution: against the market over the same window (bps, positive is a cost), and markouts after our fills (bps, positive is good)</caption>
<thead><tr><th scope="col">Order</th><th scope="col">Side</th><th scope="col" class="number">vs VWAP</th>
<th scope="col" class="number">vs TWAP</th><th scope="col" class="number">Participation</th>
<th scope="col" class="number">Fill ratio</th><th scope="col" class="number">Maker</th>
<th scope="col" class="number">First fill</th><th scope="col" class="number">Average</th>
<th scope="col" class="number">Last fill</th>${horizons}</tr></thead>
<tbody>${shown.map((cost) => executionRow(cost, instruments))}</tbody></table></div>`
}

function executionRow(cost: OrderCost, instruments: readonly InstrumentSpec[]): Html {
  const { benchmark, timeToFillUs: time } = cost
  const cells = [
    formatBps(benchmark.vsVwapBps),
    formatBps(benchmark.vsTwapBps),
    formatShare(benchmark.participationRate, 2),
    formatShare(cost.fillRatio),
    formatShare(cost.makerShare),
    formatDuration(time?.first),
    formatDuration(time?.average),
    formatDuration(time?.last),
    ...cost.markouts.map(({ bps }) => formatBps(bps)),
  ]
  return html`<tr>${nameCell(cost, instruments)}<td class="${cost.group.side}">${cost.group.side}</td>
${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`
}

const explanation = html`<details class="method"><summary>How these are measured</summary>
<p><strong>Shortfall</strong> (Perold 1988) compares what happened with a paper portfolio that traded the whole quantity
at the mid when the parent order was created. <strong>Spread</strong>: fill price against the mid when its child order
was sent, so half the spread paid (or earned, when negative), with the latency in between. <strong>Timing</strong>: how
far that mid had moved since arrival. <strong>Opportunity</strong>: the unfilled remainder at the mid at the end. The
parts are computed in whole money quanta and add up to the total exactly.</p>
<p>Orders that the strategy sent itself are one row per side. Each is measured from its own arrival price, so timing is
zero, and what it canceled on purpose is no opportunity cost.</p>
<p><strong>VWAP</strong> and <strong>TWAP</strong> are the market's between start and end of the order, from sampled
volume and mid. <strong>Participation</strong> is our filled quantity ÷ the market's volume in that window.
<strong>Markouts</strong> compare the mid a while after a fill with its price, weighted by quantity; fills too close to
the end, or samples coarser than the horizon, leave none.</p></details>`
