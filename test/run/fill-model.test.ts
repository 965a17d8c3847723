import { describe, expect, it } from 'vitest'
import { parseRunRequest } from '../../src/cli/run-request.ts'
import { priceTicks, qtyLots } from '../../src/core/units.ts'
import { listAssumptions } from '../../src/run/assumptions.ts'
import { defaultMargin, marginInForce } from '../../src/run/margin-config.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import twap from '../../strategies/twap/strategy.ts'
import { memoryTape, runJournaled, runnable } from '../support/run-rows.ts'
import { depth, trade } from '../support/tape-rows.ts'

const typed = (options: Readonly<Record<string, unknown>>) =>
  parseRunRequest({ strategy: 'twap', data: ['a.npz'], ...options }).config

describe('the choice of the fill model', () => {
  it('is honest when nothing is said, and saying so changes no configuration', () => {
    expect(parseRunConfig({ fillModel: 'honest' })).toEqual(parseRunConfig({}))
    expect(typed({ 'fill-model': 'honest' })).toEqual(typed({}))
  })

  it('takes the exchange model and both latencies from the command line', () => {
    const config = typed({
      'fill-model': 'hftbacktest',
      exchange: 'partial',
      queue: 'prob-power3:3',
      'entry-latency': '2ms',
      'response-latency': '3ms',
    })
    expect(config).toMatchObject({
      fillModel: 'hftbacktest',
      exchange: 'partial',
      queue: 'prob-power3:3',
      latency: { model: 'constant', entryUs: 2000, responseUs: 3000 },
    })
  })

  it.each([
    ['an exchange model without hftbacktest', { exchange: 'partial' }, /exchange: partial belongs to/],
    ['a spread of its own', { 'fill-model': 'hftbacktest', 'spread-ticks': '3' }, /spreadTicks/],
    ['one latency of two', { 'entry-latency': '2ms' }, /together/],
    [
      'latency said twice',
      { latency: 'constant:1ms', 'entry-latency': '2ms', 'response-latency': '2ms' },
      /without --latency/,
    ],
    ['self-trade prevention', { 'fill-model': 'hftbacktest', 'self-trade': 'cancel-newest' }, /selfTrade/],
    ['a power that is not whole', { 'fill-model': 'hftbacktest', queue: 'prob-power:2.5' }, /integer/],
  ])('refuses %s', (_title, options, message) => {
    expect(() => typed(options)).toThrow(message)
  })

  it('rejects orders that the tool does not know', async () => {
    const t0 = 1_704_067_200_000_000
    const tape = memoryTape([
      ...depth(t0, ['bid', 600_000, 5], ['ask', 600_001, 5]),
      ...depth(t0 + 9_000_000, ['bid', 600_000, 6]),
    ])
    const { record } = await runJournaled(
      [tape],
      {
        name: 'stopping',
        params: {},
        subscriptions: {},
        create: (context) => ({
          onStart: () =>
            void context.submit({
              instrument: 0,
              type: 'stop',
              side: 'buy',
              qty: qtyLots(1),
              triggerPrice: priceTicks(600_010),
            }),
        }),
      },
      { fillModel: 'hftbacktest', latency: { model: 'constant', entryUs: 100, responseUs: 100 } },
    )
    expect(record?.orders.map(({ state }) => state)).toEqual([{ kind: 'rejected', reason: 'not-supported' }])
  })

  it('liquidates nobody who does not ask for it, whatever the leverage: the tool knows no margin', () => {
    const given = { account: { balance: '1000', leverage: 5 } }
    const [honest, other] = [parseRunConfig(given), parseRunConfig({ ...given, fillModel: 'hftbacktest' })]
    expect(marginInForce(honest, ['linear'])).toEqual(defaultMargin)
    expect(marginInForce(other, ['linear'])).toBeUndefined()
    expect(marginInForce({ ...other, margin: defaultMargin }, ['linear'])).toEqual(defaultMargin)
  })

  it('refuses data without a book', async () => {
    const tape = memoryTape(trade(1_704_067_200_000_000, 'buy', 1000, 1), 'trades')
    const run = runJournaled([tape], runnable(twap, { side: 'buy', quantity: '0.001' }, tape), {
      fillModel: 'hftbacktest',
      latency: { model: 'constant', entryUs: 1000, responseUs: 1000 },
    })
    await expect(run).rejects.toThrow(/needs a book/)
  })

  it('is named in the assumptions of a report', () => {
    const config = parseRunConfig({ fillModel: 'hftbacktest', exchange: 'partial' })
    const texts = listAssumptions({
      config,
      level: 'l2',
      latency: 'x',
      settleCurrency: 'USDT',
      impact: undefined,
      conditions: [],
      marks: 'off',
      kinds: ['linear'],
    })
    expect(texts.find(({ name }) => name === 'Fill model')?.value).toMatch(/hftbacktest 2\.4\.4.*partial/)
    expect(texts.find(({ name }) => name === 'Taking')?.value).toMatch(/stays displayed/)
  })

  it('changes what fills: under hftbacktest one displayed lot fills an order of a thousand', async () => {
    const t0 = 1_704_067_200_000_000
    const rows = [
      ...depth(t0, ['bid', 1000, 1], ['ask', 1001, 1]),
      ...depth(t0 + 120_000_000, ['bid', 999, 1]),
    ]
    const tape = memoryTape(rows)
    const buying = runnable(twap, { side: 'buy', quantity: '1', duration: '1m', slices: '1' }, tape)
    const latency = { model: 'constant', entryUs: 1000, responseUs: 1000 } as const
    const honest = await runJournaled([tape], buying, { latency, risk: { maxDataAgeMs: null } })
    const other = await runJournaled([tape], buying, {
      latency,
      risk: { maxDataAgeMs: null },
      fillModel: 'hftbacktest',
    })
    expect(Number(honest.summary.position.BTCUSDT)).toBeLessThan(0.01)
    expect(other.summary.position.BTCUSDT).toBe('1.000')
  })
})
