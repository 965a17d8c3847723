/** `sim verify`. */
import { packageVersion } from '../run/package-root.ts'
import { verifyJournal } from '../run/verify-journal.ts'
import { type Arguments, isSet, optionalText, requiredText, texts } from './arguments.ts'
import { exitFailed } from './describe-failure.ts'
import { grouped } from './summary-table.ts'

/** @returns 0 when the run gives the same journal again, else 1 */
export async function verifyCommand(args: Arguments): Promise<number> {
  const path = requiredText(args, 'journal')
  const data = texts(args, 'data')
  const cacheDir = optionalText(args, 'cache')
  const result = await verifyJournal(path, data.length === 0 ? { cacheDir } : { data, cacheDir })
  const { isSame, fingerprint, records, difference, version } = result
  if (isSet(args, 'json')) {
    process.stdout.write(`${JSON.stringify({ isSame, fingerprint, records, difference })}\n`)
  } else if (isSame) {
    process.stdout.write(`the same ${grouped(String(records))} records again: ${fingerprint}\n`)
  }
  if (isSame) return 0
  const note =
    version === packageVersion() ? '' : ` (written by version ${version}, this is ${packageVersion()})`
  process.stderr.write(`sim: ${path}: another run: ${difference}${note}\n`)
  return exitFailed
}
