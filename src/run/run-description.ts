/** What decides the outcome of a run besides its inputs: the first record of every journal, there and back. */
import { z } from 'zod'
import type { Json } from '../core/canonical-json.ts'
import { DataError } from '../core/errors.ts'
import { type InstrumentSpec, instrumentKinds } from '../model/instrument.ts'
import { type DataLevel, dataLevels } from '../model/tape.ts'
import { parseRunConfig, type RunConfig } from './run-config.ts'

export interface RunDescription {
  readonly strategy: string
  /** As canonical text, defaults filled in. */
  readonly params: Json
  /** SHA-256 of a user's own code. */
  readonly codeHash: string | undefined
  readonly config: RunConfig
  readonly level: DataLevel
  readonly instruments: readonly InstrumentSpec[]
}

/** To be hashed, and written as canonical JSON. */
export function describeRun({ config, instruments, ...rest }: RunDescription): Json {
  return { ...rest, settings: { ...config }, instruments: instruments.map((spec) => ({ ...spec })) }
}

const decimal = z.string()
const descriptionSchema = z.strictObject({
  strategy: z.string(),
  params: z.json(),
  codeHash: z.string().optional(),
  settings: z.unknown(),
  level: z.enum(dataLevels),
  instruments: z
    .array(
      z.strictObject({
        id: z.string(),
        venue: z.string(),
        kind: z.enum(instrumentKinds),
        baseCurrency: z.string(),
        settleCurrency: z.string(),
        tickSize: decimal,
        lotSize: decimal,
        minNotional: decimal,
        contractSize: decimal,
        settleQuantum: decimal,
      }),
    )
    .min(1),
})

/**
 * @param text of the first record
 * @param path of the journal, for messages
 * @throws {DataError} JOURNAL_DAMAGED
 */
export function parseRunDescription(text: string, path: string): RunDescription {
  try {
    const { settings, codeHash, ...rest } = descriptionSchema.parse(JSON.parse(text))
    return { ...rest, codeHash, config: parseRunConfig(settings) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DataError('JOURNAL_DAMAGED', `${path} does not say what was run: ${why}`, { cause })
  }
}
