/** `sim kill`. */
import { killSession } from '../run/kill-session.ts'
import { type Arguments, isSet, optionalText, requiredText } from './arguments.ts'
import { checkNothingOpen } from './live-command.ts'

/** @returns 0 when the venue says that nothing is open any more */
export async function killCommand(args: Arguments): Promise<number> {
  const folder = requiredText(args, 'session')
  const { leftOpen, pid, mode } = await killSession(folder, {
    environment: process.env,
    keyFile: optionalText(args, 'keys'),
    onWarning: (text) => process.stderr.write(`sim: warning: ${text}\n`),
  })
  checkNothingOpen(leftOpen, folder)
  if (isSet(args, 'json')) {
    process.stdout.write(`${JSON.stringify({ session: folder, mode, pid, leftOpen })}\n`)
    return 0
  }
  const who = pid === undefined ? 'no process ran it' : `process ${pid} has done it`
  const where = mode === 'live' ? 'the venue lists no open order' : 'no order is open'
  process.stdout.write(
    `${folder} is killed (${who}): ${where}; it is halted until it is started with --resume\n`,
  )
  return 0
}
