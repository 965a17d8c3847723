/** `sim verify`. */
import { recordKind } from '../model/journal-record.ts'
import { packageVersion } from '../run/package-root.ts'
import { type Verification, verifyJournal } from '../run/verify-journal.ts'
import { type Arguments, isSet, optionalText, requiredText, texts } from './arguments.ts'
import { exitFailed } from './describe-failure.ts'
import { grouped, isoTime } from './summary-table.ts'

/** @returns 0 when the run gives the same journal again, else 1 */
export async function verifyCommand(args: Arguments): Promise<number> {
  const path = requiredText(args, 'journal')
  const data = texts(args, 'data')
  const cacheDir = optionalText(args, 'cache')
  const result = await verifyJournal(path, data.length === 0 ? { cacheDir } : { data, cacheDir })
  const { isSame, fingerprint, fingerprintNow, records } = result
  if (isSet(args, 'json')) {
    process.stdout.write(`${JSON.stringify({ isSame, fingerprint, fingerprintNow, records })}\n`)
  } else if (isSame) {
    process.stdout.write(`the same ${grouped(String(records))} records again: ${fingerprint}\n`)
  }
  if (isSame) return 0
  process.stderr.write(`sim: ${path}: ${describeDifference(result)}\n`)
  return exitFailed
}

function describeDifference({ difference, fingerprint, fingerprintNow, version }: Verification): string {
  const found = difference?.was ?? difference?.is
  const kind = Object.entries(recordKind).find(([, code]) => code === found?.kind)?.[0] ?? 'record'
  const where =
    found === undefined ? '' : `, first at record ${difference?.index} (${kind} at ${isoTime(found.time)})`
  const note =
    version === packageVersion() ? '' : `; it was written by version ${version}, this is ${packageVersion()}`
  return `the run gives ${fingerprintNow.slice(0, 16)}… instead of ${fingerprint.slice(0, 16)}…${where}${note}`
}
