/** How a session that runs looks on a terminal: its settings at the start, a line while it runs, its summary at the end. */
import { formatDuration } from '../core/duration.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { SessionStart, TradeOutcome } from '../run/run-trade.ts'
import type { SessionProgress } from '../run/watch-session.ts'
import { type Arguments, isSet } from './arguments.ts'
import { createProgressLine } from './progress-line.ts'
import { settingsRows } from './settings-table.ts'
import { grouped, isoTime, renderRows, type SummaryRow, summaryRows } from './summary-table.ts'

export interface SessionViewInput {
  readonly strategy: string
  /** What the market data is, in words. */
  readonly source: string
  /** `paper` or the name of a venue. */
  readonly venue: string
  readonly folder: string
}

/** Without a terminal there is no line to write over: one is written every so many seconds instead. */
const plainEverySeconds = 60

export class SessionView {
  private readonly input: SessionViewInput
  private readonly isJson: boolean
  private readonly isQuiet: boolean
  private readonly isVerbose: boolean
  private readonly line = createProgressLine(process.stderr, Date.now)
  private ticks = 0

  constructor(args: Arguments, input: SessionViewInput) {
    this.input = input
    this.isJson = isSet(args, 'json')
    this.isQuiet = isSet(args, 'quiet')
    this.isVerbose = isSet(args, 'verbose')
  }

  start({ params, level, instruments, config, isResumed, riskState }: SessionStart): void {
    const [instrument] = instruments
    const { strategy, source, venue, folder } = this.input
    if (riskState !== 'active') {
      this.warn(`the session is ${riskState.toUpperCase()}: start it with --resume to let it trade again`)
    }
    if (this.isJson || this.isQuiet || instrument === undefined) return
    const facts = { sources: [source], format: 'live', instrument }
    const rows = settingsRows({ strategy, params, facts, config, level, latency: config.latency })
    const head: SummaryRow[] = [
      ['orders go to', venue],
      ['session', isResumed ? `${folder}, goes on` : folder],
    ]
    process.stdout.write(`${renderRows([...head, ...rows])}\n\n`)
  }

  progress(state: SessionProgress): void {
    const text = describe(state)
    this.line.show(text)
    this.ticks++
    if (process.stderr.isTTY || this.isQuiet || this.ticks % plainEverySeconds !== 0) return
    process.stderr.write(`sim: ${text}\n`)
  }

  warn(text: string): void {
    this.line.clear()
    process.stderr.write(`sim: warning: ${text}\n`)
  }

  log(time: number, text: string): void {
    if (!this.isVerbose || this.isJson) return
    this.line.clear()
    process.stdout.write(`${isoTime(time)} ${text}\n`)
  }

  clear(): void {
    this.line.clear()
  }

  finish({ record, end, leftOpen }: TradeOutcome, report: string | undefined): void {
    const { folder } = this.input
    if (this.isJson) {
      process.stdout.write(
        `${JSON.stringify({ ...record.summary, end, leftOpen, session: folder, report })}\n`,
      )
      return
    }
    process.stdout.write(`${renderRows(finalRows(record, end, { folder, report }))}\n`)
  }
}

const endings: Readonly<Record<TradeOutcome['end'], string>> = {
  canceled: 'by Ctrl-C, in order',
  'feed-over': 'the recording was over',
  duration: 'the time was over',
  killed: 'by sim kill; halted until it is started with --resume',
}

function finalRows(
  record: RunRecord,
  end: TradeOutcome['end'],
  { folder, report }: { readonly folder: string; readonly report: string | undefined },
): SummaryRow[] {
  // A session is as fast as its market.
  const rows = summaryRows(record).filter(([label]) => label !== 'speed')
  return [
    ...rows.slice(0, -1),
    ['ended', endings[end]],
    ['session', folder],
    ...(report === undefined ? [] : [['report', report] as const]),
    // One that was left has no fingerprint yet.
    ...(record.summary.fingerprint === '' ? [] : rows.slice(-1)),
  ]
}

function describe(state: SessionProgress): string {
  const { elapsedUs, orders, working, fills, equity, dataAgeUs, riskState, venue } = state
  const age = dataAgeUs === undefined ? 'no data yet' : `data ${(dataAgeUs / 1e6).toFixed(1)} s old`
  const seconds = Math.max(1, Math.round(elapsedUs / 1e6))
  const risk = riskState === 'active' ? '' : `, ${riskState.toUpperCase()}`
  const said = venue === undefined ? '' : `, ${venue}`
  return `${formatDuration(seconds * 1e6)}, ${grouped(String(orders))} orders, ${working} working, ${grouped(String(fills))} fills, equity ${grouped(equity)}, ${age}${risk}${said}`
}
