/** `sim data check`: grades recordings from A to F. */
import { type DataGrade, gradeData } from '../analysis/data-grade.ts'
import { isoInstant } from '../analysis/describe-finding.ts'
import { type Grade, grades } from '../analysis/grade-rules.ts'
import { isAtLeast, worstGrade } from '../analysis/grade-tape.ts'
import { ConfigError } from '../core/errors.ts'
import type { TapeFacts } from '../model/tape.ts'
import { scanData } from '../run/data-files.ts'
import { type Arguments, isSet, optionalText, texts } from './arguments.ts'
import { watched } from './data-commands.ts'
import { parseImportRequest } from './import-request.ts'
import { grouped, renderRows, type SummaryRow } from './summary-table.ts'

export async function checkCommand(args: Arguments): Promise<number> {
  const minGrade = parseMinGrade(optionalText(args, 'min-grade'))
  const options = parseImportRequest(args)
  const tapes = await watched((onRows) =>
    scanData(texts(args, 'files'), { ...options, onProgress: ({ rows }) => onRows(rows) }),
  )
  const checked = tapes.map((facts) => ({ facts, data: gradeData(facts) }))
  const grade = worstGrade(checked.map(({ data }) => data.grade))
  const isPassed = minGrade === undefined || isAtLeast(grade, minGrade)
  const text = isSet(args, 'json')
    ? JSON.stringify({
        formatVersion: 1,
        grade,
        ...(minGrade === undefined ? {} : { minGrade }),
        isPassed,
        tapes: checked.map(jsonOf),
      })
    : checked.map(({ facts, data }) => renderRows(checkRows(facts, data))).join('\n\n')
  process.stdout.write(`${text}\n`)
  return isPassed ? 0 : 1
}

/** @throws {ConfigError} ARGUMENT */
function parseMinGrade(text: string | undefined): Grade | undefined {
  if (text === undefined) return undefined
  const found = grades.find((grade) => grade === text.toUpperCase())
  if (found === undefined) {
    const message = `--min-grade expects one of ${grades.join(', ')}, found ${JSON.stringify(text)}`
    throw new ConfigError('ARGUMENT', message)
  }
  return found
}

interface Checked {
  readonly facts: TapeFacts
  readonly data: DataGrade
}

function jsonOf({ facts, data }: Checked): object {
  const { instrument, sources, format, levels, rows, firstTime, lastTime, isSynthetic, dataHash } = facts
  return {
    instrument: instrument.id,
    venue: instrument.venue,
    sources,
    format,
    levels,
    isSynthetic,
    rows,
    firstTime: isoInstant(firstTime),
    lastTime: isoInstant(lastTime),
    dataHash,
    ...data,
  }
}

function checkRows(facts: TapeFacts, data: DataGrade): SummaryRow[] {
  const { instrument, sources, format, levels, rows, firstTime, lastTime } = facts
  return [
    [
      'tape',
      `${instrument.id} (${instrument.venue}), ${sources.join(', ')} (${format}), ${levels.join(', ')}`,
    ],
    ['span', `${isoInstant(firstTime)} – ${isoInstant(lastTime)}, ${grouped(String(rows))} rows`],
    ...data.findings.map(({ severity, text }) => [severity, text] as const),
    ['clean', data.clean.length === 0 ? 'nothing else was looked for' : data.clean.join(', ')],
    ['verdict', data.verdict],
  ]
}
