import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RunRecord } from '../model/run-record.ts'
import { renderReport } from './render-report.ts'

/**
 * Renders the report to `path`, whole or not at all: it is written beside its place and then moved there. Creates the
 * folder.
 *
 * @throws the file system's own error
 */
export function writeReport(record: RunRecord, path: string): void {
  const page = renderReport(record)
  mkdirSync(dirname(path), { recursive: true })
  const temporary = join(dirname(path), `.${process.pid}-${basename(path)}`)
  try {
    writeFileSync(temporary, page)
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
}
