import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots } from '../../src/core/units.ts'
import type { BracketRequest } from '../../src/model/order.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { withBarBand } from '../../src/run/bar-band.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { type ReplayOptions, type RunnableStrategy, runReplay } from '../../src/run/run-replay.ts'
import { type BarScript, barRows } from '../support/bar-rows.ts'
import { memoryTape } from '../support/run-rows.ts'
import { trade } from '../support/tape-rows.ts'

interface Exits {
  readonly side?: 'buy' | 'sell'
  readonly stop: number
  readonly target: number
  readonly isTargetMarket?: boolean
}

/** Enters 10 lots at once, with both exits. */
function bracket({ side = 'buy', stop, target, isTargetMarket = false }: Exits, onCreate?: () => void) {
  const exit = { instrument: 0, side: side === 'buy' ? 'sell' : 'buy', qty: qtyLots(10) } as const
  const request: BracketRequest = {
    entry: { instrument: 0, side, type: 'market', qty: qtyLots(10) },
    stopLoss: { ...exit, type: 'stop', triggerPrice: priceTicks(stop) },
    takeProfit: isTargetMarket
      ? { ...exit, type: 'take-profit', triggerPrice: priceTicks(target) }
      : { ...exit, type: 'limit', price: priceTicks(target), timeInForce: 'gtc' },
  }
  const strategy: RunnableStrategy = {
    name: 'one-bracket',
    params: {},
    subscriptions: {},
    create: (context) => {
      onCreate?.()
      return { onStart: () => void context.submitBracket(request) }
    },
  }
  return strategy
}

/** No fees: equity is what the prices say. */
const settings = {
  fees: { makerBps: '0', takerBps: '0' },
  latency: { model: 'constant', entryUs: 1500, responseUs: 1500 },
} as const

const optionsOf = (tape: PackedTape, strategy: RunnableStrategy, more: object = {}): ReplayOptions => ({
  tapes: [tape],
  strategy,
  config: parseRunConfig({ ...settings, ...more }),
})

async function banded(bars: readonly BarScript[], exits: Exits) {
  const options = optionsOf(memoryTape(barRows(bars), 'bars'), bracket(exits))
  return withBarBand(options, await runReplay(options))
}

/**
 * The run starts when the first bar is known, at its end. The entry arrives 1.5 ms later, after the open of the second
 * bar, and buys at its first extreme, 1000 + 1. Bar three holds both exits.
 */
const calm: BarScript = [1000, 1000, 1000, 1000]
const wide: BarScript = [1000, 1020, 985, 1000]

describe('the band of a run on bars', () => {
  it('takes the stop first, or the target', async () => {
    // Low first, for 985 is nearer. Stop at 990: passed on the way to 985, sold at 990 − 1. 10 × (989 − 1001) = −120
    // tick·lots, each worth 0.0001: −0.012. Target first: the limit at 1010, 10 × (1010 − 1001) = +90: +0.009.
    const { summary } = await banded([calm, calm, wide, calm], { stop: 990, target: 1010 })
    expect(summary.equity).toBe('999999.98800000')
    expect(summary.band).toEqual({
      pessimistic: '999999.98800000',
      optimistic: '1000000.00900000',
      ambiguousBars: 1,
      firstTimes: [3 * 60_000_000 + 20_000_000],
    })
  })

  it('sells a take-profit where the path passes it, a tick below', async () => {
    // Target first: 10 × (1010 − 1 − 1001) = +80.
    const { summary } = await banded([calm, calm, wide, calm], {
      stop: 990,
      target: 1010,
      isTargetMarket: true,
    })
    expect(summary.band).toMatchObject({ pessimistic: '999999.98800000', optimistic: '1000000.00800000' })
  })

  it('is the other way round for a short position', async () => {
    // Sold at 1000 − 1. Low first as it stands: the target at 990 fills, 10 × (999 − 990) = +90. Stop first: bought at
    // 1010 + 1, 10 × (999 − 1011) = −120.
    const { summary } = await banded([calm, calm, wide, calm], { side: 'sell', stop: 1010, target: 990 })
    expect(summary.equity).toBe('1000000.00900000')
    expect(summary.band).toMatchObject({ pessimistic: '999999.98800000', optimistic: '1000000.00900000' })
  })

  it('does not make a gap better than it was: a stop behind the open fills at the open', async () => {
    // Opens at 980, below the stop: the open triggers it, and sells at 980 − 1. 10 × (979 − 1001) = −220. Not ambiguous.
    const { summary } = await banded([calm, calm, [980, 1020, 970, 1000]], { stop: 990, target: 1010 })
    expect(summary.equity).toBe('999999.97800000')
    expect(summary.band).toMatchObject({ ambiguousBars: 0 })
  })

  it('has no width, and costs no further run, where no bar holds both', async () => {
    let created = 0
    const strategy = bracket({ stop: 990, target: 1030 }, () => created++)
    const options = optionsOf(memoryTape(barRows([calm, calm, wide, calm]), 'bars'), strategy)
    const { summary } = await withBarBand(options, await runReplay(options))
    expect(summary.band).toEqual({
      pessimistic: summary.equity,
      optimistic: summary.equity,
      ambiguousBars: 0,
      firstTimes: [],
    })
    expect(created).toBe(1)
  })

  it('never has its pessimistic end above the optimistic one, nor the run outside, for one bracket', async () => {
    const move = fc.integer({ min: -6, max: 6 })
    const reach = fc.integer({ min: 0, max: 40 })
    const bars = fc.array(fc.tuple(move, reach, reach), { minLength: 4, maxLength: 12 })
    const side = fc.constantFrom('buy' as const, 'sell' as const)
    let ambiguous = 0
    const property = fc.asyncProperty(bars, side, fc.boolean(), async (moves, side, isTargetMarket) => {
      let open = 1000
      const script = moves.map(([by, up, down]): BarScript => {
        const [from, close] = [open, open + by]
        open = close
        return [from, Math.max(from, close) + up, Math.min(from, close) - down, close]
      })
      const [stop, target] = side === 'buy' ? [975, 1025] : [1025, 975]
      const { summary } = await banded(script, { side, stop, target, isTargetMarket })
      const { pessimistic, optimistic, ambiguousBars } = summary.band ?? expect.fail('no band')
      ambiguous += ambiguousBars
      expect(Number(pessimistic)).toBeLessThanOrEqual(Number(summary.equity))
      expect(Number(summary.equity)).toBeLessThanOrEqual(Number(optimistic))
    })
    await fc.assert(property, { seed: 7, numRuns: 150 })
    expect(ambiguous).toBeGreaterThan(10)
  })
})

type Path = 'nearer' | 'pessimistic' | 'optimistic'

/** Tick·lots that 10 lots come to that were entered at 1000 with the spread of 1, by the rules of docs/ORDERS.md alone. */
function plainOutcome(
  bars: readonly BarScript[],
  { side = 'buy', stop, target, isTargetMarket }: Exits,
  path: Path,
) {
  const sign = side === 'buy' ? 1 : -1
  const entry = 1000 + sign
  const isStopped = (price: number): boolean => sign * price <= sign * stop
  const isTaken = (price: number): boolean =>
    isTargetMarket ? sign * price >= sign * target : sign * price > sign * target
  const exit = (price: number, isMarket: boolean): number =>
    10 * sign * (price - (isMarket ? sign : 0) - entry)
  const market = isTargetMarket === true
  for (const [open, high, low, close] of bars) {
    if (isStopped(open)) return exit(open, true)
    if (isTaken(open)) return exit(market ? open : target, market)
    const [bad, good] = sign > 0 ? [low, high] : [high, low]
    const isLowFirst = open - low < high - open || (open - low === high - open && close >= open)
    const isBadFirst =
      isStopped(bad) && isTaken(good) && path !== 'nearer' ? path === 'pessimistic' : isLowFirst === sign > 0
    if (isBadFirst && isStopped(bad)) return exit(stop, true)
    if (isTaken(good)) return exit(target, market)
    if (isStopped(bad)) return exit(stop, true)
  }
  return 10 * sign * ((bars.at(-1)?.[3] ?? 0) - entry)
}

describe('the band against a plain walk through the bars', () => {
  it('comes to the same, with gaps, flat bars and bars that open at an extreme', async () => {
    const step = fc.integer({ min: -30, max: 30 })
    const reach = fc.constantFrom(0, 0, 1, 5, 24, 25, 26, 40)
    const bars = fc.array(fc.tuple(fc.constantFrom(0, 0, 7, -7, 30, -30), step, reach, reach), {
      maxLength: 8,
    })
    const side = fc.constantFrom('buy' as const, 'sell' as const)
    let widths = 0
    const property = fc.asyncProperty(bars, side, fc.boolean(), async (moves, side, isTargetMarket) => {
      let before = 1000
      const script = moves.map(([gap, by, up, down]): BarScript => {
        const open = before + gap
        const close = open + by
        before = close
        return [open, Math.max(open, close) + up, Math.min(open, close) - down, close]
      })
      const exits = {
        side,
        stop: side === 'buy' ? 975 : 1025,
        target: side === 'buy' ? 1025 : 975,
        isTargetMarket,
      }
      const { summary } = await banded([calm, calm, ...script, calm], exits)
      // One tick·lot is worth 0.0001.
      const expected = (path: Path) =>
        (1_000_000 + plainOutcome([...script, calm], exits, path) / 10_000).toFixed(8)
      expect(summary.equity).toBe(expected('nearer'))
      expect(summary.band).toMatchObject({
        pessimistic: expected('pessimistic'),
        optimistic: expected('optimistic'),
      })
      if (summary.band?.pessimistic !== summary.band?.optimistic) widths++
    })
    await fc.assert(property, { seed: 11, numRuns: 200 })
    expect(widths).toBeGreaterThan(10)
  })
})

describe('a run along a path of its own', () => {
  const tape = memoryTape(barRows([calm, calm, wide, calm]), 'bars')
  const run = (barPath?: string) =>
    runReplay(optionsOf(tape, bracket({ stop: 990, target: 1010 }), barPath === undefined ? {} : { barPath }))

  it.each([
    ['high-first', '1000000.00900000'],
    ['low-first', '999999.98800000'],
    ['pessimistic', '999999.98800000'],
    ['optimistic', '1000000.00900000'],
  ])('%s', async (barPath, equity) => {
    const { summary } = await run(barPath)
    expect(summary.equity).toBe(equity)
    expect(summary.configHash).not.toBe((await run()).summary.configHash)
  })

  it('has no band, for it names its path', async () => {
    const options = optionsOf(tape, bracket({ stop: 990, target: 1010 }), { barPath: 'low-first' })
    expect((await withBarBand(options, await runReplay(options))).summary.band).toBeUndefined()
  })

  it('is the same run whether the default is named or not', async () => {
    const [named, silent] = [await run('nearer'), await run()]
    expect(named.summary.fingerprint).toBe(silent.summary.fingerprint)
    expect(named.summary.configHash).toBe(silent.summary.configHash)
  })

  it.each(['nearer', 'pessimistic'])('is refused where there are no bars: %s', async (barPath) => {
    const trades = memoryTape([...trade(1000, 'buy', 1000, 5), ...trade(3000, 'sell', 1001, 4)], 'trades')
    const options = optionsOf(trades, bracket({ stop: 990, target: 1010 }), { barPath })
    await expect(runReplay(options)).rejects.toMatchObject({ code: 'BAR_PATH' })
  })
})
