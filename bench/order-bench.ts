/** A live session whose strategy answers every market message with one order that is over at once. */
import { TimerTable } from '../src/clock/timer-table.ts'
import { WallClock } from '../src/clock/wall-clock.ts'
import { assert } from '../src/core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../src/core/units.ts'
import type { Disk } from '../src/journal/disk.ts'
import { SessionDirectory } from '../src/journal/session-directory.ts'
import { rowKind, sideCode } from '../src/model/tape.ts'
import { LiveSession } from '../src/run/live-session.ts'
import { parseRunConfig } from '../src/run/run-config.ts'
import type { RunnableStrategy } from '../src/run/run-replay.ts'
import type { PostInput } from '../src/run/session-input.ts'
import { WallTimers } from '../src/run/wall-timers.ts'
import { LiveVenue } from '../src/venue/ccxt/live-venue.ts'
import { localSettings } from '../test/support/local-exchange.ts'

export interface OrderBench {
  /** One market message and the order that it leads to. */
  order(): Promise<OrderTime>
  /** Orders that the exchange has taken. */
  placed(): number
  close(): Promise<void>
}

/** Until the bytes of the order were with the socket, in microseconds. */
export interface OrderTime {
  readonly wallUs: number
  /** Of this process: what a machine that has other things to do leaves alone. */
  readonly processorUs: number
}

export interface OrderBenchOptions {
  readonly folder: string
  readonly url: string
  readonly disk: Disk
}

const rate = { burst: 1e9, perSecond: 1e9, cancelReserve: 0.3 }

/** Far below the market and immediate or cancel: the exchange takes it, and it is over. */
const strategy: RunnableStrategy = {
  name: 'bench',
  params: {},
  subscriptions: { book: true },
  create: (context) => ({
    onBook() {
      const bid = context.market().bestBid()
      if (bid === undefined) return
      // Not always the same: a second one like it would be a duplicate.
      const price = priceTicks(bid - 100 - (context.now() % 97))
      context.submit({
        instrument: 0,
        side: 'buy',
        type: 'limit',
        qty: qtyLots(1),
        price,
        timeInForce: 'ioc',
      })
    },
  }),
}

export async function openOrderBench({ folder, url, disk }: OrderBenchOptions): Promise<OrderBench> {
  const directory = new SessionDirectory({
    ...{ folder: `${folder}/session`, newId: () => 'latencybench', origin: { kind: 'bench' }, disk },
    ...{ accounts: [], accountsFolder: `${folder}/accounts` },
  })
  const clock = new WallClock()
  const alarms = new WallTimers(clock, (id) => timers.fire(id))
  const timers: TimerTable = new TimerTable(alarms)
  let post: PostInput = () => {}
  let isUp = false
  const live = await LiveVenue.open({
    ...{ settings: localSettings(url), symbols: ['BTC/USDT'], timers, rate },
    ...{ sessionId: directory.id, fence: directory.fence, clock: { now: () => clock.present() } },
    output: {
      report: (report) => post({ kind: 'report', report }),
      connection: (instrument, is) => {
        isUp = is
        post({ kind: 'connection', channel: 'orders', instrument, isUp: is })
      },
      position: () => {},
      notice: () => {},
    },
  })
  let sentAt = 0
  let used: NodeJS.CpuUsage | undefined
  let started: NodeJS.CpuUsage | undefined
  const config = parseRunConfig({ account: { balance: '50000000' }, risk: { maxMessagesPerSecond: null } })
  const session = new LiveSession({
    strategy,
    setup: { config, level: 'l2', instruments: live.instruments },
    directory,
    connect: (take) => {
      post = take
      const { venue } = live
      return {
        recover: (recovery) => venue.recover(recovery),
        submit: (command) => {
          venue.submit(command)
          sentAt = performance.now()
          used = process.cpuUsage(started)
        },
        amend: (command) => venue.amend(command),
        cancel: (command) => venue.cancel(command),
      }
    },
  })
  live.venue.start()
  await until(() => isUp)
  const { engine } = session.wired
  let count = 0
  const showBook = (): void => {
    const exchangeTime = timeUs(clock.present())
    const { depth: kind } = rowKind
    count++
    const qty = 1000 + (count % 100)
    const bid = { kind, side: sideCode.buy, exchangeTime, price: 600_000, qty, isLast: false }
    const ask = { kind, side: sideCode.sell, exchangeTime, price: 600_001, qty, isLast: true }
    post({ kind: 'market', instrument: 0, rows: [bid, ask] })
  }
  post({ kind: 'connection', channel: 'market', instrument: 0, isUp: true })
  return {
    async order() {
      sentAt = 0
      started = process.cpuUsage()
      const before = performance.now()
      showBook()
      assert(sentAt > 0, `no order was sent: ${JSON.stringify(engine.orders.at(-1)?.state)}`)
      const wallUs = (sentAt - before) * 1000
      const { user = 0, system = 0 } = used ?? {}
      await until(() => engine.workingOrders().length === 0)
      return { wallUs, processorUs: user + system }
    },
    placed: () => engine.orders.filter(({ state }) => state.kind === 'expired').length,
    async close() {
      session.leave()
      await live.close()
      // What the venue meant to look at next would keep the process alive for a minute.
      alarms.stop()
    },
  }
}

/** Waits for sockets, not for a time. */
async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve))
}
