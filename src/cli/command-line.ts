/** The commands of `sim` and their options. What a command does is loaded when it is called. */
import yargs, { type Argv } from 'yargs'
import { didYouMean } from '../core/closest.ts'
import { ConfigError } from '../core/errors.ts'
import type { Arguments } from './arguments.ts'
import {
  benchOptions,
  checkOptions,
  exchangeOptions,
  importOptions,
  runOptions,
  synthOptions,
} from './run-options.ts'
import { addSessions } from './session-commands.ts'

/** @returns the exit code @throws {ConfigError} USAGE, and whatever the command throws */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = 0
  const set = (code: number): void => {
    exitCode = code
  }
  const cli = yargs([...args])
    .scriptName('sim')
    .locale('en')
    .parserConfiguration({
      'greedy-arrays': false,
      'dot-notation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .strict()
    .demandCommand(1, 'which command? sim --help lists them')
    .version(false)
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error
      throw new ConfigError('USAGE', explainUsage(message ?? error?.message ?? 'bad arguments'))
    })
  addRun(cli, set)
  addSessions(cli, set)
  addData(cli, set)
  addOthers(cli, set)
  addExchange(cli, set)
  await cli.parseAsync()
  return exitCode
}

function addRun(cli: Argv, set: (code: number) => void): void {
  cli.command(
    'run',
    'run a strategy over recorded data',
    (command) => command.options(runOptions),
    async (argv: Arguments) => set(await (await import('./run-command.ts')).runCommand(argv)),
  )
  cli.command(
    'verify <journal>',
    'execute a journal again and compare',
    (command) =>
      command
        .positional('journal', { type: 'string', description: 'file kept by sim run --journal' })
        .options({
          data: runOptions.data,
          json: runOptions.json,
          cache: runOptions.cache,
          verbose: runOptions.verbose,
        }),
    async (argv: Arguments) => set(await (await import('./verify-command.ts')).verifyCommand(argv)),
  )
}

function addData(cli: Argv, set: (code: number) => void): void {
  const { json, verbose } = runOptions
  const output = { alias: 'o', type: 'string', description: 'the tape to write, a Parquet file' } as const
  cli.command('data', 'import, describe, grade and generate market data', (data) =>
    addCheck(data, set)
      .command(
        'import <inputs..>',
        'convert recordings to one tape',
        (command) =>
          command
            .positional('inputs', {
              type: 'string',
              array: true,
              description: 'recordings of one instrument, in order',
            })
            .options({ output, ...importOptions, json, verbose }),
        async (argv: Arguments) => set(await (await import('./data-commands.ts')).importCommand(argv)),
      )
      .command(
        'info <file>',
        'say what is in a file',
        (command) =>
          command
            .positional('file', { type: 'string', description: 'a tape or any recording' })
            .options({ ...importOptions, cache: runOptions.cache, json, verbose }),
        async (argv: Arguments) => set(await (await import('./data-commands.ts')).infoCommand(argv)),
      )
      .command(
        'synth',
        'generate a synthetic tape',
        (command) => command.options({ output, ...synthOptions, json, verbose }),
        async (argv: Arguments) => set(await (await import('./data-commands.ts')).synthCommand(argv)),
      )
      .demandCommand(1, 'which one? sim data --help lists them'),
  )
}

function addCheck(data: Argv, set: (code: number) => void): Argv {
  const { json, verbose, cache } = runOptions
  return data.command(
    'check <files..>',
    'grade recordings from A to F, with what was found',
    (command) =>
      command
        .positional('files', { type: 'string', array: true, description: 'tapes or any recordings' })
        .options({ ...checkOptions, ...importOptions, cache, json, verbose }),
    async (argv: Arguments) => set(await (await import('./check-command.ts')).checkCommand(argv)),
  )
}

function addOthers(cli: Argv, set: (code: number) => void): void {
  const { json, verbose } = runOptions
  cli.command(
    'strategies',
    'list the strategies with their parameters and defaults',
    (command) => command.options({ json, verbose }),
    async (argv: Arguments) => set(await (await import('./strategies-command.ts')).strategiesCommand(argv)),
  )
  cli.command(
    'bench',
    'measure speed and memory against their targets',
    (command) => command.options({ ...benchOptions, json, verbose }),
    async (argv: Arguments) => set(await (await import('./bench-command.ts')).benchCommand(argv)),
  )
}

function addExchange(cli: Argv, set: (code: number) => void): void {
  const { data, queue, cache, json, verbose } = runOptions
  cli.command(
    'exchange',
    'a simulated exchange on this machine, which any ccxt client can trade on',
    (command) => command.options({ data, ...exchangeOptions, queue, ...importOptions, cache, json, verbose }),
    async (argv: Arguments) => set(await (await import('./exchange-command.ts')).exchangeCommand(argv)),
  )
}

/** yargs' sentence, with a suggestion where an option or a command was mistyped. */
function explainUsage(message: string): string {
  const [, unknown] = /^Unknown (?:argument|command)s?: ([^,]+)/.exec(message) ?? []
  const lowered = message.slice(0, 1).toLowerCase() + message.slice(1)
  return unknown === undefined ? lowered : `${lowered}.${didYouMean(unknown, words)} See --help`
}

const words = [
  ...Object.keys({ ...runOptions, ...synthOptions, ...checkOptions, ...exchangeOptions, output: true }),
  ...['run', 'verify', 'data', 'import', 'info', 'check', 'synth', 'strategies', 'exchange'],
  ...['paper', 'live', 'kill', 'trade', 'record', 'parity'],
]
