/** A spool of rows as a table of DuckDB, streamed: neither side ever holds more than a few row groups. */
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api'
import { assert } from '../core/errors.ts'
import type { RowSpool, SpoolReader } from './row-spool.ts'
import { collectYoung } from './young-collector.ts'

const chunksPerCollection = 16

/** Makes `SELECT … FROM rows()` read the spool: exchange_time, receive_time, price, qty, order_id, kind, side, last, visible. */
export async function registerSpool(connection: DuckDBConnection, spool: RowSpool): Promise<void> {
  const { DOUBLE, DuckDBTableFunction, UTINYINT } = await import('@duckdb/node-api')
  let reader: SpoolReader | undefined
  let chunks = 0
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name: 'rows',
      bindFunction: (bind) => {
        for (const name of ['exchange_time', 'receive_time', 'price', 'qty', 'order_id'])
          bind.addResultColumn(name, DOUBLE)
        for (const name of ['kind', 'side', 'last', 'visible']) bind.addResultColumn(name, UTINYINT)
        bind.setCardinality(spool.rows, true)
      },
      initFunction: (init) => {
        init.setMaxThreads(1) // More would mix up the rows.
        reader = spool.read()
      },
      mainFunction: (_info, chunk) => {
        assert(reader !== undefined, 'the scan of a spool has begun')
        fill(chunk, reader)
        if (++chunks % chunksPerCollection === 0) collectYoung()
      },
    }),
  )
}

function fill(chunk: DuckDBDataChunk, reader: SpoolReader): void {
  const rows = reader.next()
  chunk.rowCount = rows
  if (rows === 0) return
  const { exchangeTime, receiveTime, price, qty, orderId, kind, side, isLast, seenBy } = reader.block
  const columns = [exchangeTime, receiveTime, price, qty, orderId, kind, side, isLast, seenBy]
  for (const [column, values] of columns.entries()) {
    const vector = chunk.getColumnVector(column)
    const items = 'items' in vector ? vector.items : undefined
    assert(
      items instanceof Float64Array || items instanceof Uint8Array,
      `column ${column} of the spool's table`,
    )
    items.set(values.subarray(0, rows))
    vector.flush()
  }
}
