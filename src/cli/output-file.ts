/** Output files that are whole or absent: written beside their place under another name, then renamed. */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ConfigError } from '../core/errors.ts'

/**
 * Finds out before the work begins whether a file can be put there. Creates missing folders.
 * @throws the file system's own error, with `code` and the path that was asked for
 */
export function checkOutput(path: string): void {
  const folder = dirname(path)
  try {
    if (existsSync(path) && statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw cause instanceof Error ? Object.assign(cause, { path }) : cause
  }
}

/**
 * Calls `write` with a temporary path in the same folder and moves the result to `path`; nothing is left of a failure.
 * A pipe or a device is written to as it is: moving a file there would replace it.
 */
export async function writeOutput(
  path: string,
  write: (temporaryPath: string) => void | Promise<void>,
): Promise<void> {
  const target = isSpecial(path) ? path : temporaryPathOf(path)
  try {
    await write(target)
    if (target !== path) renameSync(target, path)
  } catch (cause) {
    if (target !== path) rmSync(target, { force: true })
    throw cause instanceof Error && 'syscall' in cause ? Object.assign(cause, { path }) : cause
  }
}

/**
 * No output may replace a file that is read, or another output.
 *
 * @param outputs by option, undefined where not asked for
 * @throws {ConfigError} OUTPUT_CLASH
 */
export function checkNoClash(
  outputs: Readonly<Record<string, string | undefined>>,
  inputs: readonly string[],
): void {
  const taken = new Map(inputs.map((path) => [identityOf(path), `the input ${path}`]))
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined || isSpecial(path)) continue
    const identity = identityOf(path)
    const other = taken.get(identity)
    if (other !== undefined)
      throw new ConfigError('OUTPUT_CLASH', `--${option} ${path} would overwrite ${other}`)
    taken.set(identity, `--${option}`)
  }
}

/** The same for every name of one file: links are followed, and a file that is not there yet is named by its folder. */
function identityOf(path: string): string {
  if (!existsSync(path)) {
    const folder = dirname(path)
    return existsSync(folder) ? join(realpathSync(folder), basename(path)) : resolve(path)
  }
  const { dev, ino } = statSync(path)
  return `${dev}:${ino}`
}

/** @throws {ConfigError} OUTPUT_SPECIAL when `path` is a pipe or a device, which a file cannot be moved to */
export function checkPlainOutput(option: string, path: string): void {
  if (isSpecial(path))
    throw new ConfigError('OUTPUT_SPECIAL', `--${option} ${path}: expected an ordinary file`)
  checkOutput(path)
}

function isSpecial(path: string): boolean {
  return existsSync(path) && !statSync(path).isFile()
}

/** Keeps the ending, which tells some writers the format. */
export function temporaryPathOf(path: string): string {
  return join(dirname(path), `.${process.pid}-${basename(path)}`)
}
