/** Recorded order latencies: a table with a request, an exchange and a response time in each row, in any kind of file. */
import { DataError } from '../core/errors.ts'
import { openTableFile } from './open-importer.ts'
import { isoTime, timeOfText } from './parse-time.ts'
import { SourcePosition } from './source-position.ts'

/** Usual names, lower case letters only; ours first, then those of hftbacktest. */
const usualNames = {
  request: new Set(['requesttime', 'reqts', 'requestts', 'sendtime', 'senttime']),
  exchange: new Set(['exchangetime', 'exchts', 'exchangets']),
  response: new Set(['responsetime', 'respts', 'responsets', 'receivetime']),
} as const

export interface OrderLatencyRows {
  /** Microseconds, ascending. */
  readonly requestTime: Float64Array
  /** 0 for an order that was refused before the engine. */
  readonly exchangeTime: Float64Array
  readonly responseTime: Float64Array
}

/**
 * Times in any unit that `--data` understands. An exchange time that is empty, zero or negative says that the order was
 * refused before the engine.
 *
 * @throws {DataError} LATENCY_FILE with file and line
 */
export async function readOrderLatencies(path: string): Promise<OrderLatencyRows> {
  const table = await openTableFile(path)
  const columns = columnsOf(path, table.columns)
  const position = new SourcePosition()
  position.open(path, table.unit)
  const rows: number[][] = []
  let last = Number.NEGATIVE_INFINITY
  for await (const batch of table.batches()) {
    position.line = batch.firstLine - 1
    for (const cells of batch.rows) {
      position.line++
      if (cells.length === 0) continue
      const row = parseRow(cells, columns, position)
      if (row.request < last) {
        throw position.error(
          'LATENCY_FILE',
          `request at ${isoTime(row.request)} is older than the one before it`,
        )
      }
      last = row.request
      rows.push([row.request, row.exchange, row.response])
    }
  }
  if (rows.length === 0)
    throw new DataError('LATENCY_FILE', `${path}: expected order latencies, found no row`)
  const column = (index: number) => Float64Array.from(rows, (row) => row[index] ?? 0)
  return { requestTime: column(0), exchangeTime: column(1), responseTime: column(2) }
}

type Columns = Readonly<Record<keyof typeof usualNames, number>>

function columnsOf(path: string, found: readonly string[]): Columns {
  const plain = found.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''))
  const find = (role: keyof typeof usualNames): number => {
    const index = plain.findIndex((name) => usualNames[role].has(name))
    if (index >= 0) return index
    throw new DataError(
      'LATENCY_FILE',
      `${path}: expected columns request_time, exchange_time, response_time; found ${found.join(', ')}`,
    )
  }
  return { request: find('request'), exchange: find('exchange'), response: find('response') }
}

function parseRow(cells: readonly string[], columns: Columns, position: SourcePosition) {
  const time = (role: keyof Columns): number => {
    const text = cells[columns[role]] ?? ''
    const parsed = timeOfText(text)
    if (parsed !== undefined) return parsed
    throw position.error('LATENCY_FILE', `expected a ${role} time, found ${JSON.stringify(text)}`)
  }
  const request = time('request')
  const response = time('response')
  const exchangeText = cells[columns.exchange] ?? ''
  const exchange = exchangeText === '' || Number(exchangeText) <= 0 ? 0 : time('exchange')
  const isOrdered = response >= request && (exchange === 0 || (exchange >= request && response >= exchange))
  if (!isOrdered) {
    throw position.error(
      'LATENCY_FILE',
      `expected request ≤ exchange ≤ response, found ${request}, ${exchange}, ${response}`,
    )
  }
  return { request, exchange, response }
}
