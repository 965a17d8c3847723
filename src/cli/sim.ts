#!/usr/bin/env node
/** The command `sim`. Version and help are answered without loading anything; all else is loaded when it is needed. */
import { packageVersion } from '../run/package-root.ts'
import { describeFailure } from './describe-failure.ts'
import { helpText } from './help-text.ts'

// `sim … | head` closes our output early: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const [first] = args
  if (first === '--version' || first === '-V') return print(packageVersion())
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') return print(helpText)
  try {
    const { runCommandLine } = await import('./command-line.ts')
    return await runCommandLine(args)
  } catch (error) {
    const { line, exitCode, stack } = describeFailure(error)
    process.stderr.write(`${line}\n`)
    if (args.includes('--verbose') && stack !== undefined) process.stderr.write(`${stack}\n`)
    return exitCode
  }
}

function print(text: string): number {
  process.stdout.write(`${text}\n`)
  return 0
}
