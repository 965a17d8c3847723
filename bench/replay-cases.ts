/** The strategies that the replay is timed with, and what must come out before the time counts. */
import { assert } from '../src/core/errors.ts'
import { durationUs, qtyLots } from '../src/core/units.ts'
import type { PackedTape } from '../src/model/packed.ts'
import { parseRunConfig } from '../src/run/run-config.ts'
import { type RunnableStrategy, runReplay } from '../src/run/run-replay.ts'
import type { StrategyDefinition } from '../src/strategy/strategy.ts'
import marketMaker from '../strategies/market-maker/strategy.ts'
import smaCross from '../strategies/sma-cross/strategy.ts'

export interface ReplayCase {
  readonly name: string
  readonly what: string
  /** Smallest ratio to the bare loop that is accepted; undefined where none is set. */
  readonly target: number | undefined
  readonly strategy: RunnableStrategy
  /** Throws when the run did not do what it is timed for. */
  readonly check: (run: RunResult) => void
}

export interface RunResult {
  readonly orders: number
  readonly fills: number
  readonly fingerprint: string
}

/** Losses must not stop a bench half-way. */
const config = parseRunConfig({
  latency: { model: 'constant', entryUs: 5000, responseUs: 5000 },
  account: { balance: '50000000', leverage: 1 },
  risk: { maxDailyLossPct: null, maxDrawdownPct: null },
})

export async function runCase(
  tape: PackedTape,
  { strategy }: Pick<ReplayCase, 'strategy'>,
): Promise<RunResult> {
  const { summary } = await runReplay({ tapes: [tape], strategy, config })
  return summary
}

export function bookCases(tape: PackedTape): ReplayCase[] {
  const seconds = Math.floor((tape.facts.lastTime - tape.facts.firstTime) / 1_000_000) - 2
  return [
    {
      name: 'no-op',
      what: 'nobody trades or reads: the venue keeps its book',
      target: 0.5,
      strategy: idle(false),
      check: ({ orders }) => assert(orders === 0, `${orders} orders`),
    },
    {
      name: 'no-op, both books',
      what: 'the levels of our own book are read at the end, so it is kept as well',
      target: undefined,
      strategy: idle(true),
      check: ({ orders }) => assert(orders === 0, `${orders} orders`),
    },
    {
      name: 'twap',
      what: 'one market order a second',
      target: 0.4,
      strategy: everySecond(seconds),
      check: ({ orders, fills }) =>
        assert(orders >= seconds && fills >= seconds, `${orders} orders, ${fills} fills`),
    },
    {
      name: 'market-maker',
      what: 'two quotes looked at each 100 ms, risk-averse queue, journal hashed',
      target: 0.15,
      strategy: shipped(marketMaker, {
        interval: '100ms',
        halfSpread: '5ticks',
        quantity: '0.01',
        maxInventory: '0.1',
      }),
      check: ({ orders, fills }) =>
        assert(orders > seconds && fills > seconds / 100, `${orders} orders, ${fills} fills`),
    },
  ]
}

export function barCase(): ReplayCase {
  return {
    name: 'bars',
    what: 'SMA cross through the whole engine',
    target: undefined,
    strategy: shipped(smaCross, {
      fast: '10',
      slow: '30',
      barInterval: '1m',
      quantity: '0.01',
      allowShort: 'true',
    }),
    check: ({ orders, fills }) => assert(orders > 100 && fills > 100, `${orders} orders, ${fills} fills`),
  }
}

function idle(readsBook: boolean): RunnableStrategy {
  return {
    name: 'no-op',
    params: {},
    subscriptions: {},
    create: (context) => (readsBook ? { onEnd: () => void context.market().levels('buy', 1) } : {}),
  }
}

function everySecond(seconds: number): RunnableStrategy {
  const algo = {
    algo: 'twap',
    duration: durationUs(seconds * 1_000_000),
    slices: seconds,
    childType: 'market',
  } as const
  return {
    name: 'twap',
    params: {},
    subscriptions: {},
    create: (context) => ({
      onStart: () => void context.execute({ instrument: 0, side: 'buy', qty: qtyLots(seconds * 10), algo }),
    }),
  }
}

function shipped(definition: StrategyDefinition, params: Readonly<Record<string, string>>): RunnableStrategy {
  const values = definition.params.parse(params)
  return {
    name: definition.name,
    params,
    subscriptions: definition.subscriptions?.(values) ?? {},
    create: (context) => definition.create(values, context),
  }
}
