import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataGrade, gradeData } from '../../src/analysis/data-grade.ts'
import { synthesize, synthInstrument } from '../../src/feed/synth.ts'
import { noCounters } from '../../src/feed/tape-facts.ts'
import type { ImportCounters, TapeSink } from '../../src/feed/tape-sink.ts'
import { writeTape } from '../../src/feed/tape-writer.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'damaged-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

type Row = Parameters<TapeSink['row']>
/** What becomes of the rows of message `message`, the first being 0; the rows are those of one message. */
type Damage = (rows: readonly Row[], message: number) => readonly Row[]

interface Tape {
  readonly barUs?: number
  readonly durationUs?: number
  readonly damage?: Damage
  readonly counters?: Partial<ImportCounters>
}

/** A generated market of 30 s, seed 3, with its messages damaged on the way. */
async function gradeOf({ barUs, durationUs = 30_000_000, damage, counters }: Tape): Promise<DataGrade> {
  const levels = barUs === undefined ? (['l2', 'trades'] as const) : (['bars'] as const)
  const origin = {
    instrument: synthInstrument,
    isSynthetic: true,
    sources: ['synth seed 3'],
    format: 'synth',
    levels,
    barUs,
    hasReceiveTime: barUs === undefined,
  }
  const facts = await writeTape(join(folder, 'tape.parquet'), origin, (sink) => {
    synthesize({ seed: 3, durationUs, barUs }, damaging(sink, damage ?? ((rows) => rows)))
    return { ...noCounters, ...counters }
  })
  return gradeData(facts)
}

function damaging(sink: TapeSink, damage: Damage): TapeSink {
  let message = 0
  let rows: Row[] = []
  return {
    row(...row: Row): void {
      rows.push(row)
      if (!row[6]) return
      for (const changed of damage(rows, message)) sink.row(...changed)
      message++
      rows = []
    },
  }
}

const at = (from: number, change: (rows: readonly Row[]) => readonly Row[]): Damage => {
  return (rows, message) => (message === from ? change(rows) : rows)
}

const isTrade = (rows: readonly Row[]): boolean => rows[0]?.[0] === rowKind.trade

/** The first trade from message 100 on. */
function atOneTrade(change: (row: Row) => readonly Row[]): Damage {
  let isDone = false
  return (rows, message) => {
    const [row] = rows
    if (isDone || message < 100 || row === undefined || !isTrade(rows)) return rows
    isDone = true
    return change(row)
  }
}

/** A message of one row, at the times of the last row of `rows`. */
function oneRow(rows: readonly Row[], kind: Row[0], side: Row[1], price: number, qty: number): Row {
  const [, , exchangeTime = 0, receiveTime = 0] = rows.at(-1) ?? []
  return [kind, side, exchangeTime, receiveTime, price, qty, true]
}

const { depth, snapshot, trade, clear, offMarketTrade } = rowKind
const { buy } = sideCode

describe('the grade of a generated tape', () => {
  it('is an A without damage, and names what was looked for', async () => {
    const data = await gradeOf({})
    expect(data).toMatchObject({ grade: 'A', reasons: [] })
    expect(data.verdict).toBe('A: usable for everything that its level offers')
    for (const code of ['gap', 'crossedBook', 'silentSpell', 'missingSnapshot', 'farTrade']) {
      expect(data.clean).toContain(code)
    }
  })

  it('is an A for bars of which none is missing', async () => {
    const data = await gradeOf({ barUs: 60_000_000, durationUs: 7_200_000_000 })
    expect(data.grade).toBe('A')
    expect(data.clean).toContain('missingBar')
  })

  // The synthetic price is 600,000 ticks: 720,000 is 20 % above, 612,000 2 %.
  it.each<[string, { code: string; count: number; grade: string }, Tape]>([
    [
      'a gap',
      { code: 'gap', count: 1, grade: 'B' },
      { damage: at(100, (rows) => [...rows, oneRow(rows, clear, buy, 0, 0)]), counters: { gaps: 1 } },
    ],
    [
      'a gap that is told again and again until the end of the tape: one, and long',
      { code: 'gap', count: 1, grade: 'B' },
      {
        damage: (rows, message) => (message < 100 ? rows : [oneRow(rows, clear, buy, 0, 0)]),
        counters: { gaps: 1 },
      },
    ],
    [
      'a gap after which the book goes on without a snapshot',
      { code: 'missingSnapshot', count: 30_000, grade: 'D' },
      { damage: at(100, (rows) => [...rows, oneRow(rows, clear, buy, 0, 0)]), counters: { gaps: 1 } },
    ],
    [
      'a bid far above the ask for one message',
      { code: 'crossedBook', count: 1, grade: 'C' },
      {
        damage: at(100, (rows) => [
          ...rows,
          oneRow(rows, depth, buy, 605_000, 1),
          oneRow(rows, depth, buy, 605_000, 0),
        ]),
      },
    ],
    [
      'a book that loses all its asks for a moment',
      { code: 'oneSidedBook', count: 1, grade: 'B' },
      {
        damage: at(100, (rows) => {
          const [, , exchangeTime = 0, receiveTime = 0] = rows.at(-1) ?? []
          const start: Row = [clear, buy, exchangeTime, receiveTime, 0, 0, false]
          return [...rows, start, oneRow(rows, snapshot, buy, 599_000, 5)]
        }),
      },
    ],
    [
      'no snapshot at the start',
      { code: 'missingSnapshot', count: 35_000, grade: 'D' },
      { damage: (rows) => rows.filter(([kind]) => kind !== clear && kind !== snapshot) },
    ],
    [
      'a print stamped five seconds early',
      { code: 'backwardTime', count: 1, grade: 'B' },
      {
        damage: atOneTrade(([kind, side, exchange, receive, price, qty]) => [
          [kind, side, exchange - 5_000_000, receive, price, qty, true],
        ]),
      },
    ],
    [
      'a clock that is an hour wrong',
      { code: 'clockOffset', count: 1, grade: 'C' },
      {
        damage: (rows) =>
          rows.map(([kind, side, exchange, receive, ...rest]) => [
            kind,
            side,
            exchange,
            receive - 3_600_000_000,
            ...rest,
          ]),
      },
    ],
    [
      'a print that the source marks as off the market',
      { code: 'offMarketTrade', count: 1, grade: 'B' },
      { damage: at(100, (rows) => [...rows, oneRow(rows, offMarketTrade, buy, 630_000, 5)]) },
    ],
    [
      'a print 2 % off the market that is not marked',
      { code: 'farTrade', count: 1, grade: 'C' },
      { damage: at(100, (rows) => [...rows, oneRow(rows, trade, buy, 613_000, 1)]) },
    ],
    [
      'a print at a price with a digit too many',
      { code: 'priceLeap', count: 2, grade: 'C' },
      { damage: at(100, (rows) => [...rows, oneRow(rows, trade, buy, 6_000_000, 1)]) },
    ],
    [
      'half a minute without a message',
      { code: 'silentSpell', count: 1, grade: 'B' },
      {
        damage: (rows, message) =>
          rows.map(([kind, side, exchange, receive, ...rest]) => {
            const shift = message < 200 ? 0 : 30_000_000
            return [kind, side, exchange + shift, receive + shift, ...rest]
          }),
      },
    ],
    [
      'prints written twice',
      { code: 'doubledTrades', count: 700, grade: 'C' },
      { damage: (rows) => (isTrade(rows) ? [...rows, ...rows] : rows) },
    ],
    [
      'quantities finer than the lot',
      { code: 'offLotQuantity', count: 3, grade: 'B' },
      { counters: { offLotQuantities: 3 } },
    ],
    [
      'ids left out',
      { code: 'missingIds', count: 2, grade: 'C' },
      { counters: { notes: ['2 trade ids are missing'] } },
    ],
    [
      'books that differ from their checksum',
      { code: 'checksumMismatch', count: 4, grade: 'C' },
      { counters: { notes: ['4000 checksums of the book were verified: 4 do not agree'] } },
    ],
    [
      'two bars of 120 missing',
      { code: 'missingBar', count: 2, grade: 'C' },
      {
        barUs: 60_000_000,
        durationUs: 7_200_000_000,
        // A bar is four messages.
        damage: (rows, message) => (message >= 40 && message < 48 ? [] : rows),
      },
    ],
  ])('falls for %s', async (_title, expected, tape) => {
    const data = await gradeOf(tape)
    const found = data.findings.find(({ code }) => code === expected.code)
    if (expected.count < 500) expect(found?.count).toBe(expected.count)
    else expect(found?.count).toBeGreaterThan(expected.count)
    expect(found?.cap).toBe(expected.grade)
    expect(data.grade >= expected.grade).toBe(true)
    expect(data.reasons).toContain(found?.text)
  })

  it('passes over crossed quotes beside levels, of which the book of a run is made', async () => {
    const damage = at(100, (rows) => {
      const quote = (side: Row[1], price: number): Row => oneRow(rows, rowKind.quote, side, price, 1)
      return [...rows, quote(buy, 605_000), quote(sideCode.sell, 604_000)]
    })
    const { findings, clean } = await gradeOf({ damage })
    expect(findings.map(({ code }) => code)).toContain('crossedQuote')
    expect(clean).toContain('refusedBook')
  })

  it('says when it was first and worst, and how large', async () => {
    const damage = at(100, (rows) => [...rows, oneRow(rows, trade, buy, 6_000_000, 1)])
    const { findings, verdict } = await gradeOf({ damage })
    const leap = findings.find(({ code }) => code === 'priceLeap')
    // From about 600,000 to 6,000,000 ticks: 9 times as much again, 90,000 bps.
    expect(Math.abs((leap?.worst ?? 0) - 90_000)).toBeLessThan(500)
    expect(leap).toMatchObject({ unit: 'bps', severity: 'moderate' })
    expect(leap?.firstTime).toMatch(/^2024-01-01T00:00:0\d\.\d{6}Z$/)
    expect(verdict).toMatch(/^C: usable .+, because .*leaps of the price by 20 % or more: 2 of /)
  })

  it('shows notes of importers that it does not know as they are, and judges them not', async () => {
    const notes = ['17 frobs were ungrokked']
    const { grade, findings } = await gradeOf({ counters: { notes } })
    expect(grade).toBe('A')
    expect(findings).toContainEqual(expect.objectContaining({ code: 'note', count: 17, text: notes[0] }))
  })

  it('looks at bars only by what bars have', async () => {
    const { findings, clean } = await gradeOf({ barUs: 60_000_000, durationUs: 7_200_000_000 })
    const codes = [...findings.map(({ code }) => code), ...clean]
    expect(codes).not.toContain('crossedBook')
    expect(codes).not.toContain('clockOffset')
  })
})
