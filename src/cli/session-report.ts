/** The HTML report of a session, written from its journal. */
import { writeFileSync } from 'node:fs'
import { recordOfSession } from '../run/session-report.ts'
import { writeOutput } from './output-file.ts'

export async function writeSessionReport(session: string, path: string): Promise<void> {
  const record = await recordOfSession(session)
  const { renderReport } = await import('../report/render-report.ts')
  await writeOutput(path, (temporary) => writeFileSync(temporary, renderReport(record)))
}
