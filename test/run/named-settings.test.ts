import { describe, expect, it } from 'vitest'
import { readEnvironment, readNamedSettings, settingNames } from '../../src/run/named-settings.ts'

const read = (...entries: [string, unknown][]) => readNamedSettings({ source: 'test', entries })

describe('settings under the names that others use', () => {
  it.each<[string, unknown, object]>([
    ['MAX_POSITIONS', '3', { risk: { maxPositions: 3 } }],
    ['MAX_DRAWDOWN_PCT', '12.5', { risk: { maxDrawdownPct: 12.5 } }],
    ['DAILY_LOSS_LIMIT_PCT', '1', { risk: { maxDailyLossPct: 1 } }],
    ['MAX_DAILY_LOSS', '500', { risk: { maxDailyLoss: '500' } }],
    ['max_daily_loss', 500, { risk: { maxDailyLoss: '500' } }],
    ['max_order_size', '0.5', { risk: { maxOrderSize: '0.5' } }],
    ['min_order_size', '0.001', { risk: { minOrderSize: '0.001' } }],
    ['max_order_value', '10000', { risk: { maxOrderValue: '10000' } }],
    ['max_price_deviation', '2', { risk: { priceDeviationPct: 2 } }],
    ['max_position_value_pct', '50', { risk: { maxPositionValuePct: 50 } }],
    ['require_positive_balance', 'false', { risk: { requirePositiveBalance: false } }],
    ['MAX_POSITION_SIZE', '1.5', { risk: { maxPositionSize: '1.5' } }],
    ['MAX_SLIPPAGE_PERCENT', '0.3', { risk: { maxSlippagePct: 0.3 } }],
    ['MAX_DRAWDOWN_PCT', 'off', { risk: { maxDrawdownPct: null } }],
    ['DEFAULT_ORDER_TIMEOUT', '30', { orderTimeoutUs: 30_000_000 }],
    ['DEFAULT_ORDER_TIMEOUT', '5m', { orderTimeoutUs: 300_000_000 }],
    ['DEFAULT_TIME_IN_FORCE', 'IOC', { defaultTimeInForce: 'ioc' }],
  ])('reads %s=%s', (name, value, config) => {
    expect(read([name, value]).config).toEqual(config)
  })

  it.each<[string, string, string]>([
    ['MAX_POSITIONS', '0', 'test: MAX_POSITIONS expects a whole number of instruments, found "0"'],
    ['MAX_POSITIONS', '1.5', 'test: MAX_POSITIONS expects'],
    ['MAX_DRAWDOWN_PCT', '101', 'test: MAX_DRAWDOWN_PCT expects percent, found "101"'],
    ['MAX_DAILY_LOSS', '-5', 'test: MAX_DAILY_LOSS expects an amount of settlement currency, found "-5"'],
    ['require_positive_balance', 'maybe', 'test: require_positive_balance expects true or false'],
    ['DEFAULT_TIME_IN_FORCE', 'day', 'test: DEFAULT_TIME_IN_FORCE expects gtc, ioc or fok, found "day"'],
    ['EXECUTION_MODE', 'dry', 'test: EXECUTION_MODE expects paper, live, replay, found "dry"'],
    ['MAX_FOO', '1', 'test: no setting MAX_FOO.'],
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => read([name, value])).toThrow(message)
  })

  it('refuses one limit with two values, under whatever names', () => {
    expect(() => read(['MAX_ORDER_SIZE', '1'], ['max_order_size', '2'])).toThrow(
      'test: MAX_ORDER_SIZE=1 and max_order_size=2 are the same setting',
    )
    const own = {
      source: 'test',
      entries: [['max_order_size', '2']] as const,
      ownRisk: { maxOrderSize: '1' },
    }
    expect(() => readNamedSettings(own)).toThrow('maxOrderSize=1 and max_order_size=2 are the same setting')
    expect(read(['MAX_ORDER_SIZE', '1'], ['max_order_size', '1']).config).toEqual({
      risk: { maxOrderSize: '1' },
    })
  })
})

describe('the environment', () => {
  it('is read for our names and left alone otherwise', () => {
    const env = {
      PATH: '/bin',
      MAX_CONNECTIONS: '5',
      DEFAULT_TIMEOUT: '3',
      EXECUTION_MODE: 'paper',
      max_order_size: '1',
    }
    expect(readEnvironment(env)).toEqual({ mode: 'paper', config: { risk: { maxOrderSize: '1' } } })
  })

  it.each(['MAX_POSITION', 'MAX_DRAWDOWN_PERCENT', 'EXECUTION_MOD', 'MAX_ORDER_SIZES'])(
    'refuses %s, which is nearly one of ours: a limit that somebody relies on would be off',
    (name) => {
      expect(() => readEnvironment({ [name]: '1' })).toThrow(`environment: no setting ${name}. Did you mean`)
    },
  )

  it('knows every name once', () => {
    expect(new Set(settingNames).size).toBe(settingNames.length)
  })
})
