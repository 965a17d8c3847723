/** What a user names (a strategy, files, parameters) → what `runReplay` takes. Cheap checks first, then the data. */

import { assert } from '../core/errors.ts'
import { type PrepareOptions, prepareTapes } from '../feed/prepare-tapes.ts'
import { Instrument } from '../model/instrument.ts'
import type { PackedTape } from '../model/packed.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { Blame } from './blame-strategy.ts'
import { loadStrategy } from './load-strategy.ts'
import { checkParamNames, type ParsedParams, parseParams } from './parse-params.ts'
import { toQuanta } from './risk-config.ts'
import type { RunnableStrategy } from './run-replay.ts'
import { findOpeningMidTimes2 } from './start-time.ts'

export interface PrepareRunOptions {
  /** Name or path. */
  readonly strategy: string
  readonly params: Readonly<Record<string, unknown>>
  readonly data: readonly string[]
  /** Initial, decimal text in settlement currency: what default quantities are held against. Not needed when all are given. */
  readonly balance?: string
  readonly prepare: PrepareOptions
}

export interface PreparedRun {
  readonly tapes: readonly PackedTape[]
  readonly strategy: RunnableStrategy
  readonly params: ParsedParams
  /** Of the first instrument, which parameters are about. */
  readonly facts: TapeFacts
  /** For errors that come out of the run. */
  readonly blame: Blame
}

/** @throws {ConfigError} @throws {DataError} */
export async function prepareRun({
  strategy,
  params,
  data,
  balance,
  prepare,
}: PrepareRunOptions): Promise<PreparedRun> {
  const { definition, codeHash, blame } = await loadStrategy(strategy)
  checkParamNames(definition, params)
  const tapes = await prepareTapes(data, prepare)
  const facts = tapes[0]?.facts
  assert(facts !== undefined, 'prepareTapes gave no tape')
  const instrument = new Instrument(facts.instrument)
  const market = {
    facts,
    instrument,
    balanceLots: balance === undefined ? undefined : balanceLots(tapes, instrument, balance),
  }
  const parsed = parseParams({ definition, given: params, market })
  const { values, config } = parsed
  const runnable: RunnableStrategy = {
    name: definition.name,
    params: config,
    ...(codeHash === undefined ? {} : { codeHash }),
    subscriptions: definition.subscriptions?.(values) ?? {},
    create: (context) => definition.create(values, context),
  }
  return { tapes, strategy: runnable, params: parsed, facts, blame }
}

/** What the balance buys of the first instrument when the run begins, in whole lots. */
function balanceLots(tapes: readonly PackedTape[], instrument: Instrument, balance: string): number {
  const group = tapes.filter(({ facts }) => facts.instrument.id === instrument.id)
  const mid = findOpeningMidTimes2(group) / 2
  const lotQuanta = instrument.isInverse
    ? instrument.quantaTicksPerLot / mid
    : mid * instrument.quantaPerTickLot
  return Math.floor(toQuanta(balance, instrument) / lotQuanta)
}
