/** Files of market data outside a run: converted to a tape, or described. */
import { firstBytes } from '../feed/decompress.ts'
import { importedTapes, importTape } from '../feed/imported-tapes.ts'
import type { TapeOf } from '../feed/merge-facts.ts'
import { cacheFolder } from '../feed/packed-cache.ts'
import type { PrepareOptions } from '../feed/prepare-tapes.ts'
import { scanTape } from '../feed/scan-tape.ts'
import { writeSyntheticTape } from '../feed/synth.ts'
import { readTapeFacts } from '../feed/tape-reader.ts'
import type { TapeFacts } from '../model/tape.ts'

export type DataFileOptions = Pick<PrepareOptions, 'importOptions' | 'cacheDir' | 'onProgress'>

/** Reads recordings of one instrument, in the order given, into one tape. @throws {DataError} with file and line */
export async function importData(
  inputs: readonly string[],
  output: string,
  options: DataFileOptions,
): Promise<TapeFacts> {
  for (const path of inputs) await firstBytes(path, 4) // Complains about a missing or empty file and a directory.
  return importTape(inputs, output, options)
}

/** What is known about a tape, or about a recording, which is imported into the cache for that. @throws {DataError} */
export async function describeData(path: string, options: DataFileOptions): Promise<TapeFacts[]> {
  await firstBytes(path, 4)
  const facts = readTapeFacts(path)
  if (facts !== undefined) return [facts]
  const imported = await importedTapes([path], cacheFolder(options.cacheDir), options)
  return imported.map((tape) => tape.facts)
}

/**
 * Facts of tapes whose rows have all been read for it. A tape stands for itself; recordings of one instrument are put
 * together, as a run does.
 *
 * @throws {DataError} TAPE_DAMAGED, and of the sources
 */
export async function scanData(paths: readonly string[], options: DataFileOptions): Promise<TapeFacts[]> {
  const tapes: TapeOf[] = []
  const foreign: string[] = []
  for (const path of paths) {
    await firstBytes(path, 4)
    const facts = readTapeFacts(path)
    if (facts === undefined) foreign.push(path)
    else tapes.push({ path, facts })
  }
  if (foreign.length > 0)
    tapes.push(...(await importedTapes(foreign, cacheFolder(options.cacheDir), options)))
  const scanned: TapeFacts[] = []
  for (const { path, facts } of tapes) {
    const onRows = (rows: number): void =>
      options.onProgress?.({ stage: 'decode', file: path, rows, ofRows: facts.rows })
    scanned.push(await scanTape(path, facts, onRows))
  }
  return scanned
}

export interface SynthRequest {
  readonly seed: number
  /** One of rows and durationUs. */
  readonly rows: number | undefined
  readonly durationUs: number | undefined
  /** Bars of this length instead of a book. */
  readonly barUs: number | undefined
}

/** Generates a market and writes it as a tape. @throws {ConfigError} SYNTH_LENGTH */
export function synthesizeData(output: string, request: SynthRequest): Promise<TapeFacts> {
  return writeSyntheticTape(output, request)
}
