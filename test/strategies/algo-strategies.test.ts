/** The strategies that drive an algorithm of the engine: what they ask it for, and what they refuse. */
import { describe, expect, it } from 'vitest'
import is from '../../strategies/is/strategy.ts'
import pegged from '../../strategies/pegged/strategy.ts'
import pov from '../../strategies/pov/strategy.ts'
import { parseProfile } from '../../strategies/vwap/profile.ts'
import vwap from '../../strategies/vwap/strategy.ts'
import { type Stage, stage } from '../support/strategy-stage.ts'

const start = 1_000_000_000
const executed = ({ asked }: Stage) =>
  asked.filter(([what]) => what === 'execute').map(([, request]) => request)
const logged = ({ asked }: Stage) => asked.filter(([what]) => what === 'log').map(([, text]) => text)

describe('vwap', () => {
  const given = { quantity: '2', duration: '300s', slices: '4' }
  const algo = {
    algo: 'vwap',
    duration: 300_000_000,
    slices: 4,
    childType: 'market',
    priceOffset: 0,
    jitter: 0,
  }

  it('is flat, and says so, when nothing is known of the volume', () => {
    const on = stage(vwap, given)
    on.strategy.onStart?.()
    expect(on.params.curve).toBe('flat')
    expect(executed(on)).toEqual([{ instrument: 0, side: 'buy', qty: 2000, algo: { ...algo, weights: [1] } }])
  })

  it('takes its profile from a file', () => {
    const on = stage(vwap, { ...given, profile: { name: 'day.csv', text: '3\n1\n' } })
    expect(on.params.curve).toBe('profile')
    on.strategy.onStart?.()
    expect(executed(on)).toMatchObject([{ algo: { weights: [3, 1] } }])
  })

  it('watches the volume before it starts, and only then', () => {
    const on = stage(vwap, { ...given, history: '8s' })
    on.trade(100)
    on.strategy.onStart?.()
    for (const [second, lots] of [5, 0, 1, 4].entries()) {
      expect(executed(on)).toEqual([])
      on.trade(lots)
      on.passTo(start + (second + 1) * 2_000_000)
    }
    on.trade(50)
    on.passTo(start + 20_000_000)
    expect(executed(on)).toMatchObject([{ algo: { weights: [5, 0, 1, 4] } }])
  })

  it('is flat when nothing was traded in the history, and logs it', () => {
    const on = stage(vwap, { ...given, history: '8s' })
    on.strategy.onStart?.()
    on.passTo(start + 8_000_000)
    expect(executed(on)).toMatchObject([{ algo: { weights: [1] } }])
    expect(logged(on)).toEqual(['nothing was traded in the history: the profile is flat'])
  })

  it.each([
    { curve: 'profile' },
    { curve: 'history' },
    { curve: 'flat', history: '1s' },
    { history: '1s', profile: { name: 'a.csv', text: '1' } },
  ])('refuses %o', (wrong) => {
    expect(() => stage(vwap, { ...given, ...wrong })).toThrow('give a profile, a history or neither')
  })
})

describe('a volume profile', () => {
  it.each([
    ['JSON', '[1, 2.5, 0]', [1, 2.5, 0]],
    ['one number a line', '1\n\n# noon\n2\r\n', [1, 2]],
    ['a column of a table', 'time,volume\n00:00,12\n00:01,3\n', [12, 3]],
    ['a column of weights', 'Weight\n0.25\n0.75', [0.25, 0.75]],
  ])('is read from %s', (_title, text, weights) => {
    expect(parseProfile({ name: 'a', text })).toEqual(weights)
  })

  it.each([
    ['', 'a: 0 bins: expected 1 to 100000'],
    ['[]', 'a: 0 bins: expected 1 to 100000'],
    ['[0, 0]', 'a: all weights are 0'],
    ['[1, -1]', 'a: bin 2: expected a number of at least 0, found -1'],
    ['[1, "2"]', 'a: bin 2: expected a number of at least 0, found "2"'],
    ['[1, 2', 'a: not JSON: '],
    ['[1e307, 1]', 'a: weight 1e+307: expected at most 1e100'],
    ['1e308', 'a: weight 1e+308: expected at most 1e100'],
    ['1\n-2', 'a:2: expected a number of at least 0, found "-2"'],
    ['# x\n1\ntwo', 'a:3: expected a number of at least 0, found "two"'],
    ['volume\n1\n\n', undefined],
    ['time,qty\n1,2', 'a:1: several columns, but no header with a column volume or weight'],
    ['time,volume\n00:01', 'a:2: expected a number of at least 0, found ""'],
  ])('%j gives %j', (text, message) => {
    if (message === undefined) expect(parseProfile({ name: 'a', text })).toEqual([1])
    else expect(() => parseProfile({ name: 'a', text })).toThrow(message)
  })
})

describe('pov', () => {
  it('starts its algorithm once, with three times the rate to catch up', () => {
    const on = stage(pov, { quantity: '2', duration: '300s', rate: '0.05' })
    on.strategy.onStart?.()
    const limits = { rate: 0.05, interval: 1_000_000, minChild: 1, childType: 'market', priceOffset: 0 }
    const algo = { algo: 'pov', duration: 300_000_000, maxRate: expect.closeTo(0.15, 12), ...limits }
    expect(executed(on)).toEqual([{ instrument: 0, side: 'buy', qty: 2000, algo }])
  })

  it.each([
    [{ rate: '0.1', maxRate: '0.05' }, 'strategy pov: maxRate 0.05 is below rate 0.1'],
    [{ rate: '0' }, 'parameter rate: expected a number from 0.0001 to 1, found "0"'],
    [{ rate: '2' }, 'parameter rate: expected a number from 0.0001 to 1, found "2"'],
    [{ minChild: '0.0005' }, 'quantity 0.0005 is not a multiple of the lot size 0.001'],
  ])('refuses %o', (given, message) => {
    expect(() => stage(pov, given)).toThrow(message)
  })
})

describe('is', () => {
  const given = { quantity: '2', duration: '300s', slices: '10' }

  it('starts at once with a model that was given, in ticks and lots', () => {
    const model = { riskAversion: '1e-5', volatility: '5', temporaryImpact: '6', permanentImpact: '0.001' }
    const on = stage(is, { ...given, ...model })
    on.strategy.onStart?.()
    // A tick is 0.1, a lot 0.001, a tick·lot 0.0001 of money: 5 ÷ 0.1; 6 × 0.001 ÷ 0.1; 0.001 × 0.001 ÷ 0.1; 1e-5 × 0.0001.
    expect(executed(on)).toMatchObject([
      {
        qty: 2000,
        algo: {
          algo: 'is',
          duration: 300_000_000,
          slices: 10,
          riskAversion: expect.closeTo(1e-9, 20),
          volatility: expect.closeTo(50, 9),
          temporaryImpact: expect.closeTo(0.06, 12),
          permanentImpact: expect.closeTo(1e-5, 15),
        },
      },
    ])
    expect(logged(on)).toEqual([
      expect.stringMatching(
        /^volatility 5\.00000, temporary impact 6\.00000, permanent impact 0\.00100000; kappa /,
      ),
    ])
  })

  it('estimates the rest from what it sees before the start', () => {
    const on = stage(is, { ...given, lookback: '4s', permanentImpact: '0' })
    on.touch(1000, 1002)
    on.strategy.onStart?.()
    // Mids 1001, then 1004, 1004, 1000, 1000: changes 3, 0, −4, 0 ticks; σ² = 25 ÷ 4. Spreads 2, 2, 4, 4: 3 ticks.
    for (const [second, [bid, ask]] of [
      [1003, 1005],
      [1003, 1005],
      [998, 1002],
      [998, 1002],
    ].entries()) {
      on.touch(bid, ask)
      on.trade(5)
      expect(executed(on)).toEqual([])
      on.passTo(start + (second + 1) * 1_000_000)
    }
    // 20 lots in 4 s: 5 lots/s; η = 3 ÷ 0.05 = 60.
    expect(executed(on)).toMatchObject([
      { algo: { volatility: 2.5, temporaryImpact: expect.closeTo(60, 9), permanentImpact: 0 } },
    ])
  })

  it('watches on until something was traded', () => {
    const on = stage(is, { ...given, lookback: '2s' })
    on.touch(1000, 1002)
    on.strategy.onStart?.()
    on.passTo(start + 6_500_000)
    expect(executed(on)).toEqual([])
    on.trade(7)
    on.passTo(start + 7_000_000)
    // γ = 2 ÷ (0.1 × 1 lot/s × 86400).
    expect(executed(on)).toMatchObject([
      { algo: { volatility: 0, temporaryImpact: 200, permanentImpact: expect.closeTo(2 / 8640, 12) } },
    ])
  })

  it.each([
    [{ riskAversion: '-1' }, 'parameter riskAversion: expected a number of at least 0, found "-1"'],
    [{ volatility: 'high' }, 'parameter volatility: expected a number of at least 0, found "high"'],
    [{ lookback: '0s' }, 'parameter lookback: expected a duration'],
    [{ temporaryImpact: '0' }, 'strategy is: temporaryImpact 0: expected more than 0, which is'],
    // Slices of 30 s.
    [
      { temporaryImpact: '15', permanentImpact: '1' },
      'strategy is: temporaryImpact 15: expected more than 15, which',
    ],
  ])('refuses %o', (wrong, message) => {
    expect(() => stage(is, { ...given, ...wrong })).toThrow(message)
  })
})

describe('pegged', () => {
  it.each([
    ['buy', 'bid'],
    ['sell', 'ask'],
  ])('a %s follows the %s unless told otherwise', (side, peg) => {
    const on = stage(pegged, { side, quantity: '2', timeout: '60s', limit: '100.5' })
    on.strategy.onStart?.()
    const algo = {
      algo: 'pegged',
      peg,
      offset: 0,
      limit: 1005,
      interval: 100_000,
      replace: 'amend',
      postOnly: true,
      timeout: 60_000_000,
    }
    expect(executed(on)).toEqual([{ instrument: 0, side, qty: 2000, algo }])
  })

  it.each([
    [{ peg: 'last' }, 'parameter peg: expected one of bid, ask, mid, found "last"'],
    [{ limit: '100.55' }, 'price 100.55 is not a multiple of the tick size 0.1'],
    [{ offset: '0.5' }, 'parameter offset: expected a whole number, found "0.5"'],
  ])('refuses %o', (wrong, message) => {
    expect(() => stage(pegged, { quantity: '2', ...wrong })).toThrow(message)
  })
})
