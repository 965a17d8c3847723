import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sim, tradesCsv } from '../support/spawn-sim.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'))
  writeFileSync(join(folder, 'trades.csv'), tradesCsv(300))
  // Prices go 100.0 … 100.9; every tenth has a digit too many from row 50 on: 25 leaps up, 25 down, in five minutes.
  const leaps = (cells: string[], row: number): string[] =>
    row >= 50 && row % 10 === 0 ? cells.with(6, '1000.0') : cells
  writeFileSync(join(folder, 'leaps.csv'), tradesCsv(300, leaps))
  writeFileSync(join(folder, 'locked.csv'), quotesCsv('101'))
  writeFileSync(join(folder, 'crossed.csv'), quotesCsv('102'))
  sim(folder, 'data', 'synth', '-o', 'clean.parquet', '--duration', '10s')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** 20,000 quotes 100 / 101, one a second; the bid of row 10,000 is this one. */
function quotesCsv(bid: string): string {
  const rows = Array.from({ length: 20_000 }, (_, row) => {
    const time = 1_700_000_000_000_000 + row * 1_000_000
    return `${time},${time + 1000},${row === 10_000 ? bid : '100'},5,101,5`
  })
  return ['exchange_time,receive_time,bid_price,bid_qty,ask_price,ask_qty', ...rows, ''].join('\n')
}

/** A snapshot and so many changes, one a second; the update id `skipped` never came. */
function bybitBook(changes: number, skipped: number): string {
  const ids = Array.from({ length: changes + 2 }, (_, id) => id).filter((id) => id !== skipped)
  return ids
    .map((id) => {
      const ms = 1_733_011_200_000 + id * 1_000
      const levels = { b: [['1.9531', `${100 + (id % 7)}`]], a: [['1.9532', '40']] }
      const data = { s: 'XRPUSDT', ...levels, u: 7 + id, seq: 1_000 + id }
      const type = id === 0 ? 'snapshot' : 'delta'
      return `${JSON.stringify({ topic: 'orderbook.500.XRPUSDT', type, ts: ms, cts: ms, data })}\n`
    })
    .join('')
}

const twap = ['run', '--strategy', 'twap', '--param', 'duration=1m', '--no-report']

describe('sim data check', () => {
  it('gives a generated tape an A, and ends with the verdict', () => {
    const { exitCode, stdout, stderr } = sim(folder, 'data', 'check', 'clean.parquet', '--min-grade', 'a')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(/^verdict +A: usable for everything that its level offers\n$/m)
  })

  // B for the file's missing instrument name, and for a crossed quote; one locked of 20,000 is 0.005 %, too few for a limit.
  it.each(['locked', 'crossed'])(
    'names one %s quote, and a run goes on without a book until the next',
    (word) => {
      const { stdout } = sim(folder, 'data', 'check', `${word}.csv`, '--tick', '1', '--lot', '1', '--json')
      const [tape] = JSON.parse(stdout).tapes
      expect(tape.grade).toBe('B')
      const code = word === 'locked' ? 'lockedQuote' : 'crossedQuote'
      // 1,700,000,000 s are 2023-11-14T22:13:20Z; 10,000 s later it is 01:00:00.
      const found = tape.findings.find((one: { code: string }) => one.code === code)
      expect(found).toMatchObject({ count: 1, firstTime: '2023-11-15T01:00:00.000000Z' })
      const run = sim(folder, ...twap, '--data', `${word}.csv`, '--tick', '1', '--lot', '1')
      expect(run.exitCode).toBe(0)
      expect(run.stderr).toContain(
        `1 ${word} of 20000 messages of the book: there is no book from each to the next that is not\n`,
      )
    },
  )

  it('counts the time without a book to the end of a dump that lost one message, and a run warns of it', () => {
    writeFileSync(join(folder, 'skip.data'), bybitBook(120, 60))
    const { stdout } = sim(folder, 'data', 'check', 'skip.data', '--json')
    const [tape] = JSON.parse(stdout).tapes
    // 121 messages: snapshot 0, changes 1 … 59, none 60, the gap shows at 61, 62 … 121 are left out.
    const lost = '60 of 121 book messages came after a gap without a new snapshot and were left out'
    expect(tape).toMatchObject({ grade: 'D', lastTime: '2024-12-01T00:02:01.000000Z' })
    expect(tape.reasons[0]).toContain(lost)
    // From 61 s to 121 s: a minute.
    const gap = tape.findings.find(({ code }: { code: string }) => code === 'gap')
    expect(gap).toMatchObject({ count: 1, worst: 60_000_000, cap: 'C' })
    const run = sim(folder, ...twap, '--data', 'skip.data', '--quiet')
    expect(run.stderr).toContain(`warning: XRPUSDT: ${lost}: there was no book meanwhile\n`)
  })

  it('exits with 1 below the grade asked for, and with 0 when none is', () => {
    expect(sim(folder, 'data', 'check', 'leaps.csv', '--min-grade', 'C').exitCode).toBe(1)
    expect(sim(folder, 'data', 'check', 'leaps.csv', '--min-grade', 'D').exitCode).toBe(0)
    expect(sim(folder, 'data', 'check', 'leaps.csv').exitCode).toBe(0)
  })

  it('prints one JSON document for all files, graded by the worst', () => {
    const { stdout } = sim(
      folder,
      'data',
      'check',
      'clean.parquet',
      'leaps.csv',
      '--json',
      '--min-grade',
      'B',
    )
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({ formatVersion: 1, grade: 'D', minGrade: 'B', isPassed: false })
    expect(document.tapes.map((tape: { grade: string }) => tape.grade)).toEqual(['A', 'D'])
    expect(document.tapes[1].findings[0]).toMatchObject({
      code: 'priceLeap',
      severity: 'serious',
      cap: 'D',
      count: 50,
      of: 299,
      firstTime: '2024-01-01T00:00:50.000000Z',
      unit: 'bps',
    })
  })

  it('gives the same answer again', () => {
    const check = (): string => sim(folder, 'data', 'check', 'leaps.csv', '--json').stdout
    expect(check()).toBe(check())
  })

  it.each<[string, number, RegExp, string[]]>([
    ['no file', 2, /not enough non-option arguments/i, []],
    ['a missing file', 3, /found nothing at nope\.csv/, ['nope.csv']],
    [
      'a grade that there is not',
      2,
      /--min-grade expects one of A, B, C, D, F, found "E"/,
      ['x', '--min-grade', 'E'],
    ],
  ])('refuses %s with exit %i and one line', (_title, exitCode, message, args) => {
    const result = sim(folder, 'data', 'check', ...args)
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(/^sim: [^\n]+\n$/) })
    expect(result.stderr).toMatch(message)
  })
})

describe('a run', () => {
  it('says in one line that its data is bad, and in its JSON how good it is', () => {
    const bad = sim(folder, ...twap, '--data', 'leaps.csv', '--json')
    expect(bad.stderr).toMatch(
      /^sim: data grade D: usable for a first look, [^\n]+ 50 of 299 prices [^\n]+\n$/,
    )
    expect(JSON.parse(bad.stdout).dataGrade).toMatchObject({ grade: 'D' })
    const good = sim(folder, ...twap, '--data', 'clean.parquet', '--json')
    expect(good.stderr).toBe('')
    expect(JSON.parse(good.stdout).dataGrade).toEqual({
      grade: 'A',
      verdict: 'A: usable for everything that its level offers',
      reasons: [],
    })
    expect(sim(folder, ...twap, '--data', 'leaps.csv', '--quiet').stderr).toBe('')
  })
})
