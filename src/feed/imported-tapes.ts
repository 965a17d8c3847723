/** Foreign sources → canonical tapes in the cache, by the content of the sources and what the user said about them. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { canonicalJson } from '../core/canonical-json.ts'
import { SimError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { TapeFacts } from '../model/tape.ts'
import { hashFile } from './hash-file.ts'
import type { TapeOf } from './merge-facts.ts'
import { makeFolder } from './packed-cache.ts'
import { readTapeFacts } from './tape-reader.ts'
import type { ImportOptions, TapeSink } from './tape-sink.ts'

/** Part of every key: raise it when an importer gives other rows or counts for the same source. */
const importVersion = 9
const progressRows = 65_536

export interface ImportTapeOptions {
  readonly importOptions?: ImportOptions | undefined
  readonly onProgress?:
    | ((progress: { readonly stage: 'import'; readonly file: string; readonly rows: number }) => void)
    | undefined
}

/**
 * Reads sources of one instrument, in the order given, into one tape.
 *
 * @throws {DataError} with file and line
 */
export async function importTape(
  paths: readonly string[],
  out: string,
  options: ImportTapeOptions = {},
): Promise<TapeFacts> {
  const { openImporter } = await import('./open-importer.ts')
  const { writeTape } = await import('./tape-writer.ts')
  const importer = await openImporter(paths, options.importOptions ?? {})
  const file = paths.map((path) => basename(path)).join(', ')
  const origin = {
    instrument: importer.instrument,
    isSynthetic: false,
    sources: paths.map((path) => basename(path)),
    format: importer.format,
    levels: importer.levels,
    barUs: importer.barUs,
    hasReceiveTime: importer.hasReceiveTime,
    isClockTrusted: importer.isClockTrusted,
  }
  return writeTape(out, origin, (sink) => importer.read(reporting(sink, file, options)))
}

export const importedFolder = (cache: string): string => join(cache, 'imported')

/** Tapes of foreign sources, from the cache or imported into it. Sources of one instrument make one tape. */
export async function importedTapes(
  paths: readonly string[],
  cache: string,
  options: ImportTapeOptions,
): Promise<TapeOf[]> {
  const folder = importedFolder(cache)
  makeFolder(folder)
  const groups = new Map<string, Source[]>()
  for (const path of paths) {
    const source = { path, hash: hashFile(path) }
    const instrument = await instrumentOf(source, folder, options)
    groups.set(instrument, [...(groups.get(instrument) ?? []), source])
  }
  const tapes: TapeOf[] = []
  for (const group of groups.values()) tapes.push(await importedTape(group, folder, options))
  return tapes
}

interface Source {
  readonly path: string
  readonly hash: string
}

async function importedTape(
  group: readonly Source[],
  folder: string,
  options: ImportTapeOptions,
): Promise<TapeOf> {
  const named = group.map(({ path, hash }) => `${basename(path)} ${hash}`)
  const path = join(folder, `${keyOf(named, options)}.parquet`)
  const cached = existsSync(path) ? soundFacts(path) : undefined
  if (cached !== undefined) return { path, facts: cached }
  const sources = group.map((source) => source.path)
  return { path, facts: await importTape(sources, path, options) }
}

/** Undefined when the tape in the cache is damaged. */
function soundFacts(path: string): TapeFacts | undefined {
  try {
    return readTapeFacts(path)
  } catch (error) {
    if (error instanceof SimError) return undefined
    throw error
  }
}

/** Remembered beside the tapes, because finding out means reading into the source. */
async function instrumentOf(source: Source, folder: string, options: ImportTapeOptions): Promise<string> {
  const note = join(folder, `${keyOf([source.hash], options)}.instrument`)
  if (existsSync(note)) return readFileSync(note, 'utf8')
  const { openImporter } = await import('./open-importer.ts')
  const { instrument } = await openImporter([source.path], options.importOptions ?? {})
  const name = `${instrument.venue} ${instrument.id}`
  const temporary = `${note}.tmp-${process.pid}`
  writeFileSync(temporary, name)
  renameSync(temporary, note)
  return name
}

function keyOf(sources: readonly string[], { importOptions = {} }: ImportTapeOptions): string {
  return sha256(canonicalJson({ importVersion, sources, options: { ...importOptions } }))
}

/** Passes rows on, and says now and then how many there were. */
function reporting(sink: TapeSink, file: string, { onProgress }: ImportTapeOptions): TapeSink {
  if (onProgress === undefined) return sink
  let rows = 0
  return {
    row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId): void {
      sink.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
      rows++
      if (rows % progressRows === 0) onProgress({ stage: 'import', file, rows })
    },
  }
}
