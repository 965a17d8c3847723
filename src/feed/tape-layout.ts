/** What is written into and read from the metadata of tapes and of the cache. See docs/TAPE.md. */
import { basename } from 'node:path'
import { z } from 'zod'
import { DataError } from '../core/errors.ts'
import { type InstrumentSpec, instrumentKinds } from '../model/instrument.ts'
import type { LatencyProfile } from '../model/packed.ts'
import { dataLevels, type TapeFacts } from '../model/tape.ts'
import type { TapeScan } from '../model/tape-scan.ts'

/** Key of the facts in the Parquet file's metadata. */
export const factsKey = 'rehearsal.tape'

const decimal = z.string().regex(/^\d+(\.\d+)?$/)
const instrumentSchema: z.ZodType<InstrumentSpec> = z.object({
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
})

export const dataLevelSchema = z.enum(dataLevels)
const count = z.int().min(0)

const tallySchema = z.object({
  count,
  of: count,
  firstTime: z.int().exactOptional(),
  worst: z.number().exactOptional(),
  worstTime: z.int().exactOptional(),
})
const scanSchema: z.ZodType<TapeScan> = z.object({
  // A scan of another version is read, and made again when the rows are.
  version: z.int(),
  tallies: z.record(z.string(), tallySchema),
})

export const factsSchema: z.ZodType<TapeFacts> = z.object({
  formatVersion: z.literal(1),
  instrument: instrumentSchema,
  isSynthetic: z.boolean(),
  sources: z.array(z.string()),
  format: z.string(),
  levels: z.array(dataLevelSchema),
  barUs: count.exactOptional(),
  rows: count,
  rowsByKind: z.record(z.string(), count),
  firstTime: z.int(),
  lastTime: z.int(),
  hasReceiveTime: z.boolean(),
  isClockTrusted: z.boolean().exactOptional(),
  gaps: count,
  crossedBooks: count,
  offMarketTrades: count,
  offLotQuantities: count,
  touchChecks: count,
  touchAgreed: count,
  clock: z.object({ offsetUs: z.number(), driftPpm: z.number() }),
  latency: z.object({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() }).exactOptional(),
  funding: z.array(z.object({ time: z.int(), rate: z.string().regex(/^-?\d+(\.\d+)?$/) })).exactOptional(),
  tradedLots: count,
  scan: scanSchema.exactOptional(),
  notes: z.array(z.string()),
  dataHash: z.string().regex(/^[0-9a-f]{64}$/),
})

export const profileSchema: z.ZodType<LatencyProfile> = z.object({
  startTime: z.int(),
  bucketUs: z.int().min(1),
  medianUs: z.array(z.int()),
})

/** @throws {DataError} TAPE_VERSION, when the facts are of a tape that this program does not know */
export function parseFacts(text: string, path: string): TapeFacts {
  const parsed = factsSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new DataError(
    'TAPE_VERSION',
    `${basename(path)}: a tape that this version does not understand (${issue?.path.join('.')}: ${issue?.message})`,
  )
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
