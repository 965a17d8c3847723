/** WebSockets: which address speaks what, and the sockets themselves. */
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { unreachable } from '../../core/errors.ts'
import type { Segment } from '../public-market.ts'
import { isLoopback } from './http-front.ts'
import type { ListenKeys } from './listen-keys.ts'
import type { MarketStreams } from './market-streams.ts'
import type { Outlet } from './outlet.ts'
import type { UserStreams } from './user-streams.ts'
import { WireError } from './wire-error.ts'
import { type ApiDesk, parseCall } from './ws-api.ts'

export interface SocketFrontOptions {
  readonly streams: MarketStreams
  readonly users: UserStreams
  readonly listenKeys: ListenKeys
  readonly api: Readonly<Record<Segment, ApiDesk>>
  /** The present is now: called before anything is answered. */
  readonly catchUp: () => void
  /** A client has subscribed to something. */
  readonly onSubscribed: () => void
}

/** What an address is for. */
export type SocketPurpose =
  | {
      readonly kind: 'market'
      readonly segment: Segment
      readonly isCombined: boolean
      readonly streams: readonly string[]
    }
  | { readonly kind: 'api'; readonly segment: Segment }
  | { readonly kind: 'private'; readonly listenKeys: readonly string[] }

/** Bytes of a message of a client. */
const messageBytesMax = 100_000
/** A client that reads so little is cut off: bytes waiting for it. */
const waitingBytesMax = 64_000_000
const socketsMax = 300
const streamsMax = 1024

export class SocketFront {
  private readonly options: SocketFrontOptions
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: messageBytesMax,
    perMessageDeflate: false,
  })

  constructor(options: SocketFrontOptions) {
    this.options = options
  }

  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head))
  }

  /** Bytes that clients have not taken yet: the most of any. */
  get backlog(): number {
    let most = 0
    for (const { bufferedAmount } of this.server.clients) most = Math.max(most, bufferedAmount)
    return most
  }

  close(): void {
    for (const client of this.server.clients) client.terminate()
    this.server.close()
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    if (!isLoopback(request)) return refuseUpgrade(socket, '403 Forbidden')
    const purpose = purposeOf(request.url ?? '/')
    if (purpose === undefined) return refuseUpgrade(socket, '404 Not Found')
    if (this.server.clients.size >= socketsMax) return refuseUpgrade(socket, '429 Too Many Requests')
    this.server.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => client.terminate())
      this.open(client, purpose)
    })
  }

  private open(client: WebSocket, purpose: SocketPurpose): void {
    switch (purpose.kind) {
      case 'api':
        return this.openApi(client, purpose.segment)
      case 'market':
        return this.openMarket(client, purpose)
      case 'private':
        return this.openPrivate(client, purpose.listenKeys)
      default:
        return unreachable(purpose)
    }
  }

  /** User streams of perpetuals: named in the address, or subscribed to like other streams. */
  private openPrivate(client: WebSocket, named: readonly string[]): void {
    const { users, listenKeys } = this.options
    const outlet = outletOf(client, false)
    const keys = new Set<string>()
    const subscribe = (wanted: readonly string[]): void => {
      for (const key of wanted) {
        const account = listenKeys.find(key)
        if (account === undefined || keys.has(key)) continue
        keys.add(key)
        users.subscribe(account, 'usdm', outlet)
      }
    }
    subscribe(named)
    const subscriptions = { names: keys, subscribe, unsubscribe: () => users.unsubscribe(outlet) }
    client.on('message', (data) => {
      const answer = (text: string): object => {
        const { id, method, params } = parseCall(text)
        return { result: streamCall(method, params, subscriptions), id }
      }
      outlet.send('', answerCall(data, answer))
    })
    client.on('close', () => users.unsubscribe(outlet))
  }

  private openApi(client: WebSocket, segment: Segment): void {
    const { users, api, catchUp } = this.options
    const outlet = outletOf(client, false)
    client.on('message', (data) => {
      catchUp()
      users.hold()
      try {
        outlet.send(
          '',
          answerCall(data, (text) => api[segment].answer(parseCall(text), outlet)),
        )
      } finally {
        users.release()
      }
    })
    client.on('close', () => users.unsubscribe(outlet))
  }

  private openMarket(client: WebSocket, purpose: Extract<SocketPurpose, { kind: 'market' }>): void {
    const { streams, catchUp, onSubscribed } = this.options
    const { segment } = purpose
    const outlet = outletOf(client, purpose.isCombined)
    const names = new Set<string>()
    const subscribe = (wanted: readonly string[]): void => {
      if (names.size + wanted.length > streamsMax) throw new WireError(2, 'Invalid request: too many streams')
      for (const name of wanted) {
        names.add(name)
        streams.subscribe(segment, name, outlet)
      }
      if (wanted.length > 0) onSubscribed()
    }
    const unsubscribe = (wanted: readonly string[]): void => {
      for (const name of wanted) if (names.delete(name)) streams.unsubscribe(segment, name, outlet)
    }
    catchUp()
    subscribe(purpose.streams)
    client.on('message', (data) => {
      catchUp()
      const answer = (text: string): object => {
        const { id, method, params } = parseCall(text)
        return { result: streamCall(method, params, { names, subscribe, unsubscribe }), id }
      }
      outlet.send('', answerCall(data, answer))
    })
    client.on('close', () => unsubscribe([...names]))
  }
}

interface Subscriptions {
  readonly names: ReadonlySet<string>
  readonly subscribe: (names: readonly string[]) => void
  readonly unsubscribe: (names: readonly string[]) => void
}

function streamCall(method: string, params: object, subscriptions: Subscriptions): unknown {
  const names = Array.isArray(params) ? params.filter((name) => typeof name === 'string') : []
  switch (method) {
    case 'SUBSCRIBE':
      subscriptions.subscribe(names)
      return null
    case 'UNSUBSCRIBE':
      subscriptions.unsubscribe(names)
      return null
    case 'LIST_SUBSCRIPTIONS':
      return [...subscriptions.names]
    default:
      throw new WireError(2, `Invalid request: unknown variant ${method}`)
  }
}

function answerCall(data: RawData, answer: (text: string) => object): object {
  try {
    return answer(textOf(data))
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return { id: null, status: error.status, error }
  }
}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString('utf8')
  return Array.isArray(data) ? Buffer.concat(data).toString('utf8') : Buffer.from(data).toString('utf8')
}

/** @param isCombined messages are told with the name of their stream */
function outletOf(client: WebSocket, isCombined: boolean): Outlet {
  return {
    send: (stream, message) => {
      if (client.readyState !== client.OPEN) return
      if (client.bufferedAmount > waitingBytesMax) {
        client.terminate()
        return
      }
      client.send(JSON.stringify(isCombined && stream !== '' ? { stream, data: message } : message))
    },
  }
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/**
 * Spot streams: `/stream/ws/…`, `/ws/…`; futures: `/public/…`, `/market/…`. `…/stream?streams=a/b` tells names.
 *
 * @returns undefined for an address that is none
 */
export function purposeOf(url: string): SocketPurpose | undefined {
  const [path = '', query = ''] = url.split('?', 2)
  if (path === '/ws-api/v3') return { kind: 'api', segment: 'spot' }
  if (path === '/ws-fapi/v1') return { kind: 'api', segment: 'usdm' }
  if (path.startsWith('/private/')) return { kind: 'private', listenKeys: listenKeysOf(path, query) }
  const match = /^\/(stream\/|public\/|market\/)?(ws|stream)(\/.*)?$/.exec(path)
  if (match === null) return undefined
  const [, prefix, kind, rest = ''] = match
  const segment: Segment = prefix === 'public/' || prefix === 'market/' ? 'usdm' : 'spot'
  const isCombined = kind === 'stream'
  const named = isCombined ? (new URLSearchParams(query).get('streams') ?? '') : rest.slice(1)
  return {
    kind: 'market',
    segment,
    isCombined,
    streams: named.split('/').filter((name) => name.includes('@')),
  }
}

/** `/private/ws?listenKey=…`, `/private/ws/…`, `/private/stream?streams=…`. */
function listenKeysOf(path: string, query: string): string[] {
  const params = new URLSearchParams(query)
  const named = [params.get('listenKey'), params.get('streams'), path.split('/').at(-1)]
  return named.flatMap((text) => text?.split('/') ?? [])
}
