/** A finished run → one self-contained HTML file. */
import { analyzeCosts } from '../analysis/cost-analysis.ts'
import { analyzePerformance } from '../analysis/performance.ts'
import type { RunRecord } from '../model/run-record.ts'
import { renderAccount } from './account-section.ts'
import { renderCharts, renderLatency, renderOrders } from './activity-section.ts'
import { renderAssumptions, renderData, renderReproduce } from './background-section.ts'
import { chartData } from './chart-data.ts'
import { renderCosts } from './cost-section.ts'
import { html } from './html.ts'
import { fillTableData, orderTableData } from './order-table-data.ts'
import { renderHeader, renderKeyFigures } from './overview-section.ts'
import { renderPage } from './page.ts'

/**
 * Everything is inlined and nothing is loaded: the file can be mailed and opened offline. Text from the run is data,
 * never markup, and a content policy admits only the scripts that stand in the file.
 */
export function renderReport(record: RunRecord): string {
  const performance = analyzePerformance(record)
  const costs = analyzeCosts(record)
  const body = html`<a class="skip" href="#overview">Skip to key figures</a>
<div class="page">
${renderHeader(record)}
${navigation}
<main>
${renderKeyFigures(record, performance, costs)}
${renderCharts(record)}
${renderAccount(record)}
${renderCosts(costs, record.instruments)}
${renderOrders(record)}
${renderLatency(record.latency)}
${renderAssumptions(record)}
${renderData(record)}
${renderReproduce(record)}
</main>
<footer><p>Made by Rehearsal. A simulation: past and simulated results do not promise future ones. Charts: uPlot 1.6.32,
© Leon Sorokin, MIT License.</p></footer>
</div>`
  const data = {
    ...chartData(record, performance.drawdown),
    orders: orderTableData(record),
    fills: fillTableData(record),
  }
  return renderPage({ title: `${record.summary.strategy} · Rehearsal run report`, body, data })
}

const sections = [
  ['overview', 'Key figures'],
  ['charts', 'Run'],
  ['costs', 'Costs'],
  ['orders', 'Orders'],
  ['fills', 'Fills'],
  ['latency', 'Latency'],
  ['assumptions', 'Assumptions'],
  ['data', 'Data'],
  ['reproduce', 'Reproduce'],
] as const

const navigation = html`<nav aria-label="Sections">${sections.map(
  ([id, name]) => html`<a href="#${id}">${name}</a>`,
)}</nav>`
