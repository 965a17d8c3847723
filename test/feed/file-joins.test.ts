import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isHole } from '../../src/feed/file-joins.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import { TapeColumns } from '../../src/feed/tape-columns.ts'
import { noCounters } from '../../src/feed/tape-facts.ts'
import { writeTape } from '../../src/feed/tape-writer.ts'
import { kindMask, type PackedOrder, type PackedTape, packedKind } from '../../src/model/packed.ts'
import { holeNoteStart, lostBookNoteEnd } from '../../src/model/tape.ts'
import { brief, importTexts } from '../support/import-rows.ts'
import { depth, testInstrument, trade } from '../support/tape-rows.ts'

const secondUs = 1_000_000
const isOfHole = (note: string): boolean => note.startsWith(holeNoteStart)

describe('a silence between two files', () => {
  it.each([
    ['nine seconds in a dense stream', 9 * secondUs, 10_000, false],
    ['eleven seconds in a dense stream', 11 * secondUs, 10_000, true],
    ['as much between trades every minute', 11 * secondUs, 60 * secondUs, false],
    // A hundred times a minute are 6,000 s: an hour is the most that a pause may last …
    ['an hour between bars of a minute', 3_601 * secondUs, 60 * secondUs, true],
    // … but for daily bars, of which a whole one may be missing.
    ['a day between bars of a day', 86_400 * secondUs, 86_400 * secondUs, false],
    ['three days between bars of a day', 3 * 86_400 * secondUs, 86_400 * secondUs, true],
  ])('of %s', (_name, gapUs, spacingUs, expected) => {
    expect(isHole(gapUs, spacingUs)).toBe(expected)
  })
})

describe('a hole between two recordings', () => {
  const startUs = 1_723_161_255_000_000
  const line = (us: number, message: object): string => `${startUs + us} ${JSON.stringify(message)}\n`
  const snapshot = { lastUpdateId: 10, bids: [['100.1', '1']], asks: [['100.2', '2']] }
  const diff = (us: number, U: number, u: number): string =>
    line(us, {
      stream: 'btcusdt@depth',
      data: {
        ...{ e: 'depthUpdate', E: Math.floor((startUs + us) / 1_000), s: 'BTCUSDT', U, u },
        ...{ b: [['100.0', '3']], a: [] },
      },
    })
  const tradeAt = (us: number): string =>
    line(us, {
      stream: 'btcusdt@trade',
      data: {
        ...{ e: 'trade', E: Math.floor((startUs + us) / 1_000), s: 'BTCUSDT', t: us },
        ...{ p: '100.1', q: '1', m: true, M: true },
      },
    })
  const first = line(0, snapshot) + diff(1_000, 11, 11) + diff(2_000, 12, 12)
  const hourUs = 3_600 * secondUs

  it('is told from a lost diff within one, after which no snapshot comes: the time goes on without a book', async () => {
    // 13 is missing: 14, which shows it, and 15 have nothing to be added to.
    const { rows, counters } = await importTexts([first + diff(3_000, 14, 14) + diff(2 * hourUs, 15, 15)])
    expect(counters.gaps).toBe(1)
    expect(counters.notes).toContain(`2 of 4 ${lostBookNoteEnd}`)
    expect(counters.notes.filter(isOfHole)).toEqual([])
    expect(brief(rows).slice(-2)).toEqual(['clear buy 0×0!', 'clear buy 0×0!'])
    expect(rows.at(-1)).toMatchObject({
      exchangeTime: startUs + 2 * hourUs,
      receiveTime: startUs + 2 * hourUs,
    })
  })

  it('ends the book where it begins, and not when the next file shows it', async () => {
    const second =
      tradeAt(hourUs) +
      diff(hourUs + 1_000, 500, 500) +
      line(hourUs + 2_000, { ...snapshot, lastUpdateId: 500 })
    const { rows, counters } = await importTexts([first, second])
    expect(brief(rows.slice(5, 7))).toEqual(['clear buy 0×0!', 'trade sell 10010×100000!'])
    expect(rows[5]?.receiveTime).toBe(startUs + 2_000)
    expect(counters.gaps).toBe(1)
    expect(counters.notes.filter(isOfHole)).toEqual([
      expect.stringContaining('nothing was recorded for 1h between part-1.txt and part-2.txt'),
    ])
  })

  it('is none where the next change follows the last one', async () => {
    const { rows, counters } = await importTexts([first, tradeAt(hourUs) + diff(hourUs + 1_000, 13, 13)])
    expect(brief(rows).filter((row) => row === 'clear buy 0×0!')).toEqual([])
    expect(counters.gaps).toBe(0)
    expect(counters.notes.filter(isOfHole)).toEqual([])
  })

  it('is none where the files lie close together', async () => {
    const { counters } = await importTexts([first, tradeAt(secondUs) + diff(secondUs + 1_000, 13, 13)])
    expect(counters.notes.filter(isOfHole)).toEqual([])
  })

  it('ends a book of snapshots, which starts again with the next one', async () => {
    const book = (us: number): string =>
      line(us, {
        channel: 'l2Book',
        data: {
          ...{ coin: 'BTC', time: Math.floor((startUs + us) / 1_000) },
          levels: [[{ px: '100', sz: '1', n: 1 }], [{ px: '101', sz: '2', n: 1 }]],
        },
      })
    const { rows, counters } = await importTexts([book(0), book(hourUs)])
    const whole = ['clear buy 0×0', 'snapshot buy 100×1', 'snapshot sell 101×2!']
    expect(brief(rows)).toEqual([...whole, 'clear buy 0×0!', ...whole])
    expect(rows[3]?.receiveTime).toBe(startUs)
    expect(counters.gaps).toBe(1)
  })

  it('ends quotes of tables, and is told of trades', async () => {
    const quotes = (ms: number): string =>
      `timestamp,bid_price,bid_amount,ask_price,ask_amount\n${1723161255000 + ms},100.1,1,100.2,2\n`
    const { rows, counters } = await importTexts([quotes(0), quotes(60_000)])
    expect(brief(rows)[2]).toBe('clear buy 0×0!')
    expect(rows[2]?.receiveTime).toBe(rows[0]?.receiveTime)
    expect(counters.gaps).toBe(1)
    const trades = (ms: number): string => `timestamp,price,amount,side\n${1723161255000 + ms},100.1,1,buy\n`
    const told = await importTexts([trades(0), trades(60_000)])
    expect(told.counters.notes.filter(isOfHole)).toHaveLength(1)
    expect(told.counters.gaps).toBe(0)
  })
})

describe('a hole between two tapes', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'joins-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const t0 = 1_700_000_000_000_000

  async function tapeAt(name: string, time: number): Promise<string> {
    const path = join(folder, name)
    const rows = new TapeColumns()
    for (const row of [
      ...depth(time, ['bid', 1000, 5], ['ask', 1001, 5]),
      ...trade(time + 1_000, 'buy', 1001, 1),
      ...depth(time + 2_000, ['bid', 999, 5]),
    ]) {
      rows.add(row)
    }
    const origin = {
      ...{ instrument: testInstrument, isSynthetic: true, sources: [name], format: 'test' },
      ...{ levels: ['l2'] as const, hasReceiveTime: true },
    }
    await writeTape(path, origin, (sink) => {
      for (let i = 0; i < rows.rows; i++) rows.copyTo(sink, i)
      return noCounters
    })
    return path
  }

  function clears(tape: PackedTape, order: PackedOrder): number[] {
    const source = tape.open(order)
    const found: number[] = []
    for (let batch = source.next(); batch !== undefined; batch = source.next()) {
      for (let i = 0; i < batch.rows; i++) {
        if (((batch.code[i] ?? 0) & kindMask) === packedKind.clear) found.push(batch.exchangeTime[i] ?? 0)
      }
    }
    source.close()
    return found
  }

  async function prepared(...paths: readonly string[]): Promise<PackedTape> {
    const [tape] = await prepareTapes(paths, { cacheDir: join(folder, 'cache') })
    if (tape === undefined) throw new Error('no tape')
    return tape
  }

  it('ends the book in both orders at the end of the first, and is told', async () => {
    const monday = await tapeAt('monday', t0)
    const tape = await prepared(monday, await tapeAt('tuesday', t0 + 60 * secondUs))
    for (const order of ['exchange', 'receive'] as const) expect(clears(tape, order)).toEqual([t0 + 2_000])
    expect(tape.facts.gaps).toBe(1)
    expect(tape.facts.notes.filter(isOfHole)).toEqual([expect.stringContaining('between monday and tuesday')])
    // It is no row of either tape.
    expect(tape.facts.rowsByKind.clear ?? 0).toBe(0)
    expect(tape.facts.rows).toBe(8)
  })

  it('is none where they follow each other', async () => {
    const tape = await prepared(await tapeAt('first', t0), await tapeAt('second', t0 + secondUs))
    expect(clears(tape, 'receive')).toEqual([])
    expect(tape.facts.notes.filter(isOfHole)).toEqual([])
  })
})
