/** The exchange with its wire, listening on loopback: what `sim exchange` and tests start. */
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { ConfigError } from '../core/errors.ts'
import { parseAccounts } from './account-spec.ts'
import { type AdvanceRequest, type AdvanceState, advance } from './advance-request.ts'
import { connectWire, type ExchangeOptions, type Wire } from './connect-wire.ts'
import { type KeyAndCertificate, selfSigned } from './self-signed.ts'
import { serveRequest } from './serve-request.ts'
import { type ExchangeTruth, truthOf } from './truth.ts'
import { VirtualExchange } from './virtual-exchange.ts'

export interface RunningExchange {
  /** `http://127.0.0.1:9000`, without a slash at the end; and the same for WebSockets. */
  readonly url: string
  readonly wsUrl: string
  readonly port: number
  /** With TLS: what a client has to trust, PEM. */
  readonly certificate: string | undefined
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
  const wire = connectWire(exchange, options)
  const identity = options.isTls === true ? selfSigned() : undefined
  const server = createServer(identity, (request, response) => {
    serveRequest(wire, request, response).catch((error: unknown) => {
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
    url: `${options.isTls === true ? 'https' : 'http'}://127.0.0.1:${port}`,
    wsUrl: `${options.isTls === true ? 'wss' : 'ws'}://127.0.0.1:${port}`,
    port,
    certificate: identity?.cert,
    exchange,
    advance: (request) => advance(exchange, request),
    truth: () => truthOf(exchange, wire.faults?.desk.injected),
    marketSubscriptions: () => wire.streams.size,
    userSubscriptions: () => wire.users.size,
    close: () => close(server, wire),
  }
}

function createServer(identity: KeyAndCertificate | undefined, listener: RequestListener): Server {
  return identity === undefined ? createPlainServer(listener) : createTlsServer(identity, listener)
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
