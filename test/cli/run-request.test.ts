import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseLatency } from '../../src/cli/latency-argument.ts'
import { parseRunRequest } from '../../src/cli/run-request.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'request-'))
afterAll(() => rmSync(folder, { recursive: true }))
const required = { strategy: 'twap', data: ['a.gz'] }

function withFile(content: unknown, args: Record<string, unknown> = {}) {
  const config = join(folder, 'run.json')
  writeFileSync(config, typeof content === 'string' ? content : JSON.stringify(content))
  return () => parseRunRequest({ ...args, config })
}

describe('parseRunRequest', () => {
  it('turns the options into a run configuration', () => {
    const { config, params } = parseRunRequest({
      ...required,
      param: ['side=sell', 'quantity=2'],
      seed: '7',
      latency: 'constant:5ms,8ms',
      fees: '-0.5,5',
      balance: '50000',
      'order-timeout': '1m',
      risk: ['maxOpenOrders=10', 'maxOrderSize=5', 'maxDailyLossPct=off', 'requirePositiveBalance=false'],
    })
    expect(params).toEqual({ side: 'sell', quantity: '2' })
    expect(config).toMatchObject({
      seed: 7,
      latency: { model: 'constant', entryUs: 5000, responseUs: 8000 },
      fees: { makerBps: '-0.5', takerBps: '5' },
      account: { balance: '50000', leverage: 1 },
      orderTimeoutUs: 60_000_000,
      risk: {
        maxOpenOrders: 10,
        maxOrderSize: '5',
        maxDailyLossPct: null,
        requirePositiveBalance: false,
        maxPositions: 10,
      },
    })
  })

  it('lets the command line win over the file, key by key', () => {
    const file = {
      strategy: 'sma-cross',
      data: 'b.csv',
      params: { fast: 5, slow: 20 },
      seed: 3,
      account: { balance: '9', leverage: 4 },
      risk: { maxOpenOrders: 1, maxPositions: 2 },
    }
    const args = { strategy: 'twap', param: ['slow=30'], balance: '10', risk: ['maxPositions=3'] }
    expect(withFile(file, args)()).toMatchObject({
      strategy: 'twap',
      data: ['b.csv'],
      params: { fast: 5, slow: '30' },
      config: {
        seed: 3,
        account: { balance: '10', leverage: 4 },
        risk: { maxOpenOrders: 1, maxPositions: 3 },
      },
    })
  })

  it.each([
    [
      'an unknown setting',
      { ...required, sead: 1 },
      'no setting "sead". Did you mean "seed"? There are: strategy, data,',
    ],
    ['text that is not JSON', '{', 'run.json: '],
    ['a list', [], 'expected one JSON object'],
    ['a wrong type', { ...required, data: 5 }, 'run.json: data: '],
    ['a bad value', { ...required, seed: -1 }, 'seed: '],
    ['an unknown limit', { ...required, risk: { maxOpenOrder: 1 } }, 'risk: '],
  ])('refuses a file with %s', (_title, content, message) => {
    expect(withFile(content)).toThrow(message)
  })

  it.each([
    ['no strategy', { data: ['a'] }, '--strategy is missing; sim strategies lists them'],
    ['no data', { strategy: 'twap' }, '--data is missing'],
    [
      'one fee',
      { ...required, fees: '2' },
      '--fees expects maker,taker in basis points such as 2,5; found "2"',
    ],
    ['a timeout without unit', { ...required, 'order-timeout': '30' }, '--order-timeout expects a duration'],
    [
      'a leverage that is no number',
      { ...required, leverage: 'x' },
      '--leverage expects a number, found "x"',
    ],
    [
      'an unknown risk limit',
      { ...required, risk: ['maxOpnOrders=1'] },
      '--risk maxOpnOrders: no such limit. Did you mean "maxOpenOrders"? There are: priceDeviationPct,',
    ],
    ['a bad risk limit', { ...required, risk: ['maxPositions=many'] }, 'risk.maxPositions'],
    [
      'a risk limit that is too small',
      { ...required, risk: ['maxOpenOrders=-1'] },
      'risk.maxOpenOrders: Too small: expected number to be >=1',
    ],
    ['a balance of nothing', { ...required, balance: '0' }, 'account.balance: expected an amount above zero'],
    ['debts', { ...required, balance: '-5' }, 'account.balance: expected an amount above zero'],
    ['a latency from the moon', { ...required, latency: 'measured:1e12' }, 'latency.scale: Too big'],
  ])('refuses %s', (_title, args, message) => {
    expect(() => parseRunRequest(args)).toThrow(message)
  })

  it('says which config file is missing', () => {
    expect(() => parseRunRequest({ config: './absent.json' })).toThrow(/config file \.\/absent\.json: ENOENT/)
  })
})

describe('an account in a configuration', () => {
  it.each([
    [{ balance: '100' }, { balance: '100', leverage: 1 }],
    [{ leverage: 3 }, { balance: '1000000', leverage: 3 }],
    [{}, { balance: '1000000', leverage: 1 }],
  ])('takes the default for what is left out of %j', (account, expected) => {
    expect(parseRunConfig({ account }).account).toEqual(expected)
  })
})

describe('parseLatency', () => {
  it.each([
    ['measured', { model: 'measured', scale: 1 }],
    ['measured:0.5', { model: 'measured', scale: 0.5 }],
    ['constant:5ms', { model: 'constant', entryUs: 5000, responseUs: 5000 }],
    ['constant:250us,1s', { model: 'constant', entryUs: 250, responseUs: 1_000_000 }],
    [
      'constant:5ms,amend=6ms,cancel=4ms',
      { model: 'constant', entryUs: 5000, responseUs: 5000, amendUs: 6000, cancelUs: 4000 },
    ],
    ['measured:2,response=0.5', { model: 'measured', scale: 2, responseScale: 0.5 }],
    ['measured-sampled', { model: 'measured-sampled', scale: 1 }],
    ['measured-sampled:cancel=3', { model: 'measured-sampled', scale: 1, cancelScale: 3 }],
    ['lognormal:5ms,40ms', { model: 'lognormal', medianUs: 5000, p99Us: 40_000 }],
    [
      'lognormal:5ms,40ms,response=4ms/20ms',
      { model: 'lognormal', medianUs: 5000, p99Us: 40_000, response: { medianUs: 4000, p99Us: 20_000 } },
    ],
    ['recorded:my,amend=2', { model: 'recorded', file: 'my', amendScale: 2 }],
  ])('understands %s', (text, expected) => {
    expect(parseLatency(text)).toEqual(expected)
  })

  it.each(['', 'constant', 'constant:5', 'constant:1ms,2ms,3ms', 'measured:0', 'measured:x', 'fast'])(
    'refuses %j',
    (text) => {
      expect(() => parseLatency(text)).toThrow(
        '--latency expects measured[:SCALE], measured-sampled[:SCALE], constant:5ms',
      )
    },
  )
})
