/**
 * A table of latencies in a file. JSON as the configuration writes it, `{"submit": [[50, 2000], [100, 9000]], …}`, or CSV
 * with a `percent` column and one column of microseconds each for submit, amend, cancel, response.
 */
import { ConfigError } from '../core/errors.ts'
import type { LatencyConfigInput } from '../run/latency-config.ts'
import { latencySchema } from '../run/latency-config.ts'
import { isRecord, parseJsonText, readTextFile } from './settings-file.ts'

/** @throws {ConfigError} LATENCY_TABLE, CONFIG_FILE */
export function readDistribution(path: string): LatencyConfigInput {
  const file = { what: 'latency file', path }
  const text = readTextFile(file)
  const value = text.trimStart().startsWith('{') ? parseJsonText(file, text) : parseCsv(path, text)
  const result = latencySchema.safeParse({ model: 'distribution', ...(isRecord(value) ? value : {}) })
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new ConfigError('LATENCY_TABLE', `${path}: ${issue?.path.join('.')}: ${issue?.message}`)
}

const parts = ['submit', 'amend', 'cancel', 'response']

function parseCsv(path: string, text: string): Record<string, [number, number][]> {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = header.split(',').map((name) => name.trim().replace(/(_us|Us)$/, ''))
  if (names[0] !== 'percent' || !names.slice(1).every((name) => parts.includes(name))) {
    throw new ConfigError(
      'LATENCY_TABLE',
      `${path}: expected columns percent, submit, amend, cancel, response; found ${header}`,
    )
  }
  const tables: Record<string, [number, number][]> = {}
  for (const [column, name] of names.entries()) {
    if (column > 0) tables[name] = lines.map((line) => cellsOf(line, column))
  }
  return tables
}

function cellsOf(line: string, column: number): [number, number] {
  const cells = line.split(',')
  const number = (text: string | undefined) =>
    text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return [number(cells[0]), number(cells[column])]
}
