/** The commands that run while their market does, and those that look at what they left. */
import type { Argv } from 'yargs'
import type { Arguments } from './arguments.ts'
import { killOptions, liveOptions, paperOptions, parityOptions, recordOptions } from './session-options.ts'

export function addSessions(cli: Argv, set: (code: number) => void): void {
  cli.command(
    'paper',
    'trade on paper: a live market, simulated fills',
    (command) => command.options(paperOptions),
    async (argv: Arguments) => set(await (await import('./paper-command.ts')).paperCommand(argv)),
  )
  addLive(cli, set)
  cli.command(
    'trade',
    'trade in the mode of EXECUTION_MODE: paper unless it says otherwise',
    (command) => command.options(paperOptions),
    async (argv: Arguments) => set(await (await import('./paper-command.ts')).tradeCommand(argv)),
  )
  cli.command(
    'record',
    'record a live market as tapes',
    (command) => command.options(recordOptions),
    async (argv: Arguments) => set(await (await import('./record-command.ts')).recordCommand(argv)),
  )
  cli.command(
    'parity <session>',
    'execute a session again from its journal, and explain how a replay of its market differs',
    (command) =>
      command
        .positional('session', { type: 'string', description: 'folder of a session, or its journal' })
        .options(parityOptions),
    async (argv: Arguments) => set(await (await import('./parity-command.ts')).parityCommand(argv)),
  )
}

function addLive(cli: Argv, set: (code: number) => void): void {
  cli.command(
    'live',
    'trade at a real venue, with real orders',
    (command) => command.options(liveOptions),
    async (argv: Arguments) => set(await (await import('./live-command.ts')).liveCommand(argv)),
  )
  cli.command(
    'kill <session>',
    'cancel everything of a session at its venue, and halt it',
    (command) =>
      command
        .positional('session', { type: 'string', description: 'folder of the session' })
        .options(killOptions),
    async (argv: Arguments) => set(await (await import('./kill-command.ts')).killCommand(argv)),
  )
}
