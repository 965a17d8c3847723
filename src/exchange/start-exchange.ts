/** The exchange with its wire, listening on loopback: what `sim exchange` and tests start. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { WallClock } from '../clock/wall-clock.ts'
import { ConfigError } from '../core/errors.ts'
import { type AccountInput, parseAccounts } from './account-spec.ts'
import { type AdvanceRequest, type AdvanceState, advance } from './advance-request.ts'
import type { ExchangeContext } from './binance/exchange-context.ts'
import { isLoopback, RequestDesk, readRequest, sendAnswer } from './binance/http-front.ts'
import { ListenKeys } from './binance/listen-keys.ts'
import { MarketStreams } from './binance/market-streams.ts'
import { RateLimits } from './binance/rate-limits.ts'
import { answerSim } from './binance/sim-routes.ts'
import { SocketFront } from './binance/socket-front.ts'
import { spotRoutes } from './binance/spot-routes.ts'
import { usdmMethods } from './binance/usdm-methods.ts'
import { usdmRoutes } from './binance/usdm-routes.ts'
import { UserStreams } from './binance/user-streams.ts'
import { WireClock } from './binance/wire-clock.ts'
import { WireError } from './binance/wire-error.ts'
import { ApiDesk, spotMethods } from './binance/ws-api.ts'
import { type ExchangeSpeed, type Pacer, startPacer } from './pacer.ts'
import { type ExchangeTruth, truthOf } from './truth.ts'
import { VirtualExchange, type VirtualExchangeOptions } from './virtual-exchange.ts'

export interface ExchangeOptions extends Omit<VirtualExchangeOptions, 'accounts'> {
  readonly accounts: readonly AccountInput[]
  readonly speed: ExchangeSpeed
  /** 0: any that is free. */
  readonly port: number
  /** Default: where times are real. */
  readonly enforcesRateLimits?: boolean | undefined
  /** The tape cannot be read on. Default: throw. */
  readonly onError?: ((error: unknown) => void) | undefined
}

export interface RunningExchange {
  /** `http://127.0.0.1:9000`, without a slash at the end; and the same for WebSockets. */
  readonly url: string
  readonly wsUrl: string
  readonly port: number
  readonly exchange: VirtualExchange
  advance(request: AdvanceRequest): AdvanceState
  truth(): ExchangeTruth
  /** What clients listen to at present: streams of markets, and streams of accounts. */
  marketSubscriptions(): number
  userSubscriptions(): number
  close(): Promise<void>
}

/** @throws {ConfigError} ACCOUNTS, NO_DATA, PORT_IN_USE @throws {DataError} of the tape */
export async function startExchange(options: ExchangeOptions): Promise<RunningExchange> {
  const exchange = new VirtualExchange({ ...options, accounts: parseAccounts(options.accounts) })
  const wire = connect(exchange, options)
  const server = createServer((request, response) => {
    serve(wire, request, response).catch((error: unknown) => {
      response.destroy()
      wire.onError(error)
    })
  })
  wire.sockets.attach(server)
  try {
    await listen(server, options.port)
  } catch (error) {
    wire.pacer.stop()
    exchange.close()
    throw error
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    port,
    exchange,
    advance: (request) => advance(exchange, request),
    truth: () => truthOf(exchange),
    marketSubscriptions: () => wire.streams.size,
    userSubscriptions: () => wire.users.size,
    close: () => close(server, wire),
  }
}

interface Wire {
  readonly exchange: VirtualExchange
  readonly desk: RequestDesk
  readonly users: UserStreams
  readonly streams: MarketStreams
  readonly sockets: SocketFront
  readonly pacer: Pacer
  readonly isStepped: boolean
  readonly onError: (error: unknown) => void
}

function connect(exchange: VirtualExchange, options: ExchangeOptions): Wire {
  const { speed } = options
  const isReal = speed === 1
  const clock = new WireClock(exchange, isReal ? new WallClock().present() / 1000 : undefined)
  let lastClientId = 0
  const listenKeys = new ListenKeys()
  const nextClientId = (): string => `sim-${++lastClientId}`
  const context: ExchangeContext = { exchange, clock, listenKeys, nextClientId }
  const isEnforced = options.enforcesRateLimits ?? isReal
  const limits = {
    spot: new RateLimits({ weight: 6000, orders: 100, isEnforced }),
    usdm: new RateLimits({ weight: 2400, orders: 300, isEnforced }),
  }
  const users = new UserStreams(context)
  const streams = new MarketStreams(context)
  listenFor(exchange, streams, users)
  const api = {
    spot: new ApiDesk({ context, methods: spotMethods, limits: limits.spot, users }),
    usdm: new ApiDesk({ context, methods: usdmMethods, limits: limits.usdm, users }),
  }
  const sockets: SocketFront = new SocketFront({
    streams,
    users,
    listenKeys,
    api,
    catchUp: () => pacer.catchUp(),
    onSubscribed: () => pacer.clientListens(),
  })
  const onError = options.onError ?? rethrow
  const pacer = startPacer({ exchange, speed, backlog: () => sockets.backlog, onError })
  const desk = new RequestDesk(context, new Map([...spotRoutes, ...usdmRoutes]), (path) =>
    path.startsWith('/fapi') ? limits.usdm : limits.spot,
  )
  return { exchange, desk, users, streams, sockets, pacer, isStepped: speed === 'step', onError }
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

async function serve(wire: Wire, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isLoopback(request)) {
    return sendAnswer(response, {
      status: 403,
      body: { code: -1, msg: 'Only from this machine.' },
      headers: {},
    })
  }
  let asked: Awaited<ReturnType<typeof readRequest>>
  try {
    asked = await readRequest(request)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return sendAnswer(response, { status: error.status, body: error, headers: { connection: 'close' } })
  }
  wire.pacer.catchUp()
  if (asked.path.startsWith('/sim/')) {
    return sendAnswer(response, answerSim(wire, asked, request.headers['content-type']))
  }
  wire.users.hold()
  try {
    sendAnswer(response, wire.desk.answer(asked))
  } finally {
    wire.users.release()
  }
}

/** @throws {ConfigError} PORT_IN_USE */
function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'somebody listens there already' : error.message
      reject(new ConfigError('PORT_IN_USE', `cannot listen on 127.0.0.1:${port}: ${why}`))
    })
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function close(server: Server, { pacer, sockets, exchange }: Wire): Promise<void> {
  pacer.stop()
  sockets.close()
  return new Promise((resolve) => {
    server.close(() => {
      exchange.close()
      resolve()
    })
    server.closeAllConnections()
  })
}
