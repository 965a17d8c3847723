/** Where in the sources an importer is reading, so that every complaint can name the file and the line. */
import { basename } from 'node:path'
import { DataError } from '../core/errors.ts'
import { insideArchive, insidePath } from './zip-path.ts'

/** What `line` counts: lines of text, or records of a file that has none. */
export type PositionUnit = 'line' | 'row'

export class SourcePosition {
  file = ''
  /** 1 for the first; 0 before it. */
  line = 0
  unit: PositionUnit = 'line'

  open(path: string, unit: PositionUnit): void {
    this.file = path
    this.line = 0
    this.unit = unit
  }

  /** `file:line`, the file without its folders. */
  toString(): string {
    const name = shownName(this.file)
    if (this.line === 0) return name
    return this.unit === 'line' ? `${name}:${this.line}` : `${name} row ${this.line}`
  }

  /** `message` says what was expected and what was found. */
  error(code: string, message: string, cause?: unknown): DataError {
    const context = { file: this.file, line: this.line }
    return new DataError(
      code,
      `${message} (${this.toString()})`,
      cause === undefined ? { context } : { context, cause },
    )
  }
}

/** Without the folders, also those of an archive that the file lies in. */
export function shownName(path: string): string {
  const inside = insideArchive(path)
  return inside === undefined ? basename(path) : insidePath(basename(inside.archive), inside.name)
}

/** A complaint about a whole file. */
export function fileError(code: string, path: string, message: string, cause?: unknown): DataError {
  const position = new SourcePosition()
  position.open(path, 'line')
  return position.error(code, message, cause)
}
