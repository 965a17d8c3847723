/** Files as a user names them → tapes ready to replay, one for each instrument. Warm, this only reads small indices. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, DataError } from '../core/errors.ts'
import { crossedMessages } from '../model/crossed-books.ts'
import type { PackedTape } from '../model/packed.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { buildEntryApart } from './build-entry-apart.ts'
import { firstBytes } from './decompress.ts'
import { importedFolder, importedTapes } from './imported-tapes.ts'
import { commonLevels, inOrderOfTime, type TapeOf } from './merge-facts.ts'
import { cacheFolder, cacheKey, openCached, replaceEntry } from './packed-cache.ts'
import type { CacheSource } from './packed-cache-builder.ts'
import { isoTime } from './parse-time.ts'
import { requireAsSaid } from './said-of-tape.ts'
import { readTapeFacts } from './tape-reader.ts'
import type { ImportOptions } from './tape-sink.ts'

export interface PrepareProgress {
  /** Reading a foreign source into a tape, or a tape into the cache. */
  readonly stage: 'import' | 'decode'
  readonly file: string
  readonly rows: number
  /** Unknown while importing. */
  readonly ofRows?: number
}

export interface PrepareOptions {
  readonly importOptions?: ImportOptions | undefined
  /** Default: REHEARSAL_CACHE, else the user's cache folder. */
  readonly cacheDir?: string | undefined
  /** Default: the finest that all files of an instrument offer. */
  readonly level?: DataLevel | undefined
  /** A few messages that leave the book crossed are told as they are, not as gaps: for a fill model that can. */
  readonly keepsCrossed?: boolean | undefined
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined
}

/**
 * One tape per instrument, in the order in which the instruments are first named. Files of one instrument follow each
 * other in time, in whatever order they are named.
 *
 * @throws {ConfigError} when files of one instrument overlap or differ, or instruments have no time in common
 * @throws {DataError} when a file is missing, damaged or not understood
 */
export async function prepareTapes(
  paths: readonly string[],
  options: PrepareOptions = {},
): Promise<PackedTape[]> {
  const folder = cacheFolder(options.cacheDir)
  const groups = groupByInstrument(await findTapes(paths, folder, options))
  assertCommonTime(groups)
  const tapes: PackedTape[] = []
  for (const group of groups) {
    try {
      tapes.push(await prepareGroup(inOrderOfTime(group), folder, options))
    } catch (error) {
      // A tape that was imported into the cache is ours to make again: what the user gave is not damaged.
      if (!(isDamaged(error) && removeImported(group, folder))) throw error
      return prepareTapes(paths, options)
    }
  }
  return tapes
}

const isDamaged = (error: unknown): boolean => error instanceof DataError && error.code === 'TAPE_DAMAGED'

/** @returns whether there was one */
function removeImported(group: readonly TapeOf[], cache: string): boolean {
  const imported = group.filter(({ path }) => path.startsWith(importedFolder(cache)))
  for (const { path } of imported) rmSync(path, { force: true })
  return imported.length > 0
}

/**
 * Canonical tapes as they are; anything else is imported into the cache first.
 *
 * @throws {DataError} when a file is missing, damaged or not understood
 */
export async function findTapes(
  paths: readonly string[],
  folder: string,
  options: Pick<PrepareOptions, 'importOptions' | 'onProgress'>,
): Promise<readonly TapeOf[]> {
  if (paths.length === 0) throw new ConfigError('DATA_MISSING', 'no data files given')
  const found: TapeOf[] = []
  const foreign: string[] = []
  for (const path of paths) {
    await firstBytes(path, 4) // Complains about a missing or empty file and a directory.
    const facts = readTapeFacts(path)
    if (facts === undefined) foreign.push(path)
    else found.push({ path, facts })
  }
  if (foreign.length > 0) return [...found, ...(await importedTapes(foreign, folder, options))]
  for (const tape of found) requireAsSaid(tape, options.importOptions ?? {})
  return found
}

function groupByInstrument(tapes: readonly TapeOf[]): TapeOf[][] {
  const groups = new Map<string, TapeOf[]>()
  for (const tape of tapes) {
    const { id } = tape.facts.instrument
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [tape])
    else group.push(tape)
  }
  return [...groups.values()]
}

function assertCommonTime(groups: readonly TapeOf[][]): void {
  const spans = groups.map((group) => ({
    id: group[0]?.facts.instrument.id,
    first: Math.min(...group.map(({ facts }) => facts.firstTime)),
    last: Math.max(...group.map(({ facts }) => facts.lastTime)),
  }))
  for (const a of spans) {
    for (const b of spans) {
      if (a.last >= b.first) continue
      throw new ConfigError(
        'TAPES_NO_OVERLAP',
        `${a.id} ends at ${isoTime(a.last)}, before ${b.id} starts at ${isoTime(b.first)}: they have no time in common`,
      )
    }
  }
}

async function prepareGroup(
  group: readonly TapeOf[],
  folder: string,
  { level: wanted, keepsCrossed = false, onProgress }: PrepareOptions,
): Promise<PackedTape> {
  const [first, ...more] = group.map(({ facts }) => facts)
  if (first === undefined) throw new ConfigError('DATA_MISSING', 'no data files given')
  const facts = [first, ...more] as const
  const level = chooseLevel(facts, wanted)
  const paths = group.map(({ path }) => path)
  const report = (rows: number, ofRows: number): void =>
    onProgress?.({ stage: 'decode', file: paths.join(', '), rows, ofRows })
  const isHidden = (known: readonly TapeFacts[]): boolean =>
    !keepsCrossed && crossedMessages(known, level)?.isPassable === true
  const open = (hidesCrossed: boolean): Promise<PackedTape> =>
    openEntry(folder, { paths, facts: [...facts], level, hidesCrossed, onProgress: report })
  const tape = await open(isHidden(facts))
  // A tape of an older version has not been looked at before it is decoded.
  return !isHidden(facts) && isHidden([tape.facts]) ? open(true) : tape
}

async function openEntry(folder: string, source: CacheSource): Promise<PackedTape> {
  const { facts, level, hidesCrossed } = source
  const entry = join(folder, 'packed', cacheKey(facts, level, hidesCrossed))
  const cached = openCached(entry)
  if (cached !== undefined) return cached
  await replaceEntry(entry, (temporary) => buildEntryApart(temporary, source))
  const built = openCached(entry)
  if (built === undefined) throw new DataError('CACHE_DAMAGED', `the cache ${entry} cannot be read back`)
  return built
}

function chooseLevel(facts: Parameters<typeof commonLevels>[0], wanted: DataLevel | undefined): DataLevel {
  const offered = commonLevels(facts)
  const [finest] = offered
  const id = facts[0]?.instrument.id
  if (finest === undefined) {
    throw new ConfigError('TAPES_DIFFER', `the files of ${id} offer no level of market data in common`)
  }
  if (wanted !== undefined && !offered.includes(wanted)) {
    throw new ConfigError(
      'LEVEL_NOT_OFFERED',
      `the data of ${id} offers ${offered.join(', ')}, not ${wanted}`,
    )
  }
  return wanted ?? finest
}
