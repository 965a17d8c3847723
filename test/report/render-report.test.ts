import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runnableConfig, shellWord } from '../../src/report/background-section.ts'
import { renderReport } from '../../src/report/render-report.ts'
import { writeReport } from '../../src/report/write-report.ts'
import { buildRunRecord } from '../support/run-record.ts'
import { hostileRecord } from './hostile-record.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-report-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

describe('a rendered report', () => {
  const record = buildRunRecord()
  const page = renderReport(record)

  it('is one file that names no other', () => {
    expect(countOf(page, /\b(src|href)\s*=\s*["']?(https?:|\/\/|file:)/gi)).toBe(0)
    // In an attribute, so the quotes are escaped: two scripts and one style.
    expect(countOf(page, /content="default-src &#39;none&#39;; /g)).toBe(1)
    expect(countOf(page, /&#39;sha256-[\w+/]{43}=&#39;/g)).toBe(3)
  })

  it.each([
    ['the strategy', '<h1>twap</h1>'],
    ['the fingerprint', record.summary.fingerprint],
    ['the span', '2024-08-08T00:05:45.000Z'],
    ['every assumption', 'cancels ahead of us never help'],
    ['facts of the data', '126 of 126 agreed'],
    ['the configuration', '&quot;quantity&quot;: &quot;2&quot;'],
    ['how to check it', 'sim verify run.journal'],
    ['why there is no Sharpe ratio', 'No Sharpe ratio: it takes 7 daily UTC returns, and this run has 1.'],
  ])('says %s', (_name, text) => {
    expect(page.includes(text), text).toBe(true)
  })

  it('gives the band of a run on bars, with the first ambiguous ones', () => {
    const band = {
      pessimistic: '999990.5',
      optimistic: '1000004',
      ambiguousBars: 7,
      firstTimes: [1_723_075_200_000_000],
    }
    const banded = renderReport({ ...record, summary: { ...record.summary, band } })
    expect(banded).toContain('Band of equity')
    expect(banded).toContain('title="999990.5 to 1000004 USDT"')
    expect(banded).toContain('in 7 ambiguous bars, the first: 2024-08-08T00:00:00.000Z')
    expect(page).not.toContain('Band of equity')
  })

  it('grades the data, with what was found, when the rows were scanned', () => {
    expect(page.includes('data-grade=')).toBe(false)
    const tallies = { farTrade: { count: 3, of: 1_000, firstTime: 1_723_075_200_000_000, worst: 200 } }
    const facts = record.facts.map((one) => ({ ...one, scan: { version: 1, tallies } }))
    const graded = renderReport({ ...record, facts })
    // 3 of 1,000 are 0.3 %: between 0.1 % (D) and 10 % (F).
    expect(graded.includes('<p class="grade" data-grade="D"><b>Data grade D: usable for a first look')).toBe(
      true,
    )
    const line = 'count as market prints: 3 of 1,000 prints (0.3 %); first 2024-08-08T00:00:00.000000Z'
    expect(graded.includes(line)).toBe(true)
  })

  it('warns of synthetic data, of an interrupted run and of a halted one, and only then', () => {
    expect(page.includes('class="banner"')).toBe(false)
    const summary = { ...record.summary, isSynthetic: true, isPartial: true, riskState: 'halted' } as const
    const warned = renderReport({ ...record, summary })
    for (const word of ['SYNTHETIC', 'PARTIAL', 'HALTED'])
      expect(warned.includes(`<strong>${word}</strong>`), word).toBe(true)
  })

  it('is the same every time', () => {
    expect(renderReport(buildRunRecord()) === page).toBe(true)
  })

  it('has no element more when every text is hostile', () => {
    const hostile = renderReport(hostileRecord())
    for (const name of ['script', 'img', 'style', 'meta', 'body']) {
      const tag = new RegExp(`</?${name}[\\s>]`, 'gi')
      expect(countOf(hostile, tag), name).toBe(countOf(page, tag))
    }
  })

  it('stays small for a long run: 50,000 orders over 42 minutes in under 3 MB', () => {
    const long = buildRunRecord({ spanUs: 2_500_000_000, quoteUs: 100_000 })
    expect(long.orders.length).toBeGreaterThan(50_000)
    expect(Buffer.byteLength(renderReport(long))).toBeLessThan(3e6)
  })
})

describe('writing a report', () => {
  it('creates the folder and leaves nothing but the report', () => {
    const path = join(folder, 'a', 'b', 'report.html')
    writeReport(buildRunRecord(), path)
    expect(readFileSync(path, 'utf8')).toMatch(/^<!doctype html>/)
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['report.html'])
  })

  it('leaves nothing behind when it cannot be put there', () => {
    const path = join(folder, 'taken')
    writeReport(buildRunRecord(), join(path, 'inside.html'))
    expect(() => writeReport(buildRunRecord(), path)).toThrow()
    expect(statSync(path).isDirectory()).toBe(true)
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([])
    expect(existsSync(join(path, 'inside.html'))).toBe(true)
  })
})

describe('the settings to run again with', () => {
  it('stand beside strategy and parameters, as a config file has them', () => {
    const config = {
      strategy: 'twap',
      params: { side: 'buy' },
      settings: { seed: 3, queue: 'x' },
      level: 'l2',
    }
    expect(runnableConfig(config)).toEqual({
      strategy: 'twap',
      params: { side: 'buy' },
      seed: 3,
      queue: 'x',
    })
  })

  it('are the configuration itself where it has no settings apart', () => {
    expect(runnableConfig({ strategy: 'twap', seed: 3 })).toEqual({ strategy: 'twap', seed: 3 })
    expect(runnableConfig(null)).toBeNull()
  })
})

describe('a shell word', () => {
  it.each([
    ['btc.csv.gz', 'btc.csv.gz'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf)', "'$(rm -rf)'"],
    ['-x', "'-x'"],
    ['', "''"],
  ])('%s', (text, expected) => {
    expect(shellWord(text)).toBe(expected)
  })
})
