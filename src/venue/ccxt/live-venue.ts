/** A live venue, ready to trade on: exchange, wire, order machine and clock put together. */
import type { Clock, Timers } from '../../clock/clock.ts'
import { ConfigError, VenueError } from '../../core/errors.ts'
import type { InstrumentSpec } from '../../model/instrument.ts'
import { type AccountReading, type OpenOrder, readAccount, readOpenOrders } from './account-reading.ts'
import type { CcxtExchange } from './ccxt-exchange.ts'
import { CcxtVenue } from './ccxt-venue.ts'
import { CcxtWire } from './ccxt-wire.ts'
import { chooseMarkets } from './choose-markets.ts'
import { ClientOrderIds } from './client-order-ids.ts'
import type { HttpTransport } from './http-transport.ts'
import { refuseWithdrawKeys } from './key-permissions.ts'
import { defaultMachineSettings, type MachineSettings } from './machine-settings.ts'
import { type ExchangeSettings, openExchange } from './open-exchange.ts'
import { RateBudget, type RateSettings } from './rate-budget.ts'
import { redact } from './secret.ts'
import { type ClockReading, offsetMsMax, readVenueClock, signWithVenueTime } from './venue-clock.ts'
import type { VenueHealth } from './venue-health.ts'
import type { VenueOutput } from './venue-output.ts'
import { profileOf } from './venue-profiles.ts'

export interface LiveVenueOptions {
  readonly settings: ExchangeSettings
  readonly symbols: readonly string[]
  readonly sessionId: string
  readonly fence: number
  /** The present time, and timers of the venue's own: not the session's. */
  readonly clock: Clock
  readonly timers: Timers
  readonly output: VenueOutput
  readonly machine?: Partial<MachineSettings>
  readonly rate?: RateSettings
  /** Nothing is asked any more: `timers` may go. */
  readonly onClose?: () => void
}

/** How often the venue's clock is read, milliseconds. */
const clockEveryMs = 60_000

export class LiveVenue {
  readonly venue: CcxtVenue
  readonly instruments: readonly InstrumentSpec[]
  private readonly exchange: CcxtExchange
  private readonly wire: CcxtWire
  private readonly ids: ClientOrderIds
  private readonly options: LiveVenueOptions
  private readonly clockTimer: NodeJS.Timeout
  private reading: ClockReading | undefined
  private readAt: number | undefined
  private isReading = false

  private constructor(options: LiveVenueOptions, opened: Opened, reading: ClockReading | undefined) {
    const { clock, timers, output, sessionId, fence, machine } = options
    const { exchange, transport, markets } = opened
    const profile = profileOf(exchange.id)
    this.options = options
    this.exchange = exchange
    this.reading = reading
    this.readAt = reading && clock.now()
    this.instruments = markets.map(({ spec }) => spec)
    this.wire = new CcxtWire({
      ...{ exchange, transport, markets, keys: options.settings.keys },
      recvWindowMs: options.settings.recvWindowMs,
      now: () => clock.now(),
      onNotice: (text) => output.notice(text),
      offsetUs: () => Math.round((this.reading?.offsetMs ?? 0) * 1000),
      onClockOff: () => void this.readClock(),
    })
    const { hasStream } = this.wire
    const ids = new ClientOrderIds(sessionId, profile.clientId)
    this.ids = ids
    this.venue = new CcxtVenue({
      ...{ wire: this.wire, clock, timers, output, fence },
      budget: new RateBudget(clock, options.rate ?? profile.rate),
      ids,
      instruments: markets.length,
      settings: { ...defaultMachineSettings, hasOrderStream: hasStream, ...machine },
    })
    this.clockTimer = setInterval(() => void this.readClock(), clockEveryMs)
    this.clockTimer.unref()
  }

  /**
   * Nothing is sent yet: call `venue.recover` and `venue.start` next.
   * @throws {ConfigError} CCXT_MISSING, UNKNOWN_VENUE, UNKNOWN_SYMBOL, KEYS_MISSING, KEY_MAY_WITHDRAW
   * @throws {VenueError} VENUE_UNREACHABLE, KEYS_REFUSED
   */
  static async open(options: LiveVenueOptions): Promise<LiveVenue> {
    const { settings, symbols, clock, output } = options
    const { keys, exchangeId } = settings
    if (keys === undefined) throw new ConfigError('KEYS_MISSING', `orders at ${exchangeId} need an API key`)
    const { exchange, transport } = await openExchange(settings)
    try {
      const markets = await chooseMarkets(exchange, symbols)
      const reading = await readVenueClock(exchange, () => clock.now() / 1000, 3)
      if (reading !== undefined) signWithVenueTime(exchange, reading)
      const isTold = await refuseWithdrawKeys(exchange)
      if (!isTold)
        output.notice(`${exchangeId} does not tell whether the key may withdraw: make sure that it may not`)
      // The first signed request: wrong keys show here, and not with the first order.
      await exchange.fetchBalance()
      return new LiveVenue(options, { exchange, transport, markets }, reading)
    } catch (error) {
      await exchange.close().catch(() => undefined)
      transport.close()
      throw readable(error, options)
    }
  }

  /** What the account holds. @throws {VenueError} VENUE_UNREACHABLE */
  async readAccount(): Promise<AccountReading> {
    try {
      return await readAccount({
        ...this.reader(),
        settleCurrency: this.instruments[0]?.settleCurrency ?? '',
      })
    } catch (error) {
      throw readable(error, this.options)
    }
  }

  /** Of the session's own, as the venue lists them now. @throws {VenueError} VENUE_UNREACHABLE */
  async openOrders(): Promise<readonly OpenOrder[]> {
    try {
      const open = await readOpenOrders(this.reader())
      return open.filter(({ isOurs }) => isOurs)
    } catch (error) {
      throw readable(error, this.options)
    }
  }

  private reader() {
    const { exchange, wire, ids, instruments } = this
    return { exchange, wire, ids, instruments: instruments.length }
  }

  health(): VenueHealth {
    const { clock } = this.options
    return {
      exchangeId: this.exchange.id,
      ...this.venue.health(),
      clockOffsetMs: this.reading?.offsetMs,
      lastPingMs: this.reading?.roundTripMs,
      lastPingAgeMs: this.readAt === undefined ? undefined : (clock.now() - this.readAt) / 1000,
    }
  }

  async close(): Promise<void> {
    clearInterval(this.clockTimer)
    this.venue.close()
    await this.wire.close()
    this.options.onClose?.()
  }

  /** In between, a clock that drifts would have its requests refused. */
  private async readClock(): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    const { clock, output } = this.options
    const reading = await readVenueClock(this.exchange, () => clock.now() / 1000, 3)
    this.isReading = false
    if (reading === undefined) return
    const before = this.reading?.offsetMs ?? 0
    if (Math.abs(reading.offsetMs - before) > offsetMsMax) {
      output.notice(
        `our clock and the venue's have moved apart by ${Math.round(reading.offsetMs - before)} ms`,
      )
    }
    this.reading = reading
    this.readAt = clock.now()
    signWithVenueTime(this.exchange, reading)
  }
}

interface Opened {
  readonly exchange: CcxtExchange
  readonly transport: HttpTransport
  readonly markets: Awaited<ReturnType<typeof chooseMarkets>>
}

function readable(error: unknown, { settings }: LiveVenueOptions): Error {
  if (error instanceof ConfigError || error instanceof VenueError) return error
  const text = redact(error instanceof Error ? error.message : String(error), settings.keys)
  const isKey = error instanceof Error && /Authentication|PermissionDenied/.test(error.constructor.name)
  return isKey
    ? new VenueError('KEYS_REFUSED', `${settings.exchangeId} refuses the API key: ${text}`)
    : new VenueError('VENUE_UNREACHABLE', `${settings.exchangeId}: ${text}`)
}
