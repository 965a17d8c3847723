/** `sim parity`. */
import {
  type DifferenceCause,
  type Explanation,
  explainOrders,
  type OrderDifference,
} from '../analysis/explain-orders.ts'
import { moneyQuanta } from '../core/units.ts'
import { Instrument } from '../model/instrument.ts'
import { type Parity as Checked, checkParity, type ParityComparison } from '../run/parity.ts'
import { type Arguments, isSet, optionalText, requiredText } from './arguments.ts'
import { exitFailed } from './describe-failure.ts'
import { checkOutput } from './output-file.ts'
import { writeSessionReport } from './session-report.ts'
import { grouped, isoTime, renderRows, type SummaryRow } from './summary-table.ts'

/** Differences that are listed; --json has them all. */
const listed = 20

/** @returns 0 when the session comes out of its journal again byte for byte, else 1 */
export async function parityCommand(args: Arguments): Promise<number> {
  const session = requiredText(args, 'session')
  const report = optionalText(args, 'report')
  if (report !== undefined) checkOutput(report)
  const checked = await checkParity(session, { isReplayed: args.replay !== false })
  const { comparison } = checked
  const explanation = comparison && explainOrders(comparison.session, comparison.replay)
  const parity = { ...checked, explanation }
  const { reexecution, otherVersion } = parity
  const { difference } = reexecution
  if (isSet(args, 'json')) process.stdout.write(`${JSON.stringify(jsonOf(parity))}\n`)
  else if (difference === undefined) process.stdout.write(`${textOf(parity, isSet(args, 'verbose'))}\n`)
  if (difference === undefined && report !== undefined) await writeSessionReport(session, report)
  if (difference === undefined) return 0
  const note = otherVersion === undefined ? '' : ` (written by version ${otherVersion})`
  process.stderr.write(`sim: ${session}: the journal comes out otherwise: ${difference.message}${note}\n`)
  return exitFailed
}

type Parity = Checked & { readonly explanation: Explanation | undefined }

const causeTexts: Readonly<Record<DifferenceCause, string>> = {
  'handled-later': 'an event was handled later or earlier than it was due',
  'decided-otherwise': 'the market or the position was another when it was decided',
  latency: 'the way to the venue took another time',
  'book-changed': 'liquidity was taken from another book',
  queue: 'it stood in the queue from or until another moment',
  fees: 'the same fills cost another fee',
  partial: 'more of it was filled before it was over',
  'risk-guard': 'the risk guard let it pass in one of the two',
  venue: 'the venue answered otherwise',
  'session-ended': 'the session was stopped, or its data ended',
  'never-sent': 'the order exists in one of the two only',
  unexplained: 'nothing of all this: look into it',
}

function jsonOf({ reexecution, isWhole, instruments, comparison, explanation }: Parity): object {
  const { difference, fingerprint, records } = reexecution
  return {
    formatVersion: 1,
    isSame: difference === undefined,
    isWhole,
    records,
    fingerprint,
    difference,
    replay: comparison && {
      fingerprint: comparison.fingerprint,
      instruments: instruments.map(({ id }) => id),
      totals: { session: comparison.session.totals, replay: comparison.replay.totals },
      ...explanation,
      causes: Object.fromEntries(countCauses(explanation?.differences ?? [])),
    },
  }
}

function textOf(parity: Parity, isVerbose: boolean): string {
  const { reexecution, isWhole, comparison, explanation } = parity
  const records = grouped(String(reexecution.records))
  const head: SummaryRow[] = [
    [
      'journal',
      isWhole
        ? `the same ${records} records again, byte for byte: ${reexecution.fingerprint}`
        : `the session broke off; the same ${records} records again as far as it goes${reexecution.failure === undefined ? '' : `, and the same end: ${reexecution.failure}`}`,
    ],
  ]
  if (comparison === undefined || explanation === undefined) return renderRows(head)
  const { matched, same, onlySession, onlyReplay, differences } = explanation
  const rows: SummaryRow[] = [
    ...head,
    ['replay', `of the market that it received: ${comparison.fingerprint}`],
    [
      'orders',
      `${grouped(String(matched))} in both, ${grouped(String(same))} of them alike in everything; ` +
        `${grouped(String(onlySession))} in the session only, ${grouped(String(onlyReplay))} in the replay only`,
    ],
    ...totalRows(parity, comparison),
    ...countCauses(differences).map(([cause, count], index): SummaryRow => {
      return [index === 0 ? 'differences' : '', `${grouped(String(count))} × ${cause}: ${causeTexts[cause]}`]
    }),
    ...(differences.length === 0 ? [['differences', 'none'] as const] : []),
  ]
  const shown = isVerbose ? differences : differences.slice(0, listed)
  const table = renderTable(shown.map((difference) => cells(difference, parity)))
  const more = differences.length - shown.length
  const rest = more > 0 ? `\n… and ${grouped(String(more))} more: --verbose or --json shows them` : ''
  return renderRows(rows) + (shown.length === 0 ? '' : `\n\n${table}${rest}`)
}

function totalRows({ instruments }: Parity, { session, replay }: ParityComparison): SummaryRow[] {
  const [spec] = instruments
  if (spec === undefined || session.totals === undefined || replay.totals === undefined) return []
  const money = (quanta: number): string => new Instrument(spec).formatMoney(moneyQuanta(quanta))
  const { settleCurrency } = spec
  const row = (name: string, key: 'equity' | 'realized' | 'fees'): SummaryRow => {
    const [a, b] = [session.totals?.[key] ?? 0, replay.totals?.[key] ?? 0]
    return [name, `${money(a)} ${settleCurrency} in the session, ${money(b)} in the replay: ${money(a - b)}`]
  }
  return [row('equity', 'equity'), row('realized', 'realized'), row('fees', 'fees')]
}

/** Most frequent first. */
function countCauses(differences: readonly OrderDifference[]): [DifferenceCause, number][] {
  const counts = new Map<DifferenceCause, number>()
  for (const { cause } of differences) counts.set(cause, (counts.get(cause) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}

function cells(difference: OrderDifference, { instruments }: Parity): string[] {
  const { time, instrument, sessionOrder, replayOrder, aspect, cause, session, replay, amount } = difference
  const id = instruments.length === 1 ? [] : [instruments[instrument]?.id ?? '']
  const orders = `${sessionOrder ?? '–'}/${replayOrder ?? '–'}`
  const words = aspect === 'timing' ? [`${grouped(String(amount))} µs`, ''] : [session, replay]
  return [isoTime(time), ...id, orders, aspect, cause, ...words]
}

function renderTable(rows: readonly (readonly string[])[]): string {
  const header = ['time', ...((rows[0]?.length ?? 0) > 7 ? ['market'] : [])]
  const titles = [...header, 'order', 'what', 'cause', 'session', 'replay']
  const all = [titles, ...rows]
  const widths = titles.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
