import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Arguments } from '../../src/cli/arguments.ts'
import { parseRunRequest } from '../../src/cli/run-request.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-venue-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const configOf = (args: Arguments) =>
  parseRunRequest({ strategy: 'twap', data: ['monday.csv'], ...args }).config

describe('options on the venue', () => {
  it('give maintenance windows in UTC', () => {
    const maintenance = ['2024-05-01T08:00Z/2024-05-01T10:00Z', '1714600000/1714600060,cancel']
    expect(configOf({ maintenance }).maintenance).toEqual([
      { from: 1_714_550_400_000_000, to: 1_714_557_600_000_000, openOrders: 'keep' },
      { from: 1_714_600_000_000_000, to: 1_714_600_060_000_000, openOrders: 'cancel' },
    ])
  })

  it('give outages', () => {
    expect(configOf({ outages: '4,30s' }).outages).toEqual({
      perDay: 4,
      meanUs: 30_000_000,
      commands: 'reject',
    })
    expect(configOf({ outages: '0.5,1m,lose' }).outages).toMatchObject({ perDay: 0.5, commands: 'lose' })
  })

  it('give rate limits by name or in a file', () => {
    expect(configOf({ 'rate-limits': 'binance-spot' }).rateLimits).toBe('binance-spot')
    const file = write('limits.json', '{"buckets": [{"counts": "orders", "perUs": 1000000, "max": 5}]}')
    expect(configOf({ 'rate-limits': file }).rateLimits).toMatchObject({
      orders: { submit: 1, amend: 1, cancel: 0 },
    })
  })

  it('give impact models', () => {
    expect(configOf({ impact: 'square-root' }).impact).toEqual({
      model: 'square-root',
      y: 1,
      windowUs: 3_600_000_000,
    })
    expect(configOf({ impact: 'square-root:0.8,sigma=0.03,volume=20000,window=30m' }).impact).toEqual({
      model: 'square-root',
      y: 0.8,
      sigmaDay: 0.03,
      volumeDay: 20_000,
      windowUs: 1_800_000_000,
    })
    expect(configOf({ impact: 'almgren-chriss:eta=0.1,gamma=0.5,tau=2s' }).impact).toEqual({
      model: 'almgren-chriss',
      epsilon: 0,
      eta: 0.1,
      gamma: 0.5,
      tauSeconds: 2,
    })
  })

  it('give venue rules, as a list or with what holds outside', () => {
    const period = '{"from": "2024-01-01", "to": "2024-02-01", "rules": {"tickSize": "0.5"}}'
    const parsed = { from: 1_704_067_200_000_000, to: 1_706_745_600_000_000, rules: { tickSize: '0.5' } }
    const list = write('list.json', `[${period}]`)
    expect(configOf({ 'venue-rules': list }).venueRules).toEqual({ outside: 'warn', periods: [parsed] })
    const whole = write('whole.json', `{"outside": "refuse", "periods": [${period}]}`)
    expect(configOf({ 'venue-rules': whole }).venueRules?.outside).toBe('refuse')
  })

  it('give distributions from JSON or CSV', () => {
    const json = write('table.json', '{"submit": [[50, 2000], [100, 9000]], "cancel": [[100, 500]]}')
    expect(configOf({ latency: `distribution:${json}` }).latency).toEqual({
      model: 'distribution',
      submit: [
        [50, 2000],
        [100, 9000],
      ],
      cancel: [[100, 500]],
    })
    const csv = write('table.csv', 'percent,submit_us,response_us\n50,2000,1000\n100,9000,4000\n')
    expect(configOf({ latency: 'distribution', 'latency-file': csv }).latency).toEqual({
      model: 'distribution',
      submit: [
        [50, 2000],
        [100, 9000],
      ],
      response: [
        [50, 1000],
        [100, 4000],
      ],
    })
  })

  it('mean recorded latencies where only a file is given', () => {
    expect(configOf({ 'latency-file': 'orders.csv' }).latency).toEqual({
      model: 'recorded',
      file: 'orders.csv',
      scale: 1,
    })
  })

  it.each<[string, Arguments, string]>([
    ['a window without an end', { maintenance: ['2024-05-01'] }, '--maintenance expects FROM/TO'],
    [
      'a window that ends before it begins',
      { maintenance: ['2024-05-02/2024-05-01'] },
      'expected from before to',
    ],
    ['a window at no time', { maintenance: ['soon/later'] }, 'maintenance.0.from: expected a time'],
    ['outages without a length', { outages: '4' }, '--outages expects PER_DAY,MEAN'],
    ['outages more often than once a second or so', { outages: '1e9,1s' }, 'outages.perDay'],
    ['outages of another fate', { outages: '4,30s,maybe' }, 'outages.commands'],
    ['an unknown preset', { 'rate-limits': 'kraken' }, 'rateLimits'],
    ['an unknown impact model', { impact: 'cube-root' }, '--impact expects square-root'],
    ['an unknown parameter of impact', { impact: 'square-root:zeta=1' }, '--impact expects square-root'],
    ['impact without what it needs', { impact: 'almgren-chriss:eta=1' }, 'impact.gamma'],
    ['rules that are not there', { 'venue-rules': './absent.json' }, 'venue rules ./absent.json: ENOENT'],
    [
      'rules with a typing error',
      { 'venue-rules': write('typo.json', '[{"rules": {"tick": "1"}}]') },
      'venueRules',
    ],
    [
      'a table with another header',
      { latency: `distribution:${write('x.csv', 'a,b\n1,2\n')}` },
      'expected columns percent',
    ],
    [
      'a table that hides its slowest',
      { latency: `distribution:${write('z.csv', 'percent,submit\n99,5000\n')}` },
      'must end at 100 %',
    ],
    [
      'a table that is not whole',
      { latency: `distribution:${write('y.csv', 'percent,submit\n50,\n')}` },
      'submit.0.1',
    ],
  ])('are refused: %s', (_title, args, message) => {
    expect(() => configOf(args)).toThrow(message)
  })
})
