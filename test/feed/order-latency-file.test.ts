import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/feed/duckdb.ts'
import { readOrderLatencies } from '../../src/feed/order-latency-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-latency-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const us = 1_700_000_000_000_000

describe('a file of order latencies', () => {
  it('is CSV in microseconds', async () => {
    const path = write(
      'us.csv',
      `request_time,exchange_time,response_time\n${us},${us + 100},${us + 150}\n${us + 1000},0,${us + 1400}\n`,
    )
    const rows = await readOrderLatencies(path)
    expect([...rows.requestTime]).toEqual([us, us + 1000])
    expect([...rows.exchangeTime]).toEqual([us + 100, 0])
    expect([...rows.responseTime]).toEqual([us + 150, us + 1400])
  })

  it('is CSV in nanoseconds, with the names of hftbacktest, cut to microseconds', async () => {
    const path = write(
      'ns.csv',
      `req_ts,exch_ts,resp_ts,_padding\n${us}999,${us + 100}001,${us + 150}000,0\n`,
    )
    const rows = await readOrderLatencies(path)
    expect([rows.requestTime[0], rows.exchangeTime[0], rows.responseTime[0]]).toEqual([
      us,
      us + 100,
      us + 150,
    ])
  })

  it('is Parquet, which gives the same as CSV', async () => {
    const csv = write(
      'same.csv',
      `req_ts,exch_ts,resp_ts\n${us}000,${us + 100}000,${us + 150}000\n${us + 9}000,-1,${us + 20}000\n`,
    )
    const parquet = join(folder, 'same.parquet')
    const database = await openDuckDb()
    await database.connection.run(`copy (select * from read_csv('${csv}')) to '${parquet}' (format parquet)`)
    database.close()
    const rows = await readOrderLatencies(csv)
    expect([...rows.exchangeTime]).toEqual([us + 100, 0])
    expect(await readOrderLatencies(parquet)).toEqual(rows)
  })

  it.each([
    [
      'without the columns',
      'time,price\n1,2\n',
      'expected columns request_time, exchange_time, response_time',
    ],
    ['without a row', 'request_time,exchange_time,response_time\n', 'found no row'],
    ['with a time that is none', `request_time,exchange_time,response_time\nsoon,${us},${us}\n`, 'bad.csv:2'],
    [
      'out of order',
      `request_time,exchange_time,response_time\n${us},${us},${us}\n${us - 1},${us},${us}\n`,
      'is older than the one before it',
    ],
    [
      'that answers before it is asked',
      `request_time,exchange_time,response_time\n${us},${us + 5},${us + 3}\n`,
      'expected request ≤ exchange ≤ response',
    ],
  ])('is refused %s', async (_title, text, message) => {
    await expect(readOrderLatencies(write('bad.csv', text))).rejects.toThrow(message)
  })
})
