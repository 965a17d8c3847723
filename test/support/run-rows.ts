/** Runs a strategy over rows in memory and gives the summary, the record and the journal. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { type Journal, readJournal } from '../../src/journal/journal-reader.ts'
import { Instrument } from '../../src/model/instrument.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import type { DataLevel } from '../../src/model/tape.ts'
import { parseParams } from '../../src/run/parse-params.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { type RunnableStrategy, type RunOutcome, runReplay } from '../../src/run/run-replay.ts'
import type { StrategyDefinition } from '../../src/strategy/strategy.ts'
import { testInstrument } from './tape-rows.ts'

export function memoryTape(rows: readonly TapeRow[], level: DataLevel = 'l2'): PackedTape {
  return createMemoryTape({ instrument: testInstrument, rows, level })
}

/** A strategy definition with its parameters as typed on the command line. */
export function runnable(
  definition: StrategyDefinition,
  given: Readonly<Record<string, string>>,
  tape: PackedTape,
): RunnableStrategy {
  const market = { facts: tape.facts, instrument: new Instrument(tape.facts.instrument) }
  const { values, config } = parseParams({ definition, given, market })
  return {
    name: definition.name,
    params: config,
    subscriptions: definition.subscriptions?.(values) ?? {},
    create: (context) => definition.create(values, context),
  }
}

export const testConfig = {
  latency: { model: 'constant', entryUs: 1500, responseUs: 1500 },
} as const

export interface JournaledRun extends RunOutcome {
  readonly journal: Journal
}

export async function runJournaled(
  tapes: readonly PackedTape[],
  strategy: RunnableStrategy,
  config: unknown = testConfig,
): Promise<JournaledRun> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-journal-'))
  try {
    const path = join(folder, 'run.journal')
    const journal = { path, origin: {} }
    const outcome = await runReplay({
      tapes,
      strategy,
      config: parseRunConfig(config),
      journal,
      isRecorded: true,
    })
    return { ...outcome, journal: readJournal(path) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
