/**
 * Binance's WebSocket interface for new orders: one message on a socket that is open already, signed here. ccxt's own
 * way to its first byte takes several times as long. Only plain orders go this way; everything else goes by ccxt.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { WebSocket } from 'ws'
import type { InstrumentKind } from '../../model/instrument.ts'
import { isRecord, textOf } from './ccxt-exchange.ts'
import type { HttpFacts } from './error-outcome.ts'
import type { WireOrder } from './exchange-wire.ts'
import type { LiveMarket } from './market-specs.ts'
import type { NumberGrid } from './number-grid.ts'
import type { VenueKeys } from './secret.ts'

export type LaneAnswer =
  | { readonly kind: 'ok'; readonly order: unknown }
  | { readonly kind: 'failed'; readonly facts: HttpFacts; readonly text: string }
  /** The socket closed before an answer came. */
  | { readonly kind: 'lost' }

export interface OrderLaneOptions {
  readonly url: string
  readonly keys: VenueKeys
  readonly recvWindowMs: number
  /** The venue's time in milliseconds. */
  readonly venueTimeMs: () => number
}

const retryMs = { min: 500, max: 5000 } as const

export class OrderLane {
  private readonly options: OrderLaneOptions
  // Fields that printing the object does not show.
  readonly #apiKey: string
  readonly #secret: KeyObject
  private readonly pending = new Map<string, (answer: LaneAnswer) => void>()
  private socket: WebSocket | undefined
  private retry: NodeJS.Timeout | undefined
  private delayMs: number = retryMs.min
  private lastId = 0
  private isClosed = false

  constructor(options: OrderLaneOptions) {
    this.options = options
    this.#apiKey = options.keys.apiKey.reveal()
    this.#secret = createSecretKey(options.keys.secret.reveal(), 'utf8')
  }

  open(): void {
    if (this.isClosed) return
    const socket = new WebSocket(this.options.url, { perMessageDeflate: false, handshakeTimeout: 10_000 })
    this.socket = socket
    socket.on('open', () => {
      this.delayMs = retryMs.min
    })
    socket.on('message', (data) => this.take(String(data)))
    // What is wrong shows as a close.
    socket.on('error', () => {})
    socket.on('close', () => this.lost(socket))
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.retry)
    this.socket?.terminate()
  }

  /** @returns false when it has to go another way: nothing was sent */
  place(order: WireOrder, market: LiveMarket, grid: NumberGrid, done: (answer: LaneAnswer) => void): boolean {
    const { socket } = this
    if (socket === undefined || !this.isOpen || !isPlain(order)) return false
    const id = String(++this.lastId)
    this.pending.set(id, done)
    socket.send(`{"id":"${id}","method":"order.place","params":{${this.signed(order, market, grid)}}}`)
    return true
  }

  /** Fields in the order of the alphabet, as the signature wants them. None needs escaping. */
  private signed({ clientId, command }: WireOrder, { id, spec }: LiveMarket, grid: NumberGrid): string {
    const { side, qty, price, postOnly, timeInForce } = command
    const isSpot = spec.kind === 'spot'
    const type = price === undefined ? 'MARKET' : postOnly && isSpot ? 'LIMIT_MAKER' : 'LIMIT'
    const lifetime = postOnly ? (isSpot ? undefined : 'GTX') : timeInForce.toUpperCase()
    const fields: (readonly [string, string])[] = [
      ['apiKey', this.#apiKey],
      ['newClientOrderId', clientId],
      ['newOrderRespType', isSpot ? 'FULL' : 'RESULT'],
    ]
    if (price !== undefined) fields.push(['price', grid.priceText(price)])
    fields.push(['quantity', grid.qtyText(qty)], ['recvWindow', String(this.options.recvWindowMs)])
    fields.push(['side', side === 'buy' ? 'BUY' : 'SELL'], ['symbol', id])
    if (price !== undefined && lifetime !== undefined) fields.push(['timeInForce', lifetime])
    fields.push(['timestamp', String(Math.floor(this.options.venueTimeMs()))], ['type', type])
    let query = ''
    let json = ''
    for (const [name, value] of fields) {
      query += `${query === '' ? '' : '&'}${name}=${value}`
      json += `"${name}":"${value}",`
    }
    const signature = createHmac('sha256', this.#secret).update(query).digest('hex')
    return `${json}"signature":"${signature}"`
  }

  private take(text: string): void {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      return
    }
    if (!isRecord(message)) return
    const id = textOf(message.id)
    const done = id === undefined ? undefined : this.pending.get(id)
    if (id === undefined || done === undefined) return
    this.pending.delete(id)
    const { status, result, error } = message
    if (status === 200 && result !== undefined) return done({ kind: 'ok', order: result })
    const why = isRecord(error) ? String(error.msg) : 'an answer without result and error'
    const body = JSON.stringify(error ?? {})
    const facts = { status: Number(status) || 0, retryAfterSeconds: this.waitOf(error), body }
    done({ kind: 'failed', facts, text: why })
  }

  /** The venue names the end of a ban. */
  private waitOf(error: unknown): number | undefined {
    const data = isRecord(error) ? error.data : undefined
    const until = isRecord(data) ? Number(data.retryAfter) : Number.NaN
    return Number.isFinite(until) ? Math.max(0, (until - this.options.venueTimeMs()) / 1000) : undefined
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket) return
    this.socket = undefined
    const waiting = [...this.pending.values()]
    this.pending.clear()
    for (const done of waiting) done({ kind: 'lost' })
    if (this.isClosed) return
    this.retry = setTimeout(() => this.open(), this.delayMs)
    this.delayMs = Math.min(this.delayMs * 2, retryMs.max)
  }
}

function isPlain({ clientId, command }: WireOrder): boolean {
  const isKnown =
    command.timeInForce !== 'gtd' && !(command.price === undefined && command.timeInForce === 'fok')
  return command.terms === undefined && isKnown && /^[\w-]+$/.test(clientId)
}

/** Where ccxt has the address of it; undefined for a venue that has none, or a key that is signed with otherwise. */
export function laneUrl(
  exchangeId: string,
  urls: Readonly<Record<string, unknown>>,
  kind: InstrumentKind,
  keys: VenueKeys,
): string | undefined {
  if (!/^binance(usdm)?$/.test(exchangeId) || kind === 'inverse') return undefined
  if (keys.secret.reveal().includes('PRIVATE KEY')) return undefined
  let found: unknown = urls.api
  for (const name of ['ws', 'ws-api', kind === 'spot' ? 'spot' : 'future']) {
    found = isRecord(found) ? found[name] : undefined
  }
  return typeof found === 'string' ? found : undefined
}

export interface LaneRequest extends Omit<OrderLaneOptions, 'url' | 'keys'> {
  readonly exchangeId: string
  readonly urls: Readonly<Record<string, unknown>>
  readonly kind: InstrumentKind | undefined
  readonly keys: VenueKeys | undefined
}

/** @returns undefined where there is none: all orders go by ccxt */
export function openOrderLane(request: LaneRequest): OrderLane | undefined {
  const { exchangeId, urls, kind, keys } = request
  if (kind === undefined || keys === undefined) return undefined
  const url = laneUrl(exchangeId, urls, kind, keys)
  if (url === undefined) return undefined
  const lane = new OrderLane({ ...request, keys, url })
  lane.open()
  return lane
}
