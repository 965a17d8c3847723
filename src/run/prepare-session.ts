/**
 * What a user names (a strategy, parameters) → what a session runs, once its feed has said what is traded. Defaults that
 * a strategy takes from a recording do not exist here: how much will be traded, and for how long, nobody knows yet.
 */
import { ConfigError } from '../core/errors.ts'
import { liveFacts } from '../feed/live-facts.ts'
import type { Instrument } from '../model/instrument.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import type { DefaultsInput, StrategyDefinition } from '../strategy/strategy.ts'
import type { Blame } from './blame-strategy.ts'
import { type LoadedStrategy, loadStrategy } from './load-strategy.ts'
import { checkParamNames, type ParsedParams, parseParams } from './parse-params.ts'
import type { RunnableStrategy } from './run-replay.ts'

export interface SessionStrategy {
  readonly loaded: LoadedStrategy
  readonly given: Readonly<Record<string, unknown>>
}

export interface PreparedStrategy {
  readonly strategy: RunnableStrategy
  readonly params: ParsedParams
  readonly blame: Blame
}

/** Before the feed is asked for: what is wrong with it is told at once. @throws {ConfigError} */
export async function findStrategy(
  nameOrPath: string,
  given: Readonly<Record<string, unknown>>,
): Promise<SessionStrategy> {
  const loaded = await loadStrategy(nameOrPath)
  checkParamNames(loaded.definition, given)
  return { loaded, given }
}

/** @throws {ConfigError} PARAM_INVALID, PARAM_NEEDED */
export function prepareStrategy(
  { loaded, given }: SessionStrategy,
  instrument: Instrument,
  level: DataLevel,
): PreparedStrategy {
  const { codeHash, blame } = loaded
  const facts = liveFacts(instrument.spec, level)
  const definition = withCertainDefaults(loaded.definition, given)
  const params = parseParams({ definition, given, market: { facts, instrument } })
  return {
    strategy: {
      name: definition.name,
      params: params.config,
      ...(codeHash === undefined ? {} : { codeHash }),
      subscriptions: definition.subscriptions?.(params.values) ?? {},
      create: (context) => definition.create(params.values, context),
    },
    params,
    blame,
  }
}

/** Two recordings that have nothing in common but the instrument: what a strategy proposes for both is no guess. */
const smallTape = { tradedLots: 50_000, firstTime: 0, lastTime: 3_600_000_000, balanceLots: 200_000 }
const largeTape = {
  tradedLots: 70_000_000,
  firstTime: 0,
  lastTime: 864_000_000_000,
  balanceLots: 900_000_000,
}

function withCertainDefaults(
  definition: StrategyDefinition,
  given: Readonly<Record<string, unknown>>,
): StrategyDefinition {
  const { defaults, name } = definition
  if (defaults === undefined) return definition
  const propose = (input: DefaultsInput, { balanceLots, ...like }: typeof smallTape) => {
    const facts: TapeFacts = { ...input.facts, ...like }
    return defaults.call(definition, { ...input, facts, balanceLots })
  }
  return {
    ...definition,
    defaults: (input) => {
      const other = propose(input, largeTape)
      const proposed = Object.entries(propose(input, smallTape))
      const guessed = proposed.flatMap(([key, value]) => (key in given || other[key] === value ? [] : [key]))
      if (guessed.length > 0) {
        throw new ConfigError(
          'PARAM_NEEDED',
          `strategy ${name}: give ${guessed.map((key) => `--param ${key}=…`).join(', ')}: ` +
            'a default would be taken from a recording, and there is none yet',
        )
      }
      return Object.fromEntries(proposed)
    },
  }
}
