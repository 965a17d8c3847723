/** Rows into a DuckDB table, by whole vectors: a value at a time would be ten times slower. */
import type { DuckDBAppender, DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { DataError } from '../core/errors.ts'
import type { RowKind, SideCode } from '../model/tape.ts'
import type { TapeSink } from './tape-sink.ts'

const chunkRows = 2048
const tableSql = `CREATE TABLE rows(exchange_time DOUBLE, receive_time DOUBLE, price DOUBLE, qty DOUBLE,
  kind UTINYINT, side UTINYINT, last UTINYINT)`

export class RowAppender implements TapeSink {
  private readonly appender: DuckDBAppender
  private readonly chunk: DuckDBDataChunk
  private readonly exchangeTimes = new Float64Array(chunkRows)
  private readonly receiveTimes = new Float64Array(chunkRows)
  private readonly prices = new Float64Array(chunkRows)
  private readonly qtys = new Float64Array(chunkRows)
  private readonly kinds = new Uint8Array(chunkRows)
  private readonly sides = new Uint8Array(chunkRows)
  private readonly lasts = new Uint8Array(chunkRows)
  private rows = 0

  private constructor(appender: DuckDBAppender, chunk: DuckDBDataChunk) {
    this.appender = appender
    this.chunk = chunk
  }

  static async create(connection: DuckDBConnection): Promise<RowAppender> {
    const { DOUBLE, DuckDBDataChunk, UTINYINT } = await import('@duckdb/node-api')
    await connection.run(tableSql)
    const types = [DOUBLE, DOUBLE, DOUBLE, DOUBLE, UTINYINT, UTINYINT, UTINYINT]
    return new RowAppender(await connection.createAppender('rows'), DuckDBDataChunk.create(types, chunkRows))
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
  ): void {
    if (this.rows === chunkRows) this.append()
    const at = this.rows++
    this.exchangeTimes[at] = exchangeTime
    this.receiveTimes[at] = receiveTime
    this.prices[at] = price
    this.qtys[at] = qty
    this.kinds[at] = kind
    this.sides[at] = side
    this.lasts[at] = isLast ? 1 : 0
  }

  /** Hands the rest over; the table is complete after it. */
  finish(): void {
    this.append()
    this.appender.flushSync()
    this.appender.closeSync()
  }

  private append(): void {
    if (this.rows === 0) return
    const { chunk } = this
    chunk.reset()
    chunk.rowCount = this.rows
    const columns = [this.exchangeTimes, this.receiveTimes, this.prices, this.qtys]
    for (const [column, values] of columns.entries()) fillDoubles(chunk, column, values)
    const bytes = [this.kinds, this.sides, this.lasts]
    for (const [column, values] of bytes.entries()) fillBytes(chunk, columns.length + column, values)
    this.appender.appendDataChunk(chunk)
    this.rows = 0
  }
}

function fillDoubles(chunk: DuckDBDataChunk, column: number, values: Float64Array): void {
  const vector = chunk.getColumnVector(column)
  if (!('items' in vector && vector.items instanceof Float64Array)) throw wrongColumn(column)
  vector.items.set(values.subarray(0, chunk.rowCount))
  vector.flush()
}

function fillBytes(chunk: DuckDBDataChunk, column: number, values: Uint8Array): void {
  const vector = chunk.getColumnVector(column)
  if (!('items' in vector && vector.items instanceof Uint8Array)) throw wrongColumn(column)
  vector.items.set(values.subarray(0, chunk.rowCount))
  vector.flush()
}

const wrongColumn = (column: number): DataError =>
  new DataError('TAPE_COLUMN', `column ${column} of the table of rows has another type`)
