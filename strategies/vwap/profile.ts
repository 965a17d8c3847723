/**
 * A volume profile from a file: weights of bins of equal time, in order. JSON is an array of numbers. CSV is one number a
 * line, or has a header with a column `volume` or `weight`; other columns are not read, blank lines and lines that
 * start with # are passed over.
 */
import { DataError, type TextFile } from '../../src/index.ts'

const binsMax = 100_000
/** Products with quantities stay far from what a double can hold: the engine takes no more. */
const weightMax = 1e100

/** @throws {DataError} PROFILE_INVALID, with file and line */
export function parseProfile({ name, text }: TextFile): number[] {
  const weights = text.trimStart().startsWith('[') ? parseJson(name, text) : parseCsv(name, text)
  if (weights.length === 0 || weights.length > binsMax) {
    throw invalid(name, `${weights.length} bins: expected 1 to ${binsMax}`)
  }
  const tooLarge = weights.find((weight) => weight > weightMax)
  if (tooLarge !== undefined) throw invalid(name, `weight ${tooLarge}: expected at most 1e100`)
  if (weights.every((weight) => weight === 0)) throw invalid(name, 'all weights are 0')
  return weights
}

function parseJson(name: string, text: string): number[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(name, `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  if (!Array.isArray(value)) throw invalid(name, 'expected an array of numbers')
  return value.map((item: unknown, index) => {
    if (typeof item === 'number' && Number.isFinite(item) && item >= 0) return item
    throw invalid(name, `bin ${index + 1}: expected a number of at least 0, found ${JSON.stringify(item)}`)
  })
}

function parseCsv(name: string, text: string): number[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }))
  const filled = lines.filter(({ line }) => line !== '' && !line.startsWith('#'))
  const header = filled[0]?.line.split(',').map((cell) => cell.trim().toLowerCase()) ?? []
  const column = header.findIndex((cell) => cell === 'volume' || cell === 'weight')
  const rows = column === -1 ? filled : filled.slice(1)
  return rows.map(({ line, number }) => {
    const cells = line.split(',')
    if (column === -1 && cells.length > 1) {
      throw invalid(`${name}:${number}`, 'several columns, but no header with a column volume or weight')
    }
    const cell = (cells[Math.max(0, column)] ?? '').trim()
    const weight = Number(cell)
    if (/^\d/.test(cell) && Number.isFinite(weight)) return weight
    throw invalid(`${name}:${number}`, `expected a number of at least 0, found ${JSON.stringify(cell)}`)
  })
}

const invalid = (where: string, why: string): DataError =>
  new DataError('PROFILE_INVALID', `${where}: ${why}`)
