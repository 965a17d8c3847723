/** Funding and liquidations, one row each: what the venue did to the account without an order of ours. */
import { decimalOf } from '../core/decimal.ts'
import { type AccountReport, fundingRateUnit } from '../model/account-report.ts'
import type { RunRecord } from '../model/run-record.ts'
import { formatCount, formatTime } from './format.ts'
import { type Html, html } from './html.ts'

const rowsMax = 500

/** Nothing where the venue did nothing. */
export function renderAccount(record: RunRecord): Html | undefined {
  const { accountReports, instruments } = record
  if (accountReports.length === 0) return undefined
  const rest = accountReports.length - rowsMax
  const more =
    rest > 0 ? html`<p class="note">… and ${formatCount(rest)} more, in the journal.</p>` : undefined
  return html`<section id="account" aria-labelledby="account-title">
<h2 id="account-title">Funding and liquidations</h2>
<table><thead><tr><th>Venue time</th><th>Instrument</th><th>What</th><th class="number">Quantity</th><th class="number">Price</th><th class="number">Cost, ${instruments[0]?.settleCurrency ?? ''}</th></tr></thead>
<tbody>${accountReports.slice(0, rowsMax).map((report) => row(report, record))}</tbody></table>
${more}
<p class="note">A cost is positive. Funding is of the position at the venue at its time, at the mark price; a liquidation costs its fees here, its loss is in the realized PnL.</p>
</section>`
}

function row(report: AccountReport, { instruments }: RunRecord): Html {
  const spec = instruments[report.instrument]
  const quantum = spec?.settleQuantum ?? '1'
  const lot = spec?.lotSize ?? '1'
  const cells =
    report.kind === 'funding'
      ? {
          what: `funding at ${decimalOf(report.rate, rateStep)}`,
          qty: decimalOf(report.qty, lot),
          price: markText(report.markTimes2, spec?.tickSize ?? '1'),
          cost: decimalOf(report.amount, quantum),
        }
      : {
          what: `liquidation, ${report.side}, ${report.isInsured ? 'by the insurance fund' : 'against the book'}`,
          qty: decimalOf(report.qty, lot),
          price: decimalOf(report.price, spec?.tickSize ?? '1'),
          cost: decimalOf(report.fee, quantum),
        }
  return html`<tr><td>${formatTime(report.exchangeTime)}</td><td>${spec?.id ?? ''}</td><td>${cells.what}</td><td class="number">${cells.qty}</td><td class="number">${cells.price}</td><td class="number">${cells.cost}</td></tr>`
}

const rateStep = (1 / fundingRateUnit).toFixed(10)

/** A mid may lie between two ticks. */
const markText = (markTimes2: number, tickSize: string): string =>
  markTimes2 % 2 === 0
    ? decimalOf(markTimes2 / 2, tickSize)
    : `${decimalOf((markTimes2 - 1) / 2, tickSize)} + ½ tick`
