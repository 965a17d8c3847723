/** One process that runs the session: the real engine, journal and order machine, on the disk, wire and clock of the world. */
import type { Clock, TimerId, Timers } from '../../src/clock/clock.ts'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { type TimeUs, timeUs } from '../../src/core/units.ts'
import { SessionDirectory } from '../../src/journal/session-directory.ts'
import { LiveSession } from '../../src/run/live-session.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { SessionInput } from '../../src/run/session-input.ts'
import { CcxtVenue } from '../../src/venue/ccxt/ccxt-venue.ts'
import { ClientOrderIds } from '../../src/venue/ccxt/client-order-ids.ts'
import type { ExchangeWire } from '../../src/venue/ccxt/exchange-wire.ts'
import { defaultMachineSettings } from '../../src/venue/ccxt/machine-settings.ts'
import { RateBudget } from '../../src/venue/ccxt/rate-budget.ts'
import { busyStrategy } from '../support/busy-strategy.ts'
import type { SimDisk } from '../support/sim-disk.ts'
import type { SteppedTime } from '../support/stepped-time.ts'
import { testInstrument } from '../support/tape-rows.ts'

const params = { lots: '24', tickUs: '3600000000' }
const values = busyStrategy.params.parse(params)

export const faultStrategy: RunnableStrategy = {
  name: busyStrategy.name,
  params,
  subscriptions: busyStrategy.subscriptions?.(values) ?? {},
  create: (context) => busyStrategy.create(values, context),
}

/** Of the position, if all working orders of a side fill: tight enough to be reached. */
export const positionLotsMax = 50

export const configOf = (seed: number) =>
  parseRunConfig({
    seed,
    orderTimeoutUs: 60_000_000,
    risk: {
      maxMessagesPerSecond: null,
      duplicateWindowMs: null,
      maxPositionSize: (positionLotsMax / 1000).toString(),
    },
  })

export const sessionId = 'faultsim'
export const ids = new ClientOrderIds(sessionId)

export interface ProcessOptions {
  readonly seed: number
  readonly pid: number
  readonly time: SteppedTime
  readonly disk: SimDisk
  /** @param process its alive flag decides whether anything passes */
  readonly wire: (process: SimProcess) => ExchangeWire
  /** Told of what is heard and said, for a reader. */
  readonly trace: (text: string) => void
  /** The session broke off by itself. */
  readonly onFailed: (process: SimProcess, error: unknown) => void
}

export class SimProcess {
  isAlive = true
  /** Undefined until it has started, or when it could not. */
  session: LiveSession | undefined
  venue: CcxtVenue | undefined
  /** It has ended well: nothing can follow. */
  fingerprint: string | undefined
  /** Its feed has not shown the whole book yet. */
  isFeedNew = true
  private readonly options: ProcessOptions

  constructor(options: ProcessOptions) {
    this.options = options
  }

  /** @throws what the start of a session throws */
  start(): void {
    const { seed, disk, time } = this.options
    const monotonic = (): number => time.now() / 1000
    this.session = new LiveSession({
      strategy: faultStrategy,
      setup: { config: configOf(seed), level: 'l2', instruments: [testInstrument] },
      directory: this.openDirectory(disk),
      connect: (post, { fence }) => {
        this.venue = this.createVenue(fence, post)
        return this.venue
      },
      clock: new WallClock({ timeOfDay: monotonic, monotonic }),
      alarm: { set: (delayMs, ring) => this.ring(delayMs, ring) },
    })
    this.session.done.then(
      ({ fingerprint }) => {
        this.fingerprint = fingerprint
      },
      (error: unknown) => this.options.onFailed(this, error),
    )
    this.venue?.start()
  }

  /** What it waited for does not come any more. */
  die(): void {
    this.isAlive = false
    this.venue?.close()
  }

  post(input: SessionInput): void {
    if (this.isAlive) this.session?.post(input)
  }

  private openDirectory(disk: SimDisk): SessionDirectory {
    const { pid } = this.options
    return new SessionDirectory({
      ...{ folder: '/s', newId: () => sessionId, origin: {}, accountsFolder: '/a', disk },
      accounts: [{ venue: 'simulated', keyId: 'key' }],
      processes: {
        self: () => ({ pid, startedAt: '' }),
        isAlive: (mark) => mark.pid === pid,
      },
    })
  }

  private createVenue(fence: number, post: (input: SessionInput) => void): CcxtVenue {
    const clock: Clock = { now: () => this.options.time.now() }
    return new CcxtVenue({
      ...{ wire: this.options.wire(this), clock, timers: this.timers(), ids, fence, instruments: 1 },
      output: {
        report: (report) => {
          this.options.trace(`report ${JSON.stringify(report)}`)
          post({ kind: 'report', report })
        },
        connection: (instrument, isUp) => post({ kind: 'connection', channel: 'orders', instrument, isUp }),
        position: (instrument, qty) => post({ kind: 'venue-position', instrument, qty }),
        notice: (text) => this.options.trace(`notice: ${text}`),
      },
      budget: new RateBudget(clock, { burst: 100, perSecond: 20, cancelReserve: 0.3 }),
      settings: defaultMachineSettings,
    })
  }

  /** Those of a dead process never fire. */
  private timers(): Timers {
    const { time } = this.options
    return {
      set: (at: TimeUs, fire) => time.set(at, () => this.isAlive && fire()),
      cancel: (id: TimerId) => time.cancel(id),
    }
  }

  private ring(delayMs: number, ring: () => void): () => void {
    const { time } = this.options
    const id = time.set(timeUs(time.now() + delayMs * 1000), () => this.isAlive && ring())
    return () => time.cancel(id)
  }
}
