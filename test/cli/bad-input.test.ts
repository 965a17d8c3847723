import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesIn, sim, tradesCsv } from '../support/spawn-sim.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bad-input-'))
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content)
  const cellsOf = (row: number, changes: Record<number, string>) =>
    tradesCsv(300, (cells, at) => (at === row ? cells.map((cell, index) => changes[index] ?? cell) : cells))
  put('good.csv', tradesCsv(300))
  mkdirSync(join(folder, 'folder'))
  put('empty.csv', '')
  put('noise.bin', Buffer.from([1, 2, 3, 255, 254, 0, 7, 9]))
  const packed = gzipSync(tradesCsv(30_000))
  put('truncated.csv.gz', packed.subarray(0, packed.length / 2))
  put('bad-row.csv', cellsOf(98, { 6: 'abc' }))
  put(
    'short-row.csv',
    tradesCsv(300, (cells, at) => (at === 98 ? cells.slice(0, 5) : cells)),
  )
  put('backwards.csv', cellsOf(98, { 2: '1704067200000000', 3: '1704067200001000' }))
  put('negative.csv', cellsOf(98, { 6: '-100.0' }))
  put('crossed.csv', crossedQuotes('100.5'))
  put('quotes.csv', crossedQuotes('100.0'))
  put('locked.csv', crossedQuotes('100.1'))
  put(
    'other.csv',
    tradesCsv(300, (cells) =>
      cells.map((cell, at) =>
        at === 1 ? 'ETHUSDT' : at === 2 || at === 3 ? String(Number(cell) + 86_400_000_000) : cell,
      ),
    ),
  )
  put('broken.json', '{')
  put('unknown.json', JSON.stringify({ strategy: 'twap', data: 'good.csv', sede: 1 }))
  put(
    'plan.jsonl',
    '{"t":0,"do":"submit","id":"a","side":"buy","price":"100.0","qty":"0.001"}\n{"t":1,"do":"jump"}\n',
  )
  put('profile.csv', 'time,volume\n00:00,5\n00:01,-1\n')
  put('syntax.ts', 'export default {\n')
  put('throws.ts', strategyThat(`throw new TypeError('boom')`))
  put(
    'misuse.ts',
    strategyThat(`context.submit({ instrument: 0, side: 'buy', type: 'market', qty: qtyLots(0.5) })`),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Its fifth line is the given one. */
function strategyThat(statement: string): string {
  return `import { defineStrategy, qtyLots, z } from 'rehearsal'
export default defineStrategy({
  name: 'mine', description: '', params: z.strictObject({}),
  create: (_params, context) => ({ onStart() {
    ${statement}
  } }),
})
`
}

/** Tardis quotes of which the third has this bid; all asks are 100.1. */
function crossedQuotes(bid: string): string {
  const header = 'exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount'
  const rows = Array.from({ length: 20 }, (_, row) => {
    const time = 1_704_067_200_000_000 + row * 1_000_000
    return ['binance-futures', 'BTCUSDT', time, time + 1000, 1, '100.1', row === 2 ? bid : '100.0', 1].join(
      ',',
    )
  })
  return [header, ...rows, ''].join('\n')
}

/** Not the cache, and not the folder that was made for the outputs. */
const isOurs = (name: string): boolean => !name.startsWith('cache') && name !== 'out'

const onGood = ['--strategy', 'twap', '--data', 'good.csv']
const on = (file: string) => ['--strategy', 'twap', '--data', file]

describe('sim run on bad input', () => {
  it.each<[title: string, exitCode: number, message: RegExp, args: string[]]>([
    ['a missing file', 3, /found nothing at absent\.csv/, on('absent.csv')],
    ['a directory', 3, /found the directory folder/, on('folder')],
    ['an empty file', 3, /empty\.csv/, on('empty.csv')],
    ['a file of no known kind', 3, /noise\.bin/, on('noise.bin')],
    ['a truncated gzip', 3, /truncated\.csv\.gz/, on('truncated.csv.gz')],
    ['a bad number', 3, /found "abc" \(bad-row\.csv:100\)/, on('bad-row.csv')],
    ['a row that is too short', 3, /short-row\.csv:100\b/, on('short-row.csv')],
    ['times that go back', 3, /backwards\.csv:100\b/, on('backwards.csv')],
    ['a negative price', 3, /found -100\.0 \(negative\.csv:100\)/, on('negative.csv')],
    [
      'a crossed book',
      3,
      /book crossed at 2024-01-01T00:00:02\S* .*: best bid \d+ > best ask \d+ ticks/,
      on('crossed.csv'),
    ],
    [
      'a locked book',
      3,
      /book locked at 2024-01-01T00:00:02\S* .*: best bid \d+ = best ask \d+/,
      on('locked.csv'),
    ],
    [
      'a spread beside a book',
      2,
      /spreadTicks: 5: expected none for data with a book/,
      [...on('quotes.csv'), '--spread-ticks', '5'],
    ],
    ['instruments with no time in common', 2, /no time in common/, [...onGood, '--data', 'other.csv']],
    [
      'the same file twice',
      3,
      /expected times in order, .* \(good\.csv:2\)/,
      [...onGood, '--data', 'good.csv'],
    ],
    [
      'an unknown strategy',
      2,
      /no strategy "twp"\. Did you mean "twap"\?/,
      ['--strategy', 'twp', '--data', 'good.csv'],
    ],
    [
      'an unknown parameter',
      2,
      /no parameter "slice"\. Did you mean "slices"\?/,
      [...onGood, '--param', 'slice=3'],
    ],
    ['a bad parameter', 2, /parameter side: expected buy or sell/, [...onGood, '--param', 'side=up']],
    [
      'a quantity off the lot grid',
      2,
      /0\.0005 is not a multiple of the lot size 0\.001/,
      [...onGood, '--param', 'quantity=0.0005'],
    ],
    ['an unknown option', 2, /unknown argument: sede\. Did you mean "seed"\?/, [...onGood, '--sede', '1']],
    ['a bad seed', 2, /--seed expects a whole number/, [...onGood, '--seed', '1.5']],
    ['a bad latency', 2, /--latency expects measured/, [...onGood, '--latency', 'fast']],
    ['a bad queue model', 2, /queue model/, [...onGood, '--queue', 'fifo']],
    ['a level that is not there', 2, /trades, not l2/, [...onGood, '--level', 'l2']],
    [
      'a bar path without bars',
      2,
      /bar path nearer needs bars, found trades/,
      [...onGood, '--bar-path', 'nearer'],
    ],
    ['an unknown bar path', 2, /bar-path/, [...onGood, '--bar-path', 'worst']],
    ['an unknown risk limit', 2, /no such limit/, [...onGood, '--risk', 'maxOrder=1']],
    ['a config that is not JSON', 2, /config file broken\.json/, ['--config', 'broken.json']],
    ['an unknown setting', 2, /no setting "sede"\. Did you mean "seed"\?/, ['--config', 'unknown.json']],
    [
      'a bad line in a schedule',
      3,
      /plan\.jsonl:2: do: /,
      ['--strategy', 'scripted', '--param', 'file=plan.jsonl', '--data', 'good.csv'],
    ],
    [
      'a bad weight in a volume profile',
      3,
      /profile\.csv:3: expected a number of at least 0, found "-1"/,
      ['--strategy', 'vwap', '--param', 'profile=profile.csv', '--data', 'good.csv'],
    ],
    [
      'a volume profile that is not there',
      2,
      /parameter profile: cannot read absent\.csv/,
      ['--strategy', 'vwap', '--param', 'profile=absent.csv', '--data', 'good.csv'],
    ],
    [
      'a share of volume above its own cap',
      2,
      /maxRate 0\.05 is below rate 0\.1/,
      ['--strategy', 'pov', '--param', 'rate=0.1', '--param', 'maxRate=0.05', '--data', 'good.csv'],
    ],
    [
      'impact that does not pay for itself, found out when the rest was estimated',
      2,
      /expected temporary impact above permanent impact × slice ÷ 2/,
      ['--strategy', 'is', '--param', 'temporaryImpact=1e-12', '--data', 'good.csv'],
    ],
    [
      'a peg off the tick grid',
      2,
      /price 100\.05 is not a multiple of the tick size 0\.1/,
      ['--strategy', 'pegged', '--param', 'limit=100.05', '--data', 'good.csv'],
    ],
    [
      'a strategy that does not parse',
      2,
      /syntax\.ts:2:1: /,
      ['--strategy', './syntax.ts', '--data', 'good.csv'],
    ],
    [
      'a strategy that throws',
      2,
      /^sim: throws\.ts:5: the strategy threw TypeError: boom/,
      ['--strategy', './throws.ts', '--data', 'good.csv'],
    ],
    [
      'a strategy that orders half a lot',
      2,
      /^sim: misuse\.ts:5: .*not a safe integer: 0\.5/,
      ['--strategy', './misuse.ts', '--data', 'good.csv'],
    ],
    [
      'a folder where the report should be',
      1,
      /cannot write folder: it is a directory/,
      [...onGood, '--report', 'folder'],
    ],
    [
      'a file where a folder should be',
      1,
      /cannot write good\.csv\/r\.html: a file stands where/,
      [...onGood, '--report', 'good.csv/r.html'],
    ],
  ])('%s: exit %i and one line', (_title, exitCode, message, args) => {
    const before = filesIn(folder).filter(isOurs)
    const outputs = ['--fills', 'out/fills.jsonl', '--journal', 'out/run.journal', '--json']
    const report = args.includes('--report') ? [] : ['--report', 'out/report.html']
    const result = sim(folder, 'run', ...args, ...report, ...outputs)
    expect(result.stderr).toMatch(message)
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(/^sim: [^\n]+\n$/) })
    expect(filesIn(folder).filter(isOurs)).toEqual(before)
    const halves = filesIn(join(folder, 'cache')).filter((name) => /tmp|partial/.test(name))
    expect(halves).toEqual([])
  })
})
