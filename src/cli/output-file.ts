/** Output files that are whole or absent: written beside their place under another name, then renamed. */
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

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

/** Calls `write` with a temporary path in the same folder and moves the result to `path`; nothing is left of a failure. */
export async function writeOutput(
  path: string,
  write: (temporaryPath: string) => void | Promise<void>,
): Promise<void> {
  const temporary = temporaryPathOf(path)
  try {
    await write(temporary)
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
}

/** Keeps the ending, which tells some writers the format. */
export function temporaryPathOf(path: string): string {
  return join(dirname(path), `.${process.pid}-${basename(path)}`)
}
