/** `sim run`. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type DataGrade, gradeData } from '../analysis/data-grade.ts'
import { isAtLeast, worstGrade } from '../analysis/grade-tape.ts'
import type { Json } from '../core/canonical-json.ts'
import { crossedMessages, describeCrossed } from '../model/crossed-books.ts'
import type { RunRecord, RunSummary } from '../model/run-record.ts'
import { holeNoteStart, lostBookNoteEnd } from '../model/tape.ts'
import { withBarBand } from '../run/bar-band.ts'
import { defaultLatency } from '../run/create-latency.ts'
import type { DataFileOptions } from '../run/data-files.ts'
import { isStrategyPath } from '../run/load-strategy.ts'
import { packageVersion } from '../run/package-root.ts'
import { type PreparedRun, prepareRun } from '../run/prepare-run.ts'
import { type ReplayOptions, type RunOutcome, runReplay } from '../run/run-replay.ts'
import { type Arguments, isSet, optionalText } from './arguments.ts'
import { exitInterrupted } from './describe-failure.ts'
import { renderFills } from './fill-lines.ts'
import { parseImportRequest } from './import-request.ts'
import { type Interrupt, watchInterrupt } from './interrupt.ts'
import { checkNoClash, checkOutput, checkPlainOutput, writeOutput } from './output-file.ts'
import { createProgressLine, describeProgress, type ProgressLine } from './progress-line.ts'
import { parseRunRequest, type RunRequest } from './run-request.ts'
import { settingsRows } from './settings-table.ts'
import { grouped, isoTime, renderRows, type SummaryRow, summaryRows } from './summary-table.ts'

interface Outputs {
  /** `undefined`: the default place; `false`: none. */
  readonly report: string | false | undefined
  readonly fills: string | undefined
  readonly journal: string | undefined
  readonly isJson: boolean
  readonly isQuiet: boolean
  readonly isVerbose: boolean
}

export async function runCommand(args: Arguments): Promise<number> {
  const request = parseRunRequest(args)
  const files = parseImportRequest(args)
  const outputs = parseOutputs(args)
  const { report, fills, journal } = outputs
  checkNoClash({ report: report === false ? undefined : report, fills, journal }, inputsOf(request))
  const interrupt = watchInterrupt()
  const progress = createProgressLine(process.stderr, Date.now)
  try {
    const prepared = await prepare(request, files, progress)
    progress.clear()
    warnOfHoles(prepared, request)
    if (!outputs.isJson && !outputs.isQuiet) printSettings(request, prepared)
    const { summary, record } = await replay({ request, files, prepared, outputs, interrupt, progress })
    progress.clear()
    const report = await writeOutputs(summary, record, outputs)
    const grade = runGrade(prepared.tapes)
    warnOfGrade(grade, outputs)
    print({ summary, record, report, outputs, grade })
    return summary.isPartial ? exitInterrupted : 0
  } finally {
    progress.clear()
    interrupt.release()
  }
}

/** Files that are read: data, a strategy of the user's own, recorded latencies. */
function inputsOf({ data, strategy, config }: RunRequest): string[] {
  const { latency } = config
  return [
    ...data,
    ...(isStrategyPath(strategy) ? [strategy] : []),
    ...(latency?.model === 'recorded' ? [latency.file] : []),
  ]
}

function parseOutputs(args: Arguments): Outputs {
  const outputs = {
    report: args.report === false ? (false as const) : optionalText(args, 'report'),
    fills: optionalText(args, 'fills'),
    journal: optionalText(args, 'journal'),
    isJson: isSet(args, 'json'),
    isQuiet: isSet(args, 'quiet'),
    isVerbose: isSet(args, 'verbose'),
  }
  if (typeof outputs.report === 'string') checkOutput(outputs.report)
  if (outputs.fills !== undefined) checkOutput(outputs.fills)
  if (outputs.journal !== undefined) checkPlainOutput('journal', outputs.journal)
  return outputs
}

function prepare(request: RunRequest, files: DataFileOptions, progress: ProgressLine): Promise<PreparedRun> {
  const { strategy, params, data, level } = request
  return prepareRun({
    strategy,
    params,
    data,
    balance: request.config.account.balance,
    prepare: {
      ...files,
      level,
      keepsCrossed: request.config.fillModel === 'hftbacktest',
      onProgress: ({ stage, file, rows }) => progress.show(`${stage} ${file}: ${grouped(String(rows))} rows`),
    },
  })
}

interface ReplayInput {
  readonly request: RunRequest
  readonly files: DataFileOptions
  readonly prepared: PreparedRun
  readonly outputs: Outputs
  readonly interrupt: Interrupt
  readonly progress: ProgressLine
}

/** Ctrl-C from here on ends the run and keeps what there is. */
function replay({
  request,
  files,
  prepared,
  outputs,
  interrupt,
  progress,
}: ReplayInput): Promise<RunOutcome> {
  const { report, fills, isJson, journal } = outputs
  interrupt.defer()
  const options: ReplayOptions = {
    tapes: prepared.tapes,
    strategy: prepared.strategy,
    config: request.config,
    ...(journal === undefined
      ? {}
      : { journal: { path: journal, origin: journalOrigin(request, files, prepared) } }),
    isRecorded: report !== false || fills !== undefined || !isJson,
    onProgress: (state) => progress.show(describeProgress(state)),
    onWarning: (text) => process.stderr.write(`sim: warning: ${text}\n`),
    isCanceled: interrupt.isRequested,
  }
  return runReplay(options)
    .then((outcome) => withBarBand(options, outcome))
    .catch((error: unknown) => {
      throw prepared.blame(error)
    })
}

/** Where a run came from, so that `sim verify` finds it again. Not part of the fingerprint. */
function journalOrigin(
  { strategy, data, level }: RunRequest,
  files: DataFileOptions,
  { tapes }: PreparedRun,
): Json {
  return {
    format: 1,
    version: packageVersion(),
    strategy: isStrategyPath(strategy) ? resolve(strategy) : strategy,
    data: data.map((path) => resolve(path)),
    dataHashes: tapes.map(({ facts }) => facts.dataHash),
    level,
    importOptions: { ...files.importOptions },
  }
}

function printSettings(request: RunRequest, { params, facts, tapes }: PreparedRun): void {
  const { strategy, config } = request
  const [tape] = tapes
  const latency = config.latency ?? defaultLatency(tape)
  const level = tape?.level ?? 'l2'
  const rows = settingsRows({ strategy, params, facts, config, level, latency })
  process.stdout.write(`${renderRows(rows)}\n\n`)
}

/**
 * On standard error, whatever was asked for: a hole in the data becomes profit or loss that nobody made, and without a
 * book nothing is traded.
 */
function warnOfHoles({ tapes }: PreparedRun, { config }: RunRequest): void {
  for (const { facts, level } of tapes) {
    const crossed = config.fillModel === 'hftbacktest' ? undefined : crossedMessages([facts], level)
    if (crossed?.isPassable === true) {
      process.stderr.write(`warning: ${facts.instrument.id}: ${describeCrossed(crossed)}\n`)
    }
    for (const note of facts.notes) {
      const isHole = note.startsWith(holeNoteStart) || note.endsWith(lostBookNoteEnd)
      if (isHole) process.stderr.write(`warning: ${facts.instrument.id}: ${note}\n`)
    }
  }
}

/** @returns where the report is */
async function writeOutputs(
  summary: RunSummary,
  record: RunRecord | undefined,
  { report, fills }: Outputs,
): Promise<string | undefined> {
  if (record === undefined) return undefined
  if (fills !== undefined) await writeOutput(fills, (path) => writeFileSync(path, renderFills(record)))
  if (report === false) return undefined
  const path = report ?? defaultReport(summary)
  checkOutput(path)
  const { renderReport } = await import('../report/render-report.ts')
  await writeOutput(path, (temporary) => writeFileSync(temporary, renderReport(record)))
  return path
}

/** A user's strategy may have any name; a file may not. */
function defaultReport({ strategy, fingerprint }: RunSummary): string {
  const name = strategy.replace(/[^\w.-]+/g, '-').slice(0, 60)
  return `reports/${name}-${fingerprint.slice(0, 8)}.html`
}

/** The worst of the tapes of a run. */
function runGrade(tapes: PreparedRun['tapes']): DataGrade | undefined {
  const graded = tapes.map(({ facts }) => gradeData(facts))
  const worst = worstGrade(graded.map(({ grade }) => grade))
  return graded.find(({ grade }) => grade === worst)
}

/** One line, also where the result is read by a program: it goes to standard error. */
function warnOfGrade(data: DataGrade | undefined, { isQuiet }: Outputs): void {
  if (data === undefined || isQuiet || isAtLeast(data.grade, 'C')) return
  process.stderr.write(`sim: data grade ${data.verdict}\n`)
}

interface PrintInput {
  readonly summary: RunSummary
  readonly record: RunRecord | undefined
  readonly report: string | undefined
  readonly outputs: Outputs
  readonly grade: DataGrade | undefined
}

function print({ summary, record, report, outputs, grade }: PrintInput): void {
  if (outputs.isJson) {
    const dataGrade = grade && { grade: grade.grade, verdict: grade.verdict, reasons: grade.reasons }
    process.stdout.write(`${JSON.stringify({ ...summary, dataGrade, report })}\n`)
    return
  }
  if (record === undefined) return
  if (outputs.isVerbose) {
    for (const { time, text } of record.log) process.stdout.write(`${isoTime(time)} ${text}\n`)
  }
  const rows = summaryRows(record)
  const verdict = rows.slice(-1)
  const withReport: SummaryRow[] = report === undefined ? [] : [['report', report]]
  process.stdout.write(`${renderRows([...rows.slice(0, -1), ...withReport, ...verdict])}\n`)
}
