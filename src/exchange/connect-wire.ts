/** The wire of an exchange, wired: desks that answer, streams, sockets, pace and faults. */
import { WallClock } from '../clock/wall-clock.ts'
import type { AccountInput } from './account-spec.ts'
import type { ExchangeContext } from './binance/exchange-context.ts'
import { RequestDesk } from './binance/http-front.ts'
import { ListenKeys } from './binance/listen-keys.ts'
import { MarketStreams } from './binance/market-streams.ts'
import { RateLimits } from './binance/rate-limits.ts'
import { SocketFront } from './binance/socket-front.ts'
import { spotRoutes } from './binance/spot-routes.ts'
import { usdmMethods } from './binance/usdm-methods.ts'
import { usdmRoutes } from './binance/usdm-routes.ts'
import { UserStreams } from './binance/user-streams.ts'
import { WireClock } from './binance/wire-clock.ts'
import { ApiDesk, spotMethods } from './binance/ws-api.ts'
import { type FaultPlanInput, parseFaultPlan } from './faults/fault-plan.ts'
import { FaultRunner } from './faults/fault-runner.ts'
import { type ExchangeSpeed, type Pacer, startPacer } from './pacer.ts'
import type { VirtualExchange, VirtualExchangeOptions } from './virtual-exchange.ts'

export interface ExchangeOptions extends Omit<VirtualExchangeOptions, 'accounts'> {
  readonly accounts: readonly AccountInput[]
  readonly speed: ExchangeSpeed
  /** 0: any that is free. */
  readonly port: number
  /** With a certificate of our own making. */
  readonly isTls?: boolean | undefined
  /** What is to go wrong: docs/EXCHANGE.md. */
  readonly faults?: FaultPlanInput | undefined
  /** Of faults by chance. Default 1. */
  readonly seed?: number | undefined
  /** Default: where times are real. */
  readonly enforcesRateLimits?: boolean | undefined
  /** The tape cannot be read on. Default: throw. */
  readonly onError?: ((error: unknown) => void) | undefined
}

export interface Wire {
  readonly exchange: VirtualExchange
  readonly desk: RequestDesk
  readonly users: UserStreams
  readonly streams: MarketStreams
  readonly sockets: SocketFront
  readonly pacer: Pacer
  readonly faults: FaultRunner | undefined
  readonly isStepped: boolean
  readonly onError: (error: unknown) => void
}

/** @throws {ConfigError} FAULTS */
export function connectWire(exchange: VirtualExchange, options: ExchangeOptions): Wire {
  const { speed, seed = 1 } = options
  const context = contextOf(exchange, speed)
  const { clock, listenKeys } = context
  const users = new UserStreams(context)
  const streams = new MarketStreams(context)
  listenFor(exchange, streams, users)
  const plan = parseFaultPlan(options.faults ?? [])
  const cutAll = (): void => sockets.cutAll()
  const faults = plan.length === 0 ? undefined : new FaultRunner({ exchange, clock, plan, seed, cutAll })
  const isEnforced = options.enforcesRateLimits ?? clock.isReal
  const limits = {
    spot: new RateLimits({ weight: 6000, orders: 100, isEnforced }),
    usdm: new RateLimits({ weight: 2400, orders: 300, isEnforced }),
  }
  const sockets: SocketFront = new SocketFront({
    streams,
    users,
    listenKeys,
    api: {
      spot: new ApiDesk({ context, methods: spotMethods, limits: limits.spot, users }),
      usdm: new ApiDesk({ context, methods: usdmMethods, limits: limits.usdm, users }),
    },
    faults,
    catchUp: () => pacer.catchUp(),
    onSubscribed: () => pacer.clientListens(),
  })
  const onError = options.onError ?? rethrow
  const pacer = startPacer({ exchange, speed, backlog: () => sockets.backlog, onError })
  const limitsOf = (path: string): RateLimits => (path.startsWith('/fapi') ? limits.usdm : limits.spot)
  const desk = new RequestDesk(context, new Map([...spotRoutes, ...usdmRoutes]), limitsOf)
  return { exchange, desk, users, streams, sockets, pacer, faults, isStepped: speed === 'step', onError }
}

/** At the speed of life the tape starts now. */
function contextOf(exchange: VirtualExchange, speed: ExchangeSpeed): ExchangeContext {
  let lastClientId = 0
  return {
    exchange,
    clock: new WireClock(exchange, speed === 1 ? new WallClock().present() / 1000 : undefined),
    listenKeys: new ListenKeys(),
    nextClientId: () => `sim-${++lastClientId}`,
  }
}

function listenFor(exchange: VirtualExchange, streams: MarketStreams, users: UserStreams): void {
  exchange.listen({
    onPrint: (market, print) => streams.onPrint(market, print),
    onTouch: (market, time) => streams.onTouch(market, time),
    onDiff: (market, diff, time) => streams.onDiff(market, diff, time),
    onSlice: (time) => streams.onSlice(time),
    onOrder: (account, event) => users.onOrder(account, event),
    onBalances: (account, change) => users.onBalances(account, change),
  })
}

function rethrow(error: unknown): void {
  throw error
}
