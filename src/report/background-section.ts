/** What the result rests on: assumptions, data, configuration, and how to get the same run again. */
import { gradeData } from '../analysis/data-grade.ts'
import type { Json } from '../core/canonical-json.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { TapeFacts } from '../model/tape.ts'
import { formatCount, formatDuration, formatNumber, formatShare, formatTime } from './format.ts'
import { type Html, html } from './html.ts'

export function renderAssumptions({ assumptions }: RunRecord): Html {
  return html`<section id="assumptions" aria-labelledby="assumptions-title">
<h2 id="assumptions-title">Assumptions in force</h2>
<dl class="pairs">${assumptions.map(({ name, value }) => pair(name, value))}</dl>
</section>`
}

export function renderData({ facts }: RunRecord): Html {
  return html`<section id="data" aria-labelledby="data-title">
<h2 id="data-title">Data</h2>
<div class="tapes">${facts.map(renderTape)}</div>
</section>`
}

function renderTape(facts: TapeFacts): Html {
  const { instrument, clock, latency } = facts
  const rows = Object.entries(facts.rowsByKind).map(([kind, count]) => `${kind} ${formatCount(count)}`)
  const checks =
    facts.touchChecks === 0
      ? 'none possible'
      : `${formatCount(facts.touchAgreed)} of ${formatCount(facts.touchChecks)} agreed (${formatShare(facts.touchAgreed / facts.touchChecks)})`
  const delays = latency
    ? `p50 ${formatDuration(latency.p50)}, p90 ${formatDuration(latency.p90)}, p99 ${formatDuration(latency.p99)}, max ${formatDuration(latency.max)}`
    : 'not recorded'
  return html`<article class="tape"><h3>${instrument.id} <small>${instrument.venue} ${instrument.kind}</small></h3>
${renderGrade(facts)}
<dl class="pairs">
${pair('Sources', facts.sources.join(', '))}
${pair('Format', `${facts.format}${facts.isSynthetic ? ', synthetic' : ''}`)}
${pair('Span', `${formatTime(facts.firstTime)} to ${formatTime(facts.lastTime)}`)}
${pair('Rows', `${formatCount(facts.rows)}: ${rows.join(', ')}`)}
${pair('Grid', `tick ${instrument.tickSize}, lot ${instrument.lotSize}, minimum notional ${instrument.minNotional} ${instrument.settleCurrency}`)}
${pair('Gaps', formatCount(facts.gaps))}
${pair('Crossed books', formatCount(facts.crossedBooks))}
${pair('Off-market prints', formatCount(facts.offMarketTrades))}
${pair('Quantities off the lot grid', formatCount(facts.offLotQuantities))}
${pair('Best quotes checked', checks)}
${pair('Clock', facts.hasReceiveTime ? `offset ${formatDuration(clock.offsetUs)}, drift ${formatNumber(clock.driftPpm, 2)} ppm, corrected` : 'one time only: receive time is exchange time')}
${pair('Feed latency', delays)}
${pair('SHA-256 of the rows', html`<code>${facts.dataHash}</code>`)}
</dl>
${facts.notes.length === 0 ? undefined : html`<ul class="notes">${facts.notes.map((note) => html`<li>${note}</li>`)}</ul>`}
</article>`
}

/** So many findings are listed; `sim data check` tells them all. */
const topFindings = 8

function renderGrade(facts: TapeFacts): Html | undefined {
  if (facts.scan === undefined) return undefined
  const { grade, verdict, findings } = gradeData(facts)
  const rest = findings.length - topFindings
  return html`<p class="grade" data-grade="${grade}"><b>Data grade ${verdict}</b></p>
<ul class="findings">${findings.slice(0, topFindings).map(({ severity, text }) => html`<li>${severity}: ${text}</li>`)}
${rest > 0 ? html`<li>and ${formatCount(rest)} more, told by <code>sim data check</code></li>` : undefined}</ul>`
}

export function renderReproduce(record: RunRecord): Html {
  const { summary, facts } = record
  const files = facts.flatMap((tape) => tape.sources).map((source) => ` --data ${shellWord(source)}`)
  const commands = [
    `sim run --config config.json${files.join('')} --journal run.journal`,
    'sim verify run.journal',
  ]
  return html`<section id="reproduce" aria-labelledby="reproduce-title">
<h2 id="reproduce-title">Reproduce this run</h2>
<p>Save the settings below as <code>config.json</code> beside the data, and repeat what was said about the files
(<code>--instrument</code>, <code>--tick</code>, <code>--level</code>, …), if anything was. The same inputs give the same
fingerprint on every machine; <code>sim verify</code> executes the journal again and compares every record.</p>
<pre><code>${commands.join('\n')}</code></pre>
<dl class="pairs">
${pair('Fingerprint', html`<code>${summary.fingerprint}</code>`)}
${pair('Data', html`<code>${summary.dataHash}</code>`)}
${pair('Configuration', html`<code>${summary.configHash}</code>`)}
${pair('Took', `${formatDuration(summary.wallMs * 1000)}, ${formatCount(summary.rowsPerSecond)} rows/s`)}
</dl>
<details><summary>Settings, as <code>config.json</code></summary><pre><code id="settings">${prettyJson(runnableConfig(record.config))}</code></pre></details>
<details><summary>Full configuration, instruments included</summary><pre><code id="config">${prettyJson(record.config)}</code></pre></details>
${renderLog(record)}
</section>`
}

/** What `sim run --config` reads: strategy and parameters beside the settings, which a record keeps apart. */
export function runnableConfig(config: Json): Json {
  if (!isObject(config)) return config
  const { strategy, params, settings } = config
  return isObject(settings) ? { strategy, params, ...settings } : config
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const maxLogLines = 1_000

function renderLog({ log }: RunRecord): Html | undefined {
  if (log.length === 0) return undefined
  const lines = log.slice(0, maxLogLines).map(({ time, text }) => `${formatTime(time)}  ${text}`)
  const rest = log.length - lines.length
  const more = rest > 0 ? [`… and ${formatCount(rest)} more, in the journal`] : []
  return html`<details><summary>Strategy log <small>${formatCount(log.length)}</small></summary>
<pre><code>${[...lines, ...more].join('\n')}</code></pre></details>`
}

function prettyJson(value: Json): string {
  return JSON.stringify(value, undefined, 2)
}

function pair(name: string, value: string | Html): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`
}

/** Quoted for a POSIX shell unless plainly harmless: a file name comes from outside. */
export function shellWord(text: string): string {
  return /^[\w.,:/@%+-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
