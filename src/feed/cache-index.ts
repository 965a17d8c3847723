/** The index of a cache entry: what the tape is, and where the columns of each batch lie in the Arrow files. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { sha256 } from '../core/hash.ts'
import type { LatencyProfile } from '../model/packed.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { dataLevelSchema, factsSchema, parseJson, profileSchema } from './tape-layout.ts'

/** Part of every key: raise it when packing, clock correction or this layout changes, or `scanVersion` does. */
export const cacheVersion = 11
const indexName = 'index.json'

const fileSchema = z.object({
  name: z.enum(['exchange.arrow', 'receive.arrow', 'touch.arrow', 'marks.arrow']),
  bytes: z.int(),
  sha256: z.string(),
  /** Modification time as it was written: as long as it is the same, the content need not be read to be trusted. */
  mtimeMs: z.number(),
  batches: z.array(z.object({ rows: z.int(), baseTick: z.int(), body: z.int() })),
})
/** One file of batches in the cache. */
export type CacheFile = z.infer<typeof fileSchema>

const indexSchema = z.object({
  version: z.literal(cacheVersion),
  level: dataLevelSchema,
  facts: factsSchema,
  latencyProfile: profileSchema.exactOptional(),
  exchange: fileSchema,
  /** The same file as `exchange` when both orders coincide. */
  receive: fileSchema,
  touch: fileSchema.exactOptional(),
  marks: fileSchema.exactOptional(),
})

export interface CacheIndex {
  readonly version: typeof cacheVersion
  readonly level: DataLevel
  readonly facts: TapeFacts
  readonly latencyProfile?: LatencyProfile
  readonly exchange: CacheFile
  readonly receive: CacheFile
  /** Of levels `l3` and `l2`. */
  readonly touch?: CacheFile
  /** Of tapes with mark prices. */
  readonly marks?: CacheFile
}

/** Text of two lines: the SHA-256 of the second one, and the index as JSON. */
export function writeIndex(folder: string, index: CacheIndex): void {
  const text = JSON.stringify(index)
  writeFileSync(join(folder, indexName), `${sha256(text)}\n${text}\n`)
}

/** Undefined when there is none, or it is damaged or of another version. */
export function readIndex(folder: string): CacheIndex | undefined {
  const [hash, text = ''] = readText(join(folder, indexName))?.split('\n') ?? []
  if (hash !== sha256(text)) return undefined
  const parsed = indexSchema.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
