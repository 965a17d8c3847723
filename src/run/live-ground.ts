/** The ground of a live session: its directory with the lease on the account, the venue, and what the account held before. */
import { TimerTable } from '../clock/timer-table.ts'
import type { WallClock } from '../clock/wall-clock.ts'
import { ConfigError } from '../core/errors.ts'
import { type QtyLots, timeUs } from '../core/units.ts'
import type { SessionDirectory } from '../journal/session-directory.ts'
import type { AccountReading } from '../venue/ccxt/account-reading.ts'
import { LiveVenue } from '../venue/ccxt/live-venue.ts'
import type { VenueKeys } from '../venue/ccxt/secret.ts'
import { cancelAll, connectLive, lastWordMs, OutputRelay, openAtLast } from './live-venue-session.ts'
import { type NamedEnvironment, openDirectory, readGround, writeGround } from './open-directory.ts'
import type { RunConfig } from './run-config.ts'
import type { OpenedMarket, SessionGround } from './run-trade.ts'
import { accountVenue, exchangeSettings, type VenueAccess } from './venue-access.ts'
import { WallTimers } from './wall-timers.ts'

export interface LiveRequest {
  /** Name or path, as it was given. */
  readonly strategy: string
  readonly folder: string
  readonly config: RunConfig
  readonly access: VenueAccess
  readonly keys: VenueKeys
  /** Where the keys came from, for `sim kill`; undefined: the environment. */
  readonly keyFile: string | undefined
  /** Trade on an account that holds something already, or has orders that are not the session's. */
  readonly acceptsAccount: boolean
  /** See SessionDirectoryOptions. */
  readonly abandonsOthers: boolean
  readonly environment: NamedEnvironment
  /** Fees of spot are taken in the settlement currency, or in another; not in what a fill brings in. */
  readonly feesInSettle: boolean
}

/** @throws {ConfigError} ACCOUNT_NOT_EMPTY, NO_BALANCE and as SessionDirectory @throws {VenueError} as LiveVenue.open */
export async function openLive(request: LiveRequest, market: OpenedMarket): Promise<SessionGround> {
  const { access, keys } = request
  const directory = openDirectory({
    ...request,
    isSynthetic: false,
    accounts: [{ venue: accountVenue(access), keyId: keys.apiKey.reveal() }],
  })
  const relay = new OutputRelay(market.onWarning)
  let live: LiveVenue | undefined
  try {
    live = await openVenue({ request, clock: market.clock, directory, relay })
    const start = await startOf({ request, market, directory, live })
    const config = withAccount(request, start.balance, market)
    const connected = live
    return {
      config,
      directory,
      connect: (wiring) => connectLive({ live: connected, relay, held: start.held }, wiring),
      release: () => connected.close(),
    }
  } catch (error) {
    await live?.close()
    // A new session has not sent anything yet.
    directory.close(directory.isResumed ? 'left' : 'ended')
    throw error
  }
}

interface Opening {
  readonly request: LiveRequest
  readonly market: OpenedMarket
  readonly directory: SessionDirectory
}

interface VenueOpening {
  readonly request: Pick<LiveRequest, 'access' | 'keys'>
  readonly clock: WallClock
  readonly directory: SessionDirectory
  readonly relay: OutputRelay
}

async function openVenue({ request, clock, directory, relay }: VenueOpening): Promise<LiveVenue> {
  const { access, keys } = request
  const backend = new WallTimers(clock, (id) => timers.fire(id))
  const timers: TimerTable = new TimerTable(backend)
  return LiveVenue.open({
    settings: exchangeSettings(access, keys),
    symbols: access.instruments,
    sessionId: directory.id,
    fence: directory.fence,
    clock: { now: () => timeUs(clock.present()) },
    timers,
    output: relay,
    onClose: () => backend.stop(),
  })
}

interface AccountStart {
  readonly balance: string
  /** By instrument, signed lots: not the session's. */
  readonly held: readonly number[]
}

/** As it was when the session began. */
async function startOf(opening: Opening & { readonly live: LiveVenue }): Promise<AccountStart> {
  const { request, market, directory, live } = opening
  const { folder, access, keyFile } = request
  const ids = market.instruments.map(({ id }) => id)
  const ground = directory.isResumed ? readGround(folder) : undefined
  if (ground !== undefined) {
    if (ground.mode === 'paper') {
      throw new ConfigError('SESSION_CHANGED', `${folder} is a session on paper: go on with sim paper`)
    }
    return { balance: ground.balance, held: ids.map((id) => ground.held[id] ?? 0) }
  }
  const reading = await live.readAccount()
  checkAccount(reading, opening)
  const { balance, held } = reading
  const heldById = Object.fromEntries(ids.map((id, index) => [id, Number(held[index] ?? 0)]))
  writeGround(folder, {
    format: 1,
    mode: 'live',
    access,
    ...(keyFile === undefined ? {} : { keyFile }),
    balance,
    held: heldById,
  })
  return { balance, held }
}

/** @throws {ConfigError} ACCOUNT_NOT_EMPTY, NO_BALANCE */
function checkAccount({ balance, held, open }: AccountReading, { request, market }: Opening): void {
  const { venue } = request.access
  const [first] = market.instruments
  if (Number(balance) <= 0) {
    throw new ConfigError('NO_BALANCE', `the account at ${venue} has no ${first?.spec.settleCurrency}`)
  }
  if (request.acceptsAccount) return
  const positions = market.instruments.flatMap((instrument, index) => {
    const qty: QtyLots | undefined = held[index]
    return qty === undefined || Number(qty) === 0 ? [] : [`${instrument.formatQty(qty)} ${instrument.id}`]
  })
  const orders = open.map(({ instrument, venueOrderId }) => {
    return `order ${venueOrderId} on ${market.instruments[instrument]?.id}`
  })
  const found = [...positions, ...orders]
  if (found.length === 0) return
  throw new ConfigError(
    'ACCOUNT_NOT_EMPTY',
    `the account at ${venue} already has ${found.slice(0, 5).join(', ')}${found.length > 5 ? ', …' : ''}: settle it there, or give --accept-account to trade beside it`,
  )
}

/** The balance is the venue's, and so is what it takes fees in. */
function withAccount(
  { config, feesInSettle }: LiveRequest,
  balance: string,
  { instruments }: OpenedMarket,
): RunConfig {
  const isReceived = !feesInSettle && instruments.every(({ spec }) => spec.kind === 'spot')
  return {
    ...config,
    account: { ...config.account, balance },
    fees: isReceived ? { ...config.fees, currency: 'received' } : config.fees,
  }
}

/**
 * Cancels everything at the venue on the session's instruments, without going on with the session.
 *
 * @returns ids at the venue of orders that are still open
 */
export async function cancelAtVenue(
  request: Omit<LiveRequest, 'strategy' | 'config' | 'feesInSettle'>,
  clock: WallClock,
  onWarning: (text: string) => void,
): Promise<readonly string[]> {
  const { access, keys } = request
  const directory = openDirectory({
    ...request,
    strategy: '',
    isSynthetic: false,
    accounts: [{ venue: accountVenue(access), keyId: keys.apiKey.reveal() }],
  })
  try {
    const live = await openVenue({ request, clock, directory, relay: new OutputRelay(onWarning) })
    try {
      live.venue.start()
      await cancelAll(live, lastWordMs)
      return await openAtLast(live, lastWordMs)
    } finally {
      await live.close()
    }
  } finally {
    directory.close('left')
  }
}
