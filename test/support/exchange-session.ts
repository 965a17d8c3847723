/**
 * A live session with the real live venue against the exchange of `sim exchange`: the same in the child that is killed
 * and in the one that looks after it.
 */
import { TimerTable } from '../../src/clock/timer-table.ts'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { durationUs } from '../../src/core/units.ts'
import { SessionDirectory } from '../../src/journal/session-directory.ts'
import { LiveSession } from '../../src/run/live-session.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { PostInput, SessionInput } from '../../src/run/session-input.ts'
import { WallTimers } from '../../src/run/wall-timers.ts'
import { CcxtFeed } from '../../src/venue/ccxt/ccxt-feed.ts'
import { LiveVenue } from '../../src/venue/ccxt/live-venue.ts'
import type { VenueKeys } from '../../src/venue/ccxt/secret.ts'
import type { RecoverableVenue } from '../../src/venue/recovery.ts'
import { busyStrategy } from './busy-strategy.ts'
import { localSettings, stageKeys } from './local-exchange.ts'

const params = { lots: '4', tickUs: '4000' }
const values = busyStrategy.params.parse(params)

export const exchangeStrategy: RunnableStrategy = {
  name: busyStrategy.name,
  params,
  subscriptions: busyStrategy.subscriptions?.(values) ?? {},
  create: (context) => busyStrategy.create(values, context),
}

const config = parseRunConfig({
  seed: 7,
  answerTimeoutUs: 500_000,
  orderTimeoutUs: 5_000_000,
  account: { balance: '5000000' },
  risk: { maxMessagesPerSecond: null, duplicateWindowMs: 5 },
})

/** Requests are refused when they are older; so that no order is found after this long is evidence soon after. */
const recvWindowMs = 800
const conclusiveAfter = durationUs(1_200_000)

/** What differs from the usual. */
export interface SessionOthers {
  readonly keys?: VenueKeys | undefined
  readonly strategy?: RunnableStrategy
}

export interface ExchangeSession {
  readonly session: LiveSession
  readonly live: LiveVenue
  readonly notices: string[]
  close(): Promise<void>
}

/**
 * @param onSubmit told of every order; undefined: without a market, so that what is decided is only what the
 * venue's answers bring about
 */
export async function openExchangeSession(
  folder: string,
  url: string,
  onSubmit: (() => void) | undefined,
  { keys, strategy = exchangeStrategy }: SessionOthers = {},
): Promise<ExchangeSession> {
  const directory = new SessionDirectory({
    folder: `${folder}/session`,
    newId: () => 'exchange1',
    origin: { strategy: exchangeStrategy.name },
    accounts: [{ venue: 'binance', keyId: stageKeys.apiKey }],
    accountsFolder: `${folder}/accounts`,
  })
  const settings = localSettings(url, { recvWindowMs, ...(keys === undefined ? {} : { keys }) })
  const notices: string[] = []
  const onNotice = (text: string): void => void notices.push(text)
  const clock = new WallClock()
  const timers: TimerTable = new TimerTable(new WallTimers(clock, (id) => timers.fire(id)))
  // What the venue says before the session takes it waits.
  const early: SessionInput[] = []
  let post: PostInput = (input) => void early.push(input)
  const live = await LiveVenue.open({
    ...{ settings, symbols: ['BTC/USDT'], timers },
    ...{ sessionId: directory.id, fence: directory.fence },
    clock: { now: () => clock.present() },
    rate: { burst: 100_000, perSecond: 100_000, cancelReserve: 0.3 },
    machine: { conclusiveAfter },
    output: {
      report: (report) => post({ kind: 'report', report }),
      connection: (instrument, isUp) => post({ kind: 'connection', channel: 'orders', instrument, isUp }),
      // The fee of a purchase is taken from the coin itself, so that the balance is no position.
      position: () => {},
      notice: onNotice,
    },
  })
  const session = new LiveSession({
    strategy,
    setup: { config, level: 'l2', instruments: live.instruments },
    directory,
    connect: (take) => {
      post = take
      const { venue } = live
      const submit: RecoverableVenue['submit'] = (command) => {
        onSubmit?.()
        venue.submit(command)
      }
      return {
        submit,
        amend: (command) => venue.amend(command),
        cancel: (command) => venue.cancel(command),
        recover: (recovery) => venue.recover(recovery),
      }
    },
  })
  for (const input of early) session.post(input)
  live.venue.start()
  const feed = new CcxtFeed({
    settings,
    symbols: ['BTC/USDT'],
    depth: 20,
    now: () => clock.present(),
    onNotice,
  })
  if (onSubmit !== undefined) {
    await feed.start({
      rows: (instrument, rows) => session.post({ kind: 'market', instrument, rows }),
      connection: (instrument, isUp) =>
        session.post({ kind: 'connection', channel: 'market', instrument, isUp }),
    })
  }
  const close = async (): Promise<void> => {
    session.leave()
    await feed.close()
    await live.close()
  }
  return { session, live, notices, close }
}
