/** `sim data import`, `info` and `synth`. */

import { ConfigError } from '../core/errors.ts'
import type { TapeFacts } from '../model/tape.ts'
import { describeData, importData, type SynthRequest, synthesizeData } from '../run/data-files.ts'
import {
  type Arguments,
  durationArgument,
  isSet,
  optionalText,
  requiredText,
  texts,
  wholeNumber,
} from './arguments.ts'
import { factsRows } from './facts-table.ts'
import { parseImportRequest } from './import-request.ts'
import { watchInterrupt } from './interrupt.ts'
import { checkNoClash, checkPlainOutput } from './output-file.ts'
import { createProgressLine } from './progress-line.ts'
import { grouped, renderRows } from './summary-table.ts'

export async function importCommand(args: Arguments): Promise<number> {
  const output = requiredText(args, 'output')
  checkTapeOutput(output)
  checkNoClash({ output }, texts(args, 'inputs'))
  const options = parseImportRequest(args)
  const facts = await watched((onRows) =>
    importData(texts(args, 'inputs'), output, { ...options, onProgress: ({ rows }) => onRows(rows) }),
  )
  printFacts(args, [facts])
  return 0
}

export async function infoCommand(args: Arguments): Promise<number> {
  const options = parseImportRequest(args)
  const facts = await watched((onRows) =>
    describeData(requiredText(args, 'file'), { ...options, onProgress: ({ rows }) => onRows(rows) }),
  )
  printFacts(args, facts)
  return 0
}

export async function synthCommand(args: Arguments): Promise<number> {
  const output = requiredText(args, 'output')
  checkTapeOutput(output)
  const facts = await watched(() => synthesizeData(output, parseSynth(args)))
  printFacts(args, [facts])
  return 0
}

function parseSynth(args: Arguments): SynthRequest {
  const rows = optionalText(args, 'rows')
  const bars = optionalText(args, 'bars')
  const duration = optionalText(args, 'duration')
  if ((rows === undefined) === (duration === undefined)) {
    throw new ConfigError('ARGUMENT', 'how long? give either --rows or --duration')
  }
  return {
    seed: wholeNumber('seed', optionalText(args, 'seed') ?? '1'),
    rows: rows === undefined ? undefined : wholeNumber('rows', rows, 1),
    durationUs: duration === undefined ? undefined : durationArgument('duration', duration),
    barUs: bars === undefined ? undefined : durationArgument('bars', bars),
  }
}

function checkTapeOutput(path: string): void {
  if (!path.endsWith('.parquet')) {
    throw new ConfigError(
      'OUTPUT_NAME',
      `--output ${path}: a tape is a Parquet file, so end its name with .parquet`,
    )
  }
  checkPlainOutput('output', path)
}

/** With rows counted on a terminal, and Ctrl-C leaving nothing behind. */
export async function watched<Result>(
  work: (onRows: (rows: number) => void) => Promise<Result>,
): Promise<Result> {
  const interrupt = watchInterrupt()
  const progress = createProgressLine(process.stderr, Date.now)
  try {
    return await work((rows) => progress.show(`${grouped(String(rows))} rows`))
  } finally {
    progress.clear()
    interrupt.release()
  }
}

function printFacts(args: Arguments, facts: readonly TapeFacts[]): void {
  const text = isSet(args, 'json')
    ? JSON.stringify(facts.length === 1 ? facts[0] : facts)
    : facts.map((item) => renderRows(factsRows(item))).join('\n\n')
  process.stdout.write(`${text}\n`)
}
