/**
 * The cache of packed tapes: one folder per content, so nothing in it is ever out of date, and all of it may be deleted
 * at any time. See docs/TAPE.md for its layout.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import { ConfigError, DataError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { PackedTape } from '../model/packed.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { type CacheFile, cacheVersion, readIndex } from './cache-index.ts'
import { hashFile } from './hash-file.ts'
import { createFileTape } from './packed-file-tape.ts'

/** `option`, else REHEARSAL_CACHE, else the user's cache folder. */
export function cacheFolder(option: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  const named = option ?? env.REHEARSAL_CACHE
  if (named !== undefined && named !== '') return resolve(named)
  const base = env.XDG_CACHE_HOME
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'rehearsal')
}

/** Name of the entry for these tapes, in this order, at this level. */
export function cacheKey(facts: readonly TapeFacts[], level: DataLevel, hidesCrossed = false): string {
  const tapes = facts.map((one): Json => JSON.parse(JSON.stringify(one)))
  return sha256(canonicalJson({ cacheVersion, level, ...(hidesCrossed ? { hidesCrossed } : {}), tapes }))
}

/** The tape of an entry; undefined when there is none, or it is damaged and has to be built again. */
export function openCached(folder: string): PackedTape | undefined {
  const index = readIndex(folder)
  if (index === undefined) return undefined
  const { exchange, receive, touch, marks } = index
  const files = [exchange, receive, touch, marks].filter((file) => file !== undefined)
  const isSound = files.every((file) => isUnchanged(folder, file))
  return isSound ? createFileTape(folder, index) : undefined
}

/**
 * Makes an entry: `build` writes its files and index into a folder of its own, which becomes the entry when all is well.
 *
 * @throws {ConfigError} CACHE_NOT_WRITABLE
 */
export async function replaceEntry(
  folder: string,
  build: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${folder}.tmp-${process.pid}`
  const remove = (): void => rmSync(temporary, { recursive: true, force: true })
  removeAbandoned(folder)
  makeFolder(temporary)
  process.once('exit', remove)
  try {
    await build(temporary)
    rmSync(folder, { recursive: true, force: true })
    renameSync(temporary, folder)
  } catch (error) {
    throw isDiskFull(error)
      ? new DataError('DISK_FULL', `no space left on the disk for the cache ${folder}`, { cause: error })
      : error
  } finally {
    remove()
    process.off('exit', remove)
  }
}

/** What processes that were killed while they built this entry have left: it is as large as the entry. */
function removeAbandoned(folder: string): void {
  const start = `${basename(folder)}.tmp-`
  const beside = dirname(folder)
  if (!existsSync(beside)) return
  for (const name of readdirSync(beside)) {
    if (!name.startsWith(start) || isRunning(Number(name.slice(start.length)))) continue
    rmSync(join(beside, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, and is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** @throws {ConfigError} CACHE_NOT_WRITABLE */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new ConfigError(
      'CACHE_NOT_WRITABLE',
      `cannot write the cache ${folder}; name another folder with --cache or REHEARSAL_CACHE`,
      { cause: error },
    )
  }
}

function isUnchanged(folder: string, file: CacheFile): boolean {
  const path = join(folder, file.name)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || stat.size !== file.bytes) return false
  return stat.mtimeMs === file.mtimeMs || hashFile(path) === file.sha256
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOSPC'
