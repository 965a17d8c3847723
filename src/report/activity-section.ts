/** Charts and the tables of orders and fills: places that the script fills in. */
import { computeLatencyDistribution, type LatencyDistribution } from '../analysis/latency-histogram.ts'
import type { LatencySamples, RunRecord } from '../model/run-record.ts'
import { formatCount, formatDuration } from './format.ts'
import { type Html, html } from './html.ts'

export function renderCharts({ instruments }: RunRecord): Html {
  const currency = instruments[0]?.settleCurrency ?? ''
  const perInstrument = instruments.map(
    (spec, index) => html`${figure(`price-${index}`, `${spec.id} price`, 'tall')}
${figure(`position-${index}`, `${spec.id} inventory, ${spec.baseCurrency}`, 'short')}`,
  )
  return html`<section id="charts" aria-labelledby="charts-title">
<div class="charts-head"><h2 id="charts-title">Run</h2>
<div class="toolbar" role="group" aria-label="Time window of all charts" hidden>
<output id="time-window"></output>
<button type="button" data-zoom="in" aria-label="Zoom in">+</button>
<button type="button" data-zoom="out" aria-label="Zoom out">−</button>
<button type="button" data-zoom="earlier" aria-label="Earlier">←</button>
<button type="button" data-zoom="later" aria-label="Later">→</button>
<button type="button" data-zoom="all">Whole run</button>
</div></div>
<noscript><p class="note">Charts and the tables of orders and fills need JavaScript; nothing is loaded from elsewhere.</p></noscript>
${figure('equity', `Equity, ${currency}`, '')}
${figure('drawdown', `Drawdown, ${currency}`, 'short')}
${figure('pnl', `PnL by part, ${currency}`, 'short')}
${perInstrument}
<p class="note">Drag across a chart to zoom all of them; double-click for the whole run. In the price chart triangles are
own fills (filled: taker, hollow: maker) and horizontal lines are working orders at their last price.</p>
</section>`
}

function figure(id: string, title: string, size: '' | 'short' | 'tall'): Html {
  return html`<figure class="chart ${size}" id="chart-${id}"><figcaption>${title}</figcaption><div class="plot"></div></figure>`
}

export function renderOrders({ orders, fills }: RunRecord): Html {
  return html`<section id="orders" aria-labelledby="orders-title">
<h2 id="orders-title">Orders <small>${formatCount(orders.length)}</small></h2>
<div class="data-table" id="orders-table"></div>
</section>
<section id="fills" aria-labelledby="fills-title">
<h2 id="fills-title">Fills <small>${formatCount(fills.length)}</small></h2>
<div class="data-table" id="fills-table"></div>
</section>`
}

export function renderLatency({ entryUs, responseUs }: LatencySamples): Html {
  const rows = [
    latencyRow('Order to the venue', computeLatencyDistribution(entryUs)),
    latencyRow('Report back to us', computeLatencyDistribution(responseUs)),
  ]
  return html`<section id="latency" aria-labelledby="latency-title">
<h2 id="latency-title">Latency of our orders</h2>
<div class="split">
<figure class="chart short" id="chart-latency"><figcaption>Share of messages by latency</figcaption><div class="plot"></div></figure>
<div class="scroll" tabindex="0" role="region" aria-label="Latency percentiles"><table>
<thead><tr><th scope="col">Leg</th>${['Messages', 'Min', 'p50', 'p90', 'p99', 'p99.9', 'Max'].map(
    (name) => html`<th scope="col" class="number">${name}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div></div>
</section>`
}

function latencyRow(name: string, { count, percentiles: p }: LatencyDistribution): Html {
  const values = [p?.min, p?.p50, p?.p90, p?.p99, p?.p999, p?.max]
  return html`<tr><th scope="row">${name}</th><td class="number">${formatCount(count)}</td>
${values.map((value) => html`<td class="number">${formatDuration(value)}</td>`)}</tr>`
}
