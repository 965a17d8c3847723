/** Any error → one line for stderr and the exit code. The table of codes is in docs/CLI.md. */
import { InvariantError, SimError } from '../core/errors.ts'

export interface Failure {
  readonly line: string
  readonly exitCode: number
  readonly stack: string | undefined
}

/** What could not be written, or a comparison that came out different. */
export const exitFailed = 1
const exitBug = 70
export const exitInterrupted = 130

/** What the file system says, in words. Reading is checked before it starts, so these come from writing. */
const fileTroubles: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'disk quota exceeded',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  EEXIST: 'a file stands where a folder is needed',
  ENOTDIR: 'a part of the path is not a directory',
  ENOENT: 'no such file or directory',
  EMFILE: 'too many open files',
  EFBIG: 'the file would be too large',
  EIO: 'input/output error',
}

/** Errors of the tape writer that are about its output, not about the data. */
const outputCodes: readonly string[] = ['DISK_FULL', 'OUTPUT_NOT_WRITABLE']

export function describeFailure(error: unknown): Failure {
  const stack = error instanceof Error ? error.stack : undefined
  if (error instanceof SimError) {
    const exitCode = outputCodes.includes(error.code) ? exitFailed : error.exitCode
    return { line: oneLine(error.message), exitCode, stack }
  }
  const trouble = fileTrouble(error)
  if (trouble !== undefined) return { line: oneLine(trouble), exitCode: exitFailed, stack }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const kind = error instanceof InvariantError ? 'broken invariant' : 'unexpected'
  return { line: oneLine(`this is a bug in sim (${kind}): ${what}`), exitCode: exitBug, stack }
}

function fileTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const why = fileTroubles[error.code]
  if (why === undefined) return undefined
  return 'path' in error && typeof error.path === 'string'
    ? `cannot write ${error.path}: ${why}`
    : `cannot write: ${why}`
}

/** Messages of libraries may have several lines; a terminal and a log want one. */
function oneLine(message: string): string {
  return `sim: ${message.replace(/\s*\n\s*/g, ' ').trim()}`
}
