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
  readonly faults: SocketFaults | undefined
  /** The present is now: called before anything is answered. */
  readonly catchUp: () => void
  /** A client has subscribed to something. */
  readonly onSubscribed: () => void
}

/** What may go wrong with answers and messages. */
export interface SocketFaults {
  handle(request: {
    readonly name: string
    readonly key: string
    readonly work: () => object
    readonly release: () => void
    readonly refuse: (error: WireError) => object
    readonly send: (answer: object) => void
    readonly cut: () => void
  }): void
  wrap(outlet: Outlet, kind: string, cut: () => void): Outlet
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

  cutAll(): void {
    for (const client of this.server.clients) client.terminate()
  }

  close(): void {
    this.cutAll()
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

  private outletOf(
    client: WebSocket,
    { isCombined, kind }: { readonly isCombined: boolean; readonly kind: 'market' | 'user' },
  ): Outlet {
    const outlet = outletOf(client, isCombined)
    return this.options.faults?.wrap(outlet, kind, () => client.terminate()) ?? outlet
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
    const outlet = this.outletOf(client, { isCombined: false, kind: 'user' })
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
    const { users, api, catchUp, faults } = this.options
    const outlet = this.outletOf(client, { isCombined: false, kind: 'user' })
    const send = (answer: object): void => outlet.send('', answer)
    const release = (): void => users.release()
    client.on('message', (data) => {
      catchUp()
      const text = textOf(data)
      const { id, method } = nameOfCall(text)
      const work = (): object => {
        users.hold()
        return answerCall(data, () => api[segment].answer(parseCall(text), outlet))
      }
      if (faults === undefined) {
        send(work())
        return release()
      }
      const refuse = (error: WireError): object => ({ id, status: error.status, error })
      const cut = (): void => client.terminate()
      // A call has an id of its own: there is none that asks the same.
      faults.handle({ name: `WS ${method}`, key: text, work, release, refuse, send, cut })
    })
    client.on('close', () => users.unsubscribe(outlet))
  }

  private openMarket(client: WebSocket, purpose: Extract<SocketPurpose, { kind: 'market' }>): void {
    const { streams, catchUp, onSubscribed } = this.options
    const { segment } = purpose
    const outlet = this.outletOf(client, { isCombined: purpose.isCombined, kind: 'market' })
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

/** For what is no call there is no name either. */
function nameOfCall(text: string): { readonly id: unknown; readonly method: string } {
  try {
    return parseCall(text)
  } catch {
    return { id: null, method: '' }
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
