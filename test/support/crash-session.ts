/** The session that is killed again and again: the same in the child that dies and in the one that looks after it. */
import { SessionDirectory } from '../../src/journal/session-directory.ts'
import { LiveSession } from '../../src/run/live-session.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { busyStrategy } from './busy-strategy.ts'
import { SocketVenue } from './socket-venue.ts'
import { testInstrument } from './tape-rows.ts'

const params = { lots: '24', tickUs: '3000' }
const values = busyStrategy.params.parse(params)

export const crashStrategy: RunnableStrategy = {
  name: busyStrategy.name,
  params,
  subscriptions: busyStrategy.subscriptions?.(values) ?? {},
  create: (context) => busyStrategy.create(values, context),
}

export const crashConfig = parseRunConfig({
  seed: 7,
  answerTimeoutUs: 20_000,
  orderTimeoutUs: 60_000,
  risk: { maxMessagesPerSecond: null, duplicateWindowMs: 5 },
})

export interface OpenedSession {
  readonly session: LiveSession
  readonly venue: SocketVenue
}

/** @param isAudit without a market: what is decided is only what the venue's answers bring about */
export function openCrashSession(folder: string, port: number, isAudit: boolean): OpenedSession {
  let venue: SocketVenue | undefined
  const session = new LiveSession({
    strategy: crashStrategy,
    setup: { config: crashConfig, level: 'l2', instruments: [testInstrument] },
    directory: new SessionDirectory({
      folder: `${folder}/session`,
      newId: () => 'crashtest',
      origin: { strategy: crashStrategy.name },
      accounts: [{ venue: 'stub', keyId: 'key' }],
      accountsFolder: `${folder}/accounts`,
    }),
    connect: (post, identity) => {
      venue = new SocketVenue(port, post)
      venue.greet(identity, isAudit)
      return venue
    },
  })
  if (venue === undefined) throw new Error('not connected')
  return { session, venue }
}
