/**
 * The stream of our orders and fills. ccxt tells only of what comes, not of the connection: it counts as up when the
 * socket is open and has stayed so for a moment, and as down with the first error. Then it is opened again, with growing
 * waits.
 */
import type { CcxtExchange } from './ccxt-exchange.ts'
import type { WireEvents, WireFill, WireOrderState } from './exchange-wire.ts'

export interface UserStreamOptions {
  readonly exchange: CcxtExchange
  readonly symbols: readonly string[]
  readonly events: WireEvents
  readonly readOrder: (order: unknown) => WireOrderState | undefined
  readonly readFill: (trade: unknown) => WireFill | undefined
  readonly describe: (error: unknown) => string
  readonly onNotice: (text: string) => void
}

/** Milliseconds: until a stream that does not fail counts as there; between tries. */
const settleMs = 500
const retryMs = { min: 500, max: 5000 } as const

export class UserStream {
  private readonly options: UserStreamOptions
  private isClosed = false
  private isUp = false
  private delayMs: number = retryMs.min
  private settling: NodeJS.Timeout | undefined

  constructor(options: UserStreamOptions) {
    this.options = options
  }

  start(): void {
    const { exchange, events, readOrder, readFill } = this.options
    const orders = (): Promise<unknown> => exchange.watchOrders(this.onlySymbol)
    this.settle()
    void this.follow(orders, (order) => {
      const state = readOrder(order)
      if (state === undefined) return
      for (const fill of state.fills) events.onFill(fill)
      events.onOrder({ ...state, fills: [] })
    })
    if (exchange.has.watchMyTrades !== true) return
    const trades = (): Promise<unknown> => exchange.watchMyTrades(this.onlySymbol)
    void this.follow(trades, (trade) => {
      const fill = readFill(trade)
      if (fill !== undefined) events.onFill(fill)
    })
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.settling)
  }

  /** Some venues want a symbol; with several, all are asked for. */
  private get onlySymbol(): string | undefined {
    return this.options.symbols.length === 1 ? this.options.symbols[0] : undefined
  }

  private async follow(watch: () => Promise<unknown>, take: (message: unknown) => void): Promise<void> {
    while (!this.isClosed) {
      const messages = await this.next(watch)
      // Outside of the try: a failure of ours is no failure of the stream.
      for (const message of messages) if (!this.isClosed) take(message)
    }
  }

  private async next(watch: () => Promise<unknown>): Promise<readonly unknown[]> {
    try {
      const messages = await watch()
      this.up()
      return Array.isArray(messages) ? messages : []
    } catch (error) {
      if (this.isClosed) return []
      this.down(error)
      await this.wait()
      this.settle()
      return []
    }
  }

  /** Before the first message there is no other sign of life. */
  private settle(): void {
    clearTimeout(this.settling)
    this.settling = setTimeout(() => this.up(), settleMs)
  }

  private up(): void {
    clearTimeout(this.settling)
    if (this.isUp || this.isClosed) return
    this.isUp = true
    this.delayMs = retryMs.min
    this.options.events.onConnection(true)
  }

  private down(error: unknown): void {
    clearTimeout(this.settling)
    if (!this.isUp) return
    this.isUp = false
    this.options.onNotice(`the stream of our orders broke: ${this.options.describe(error)}`)
    this.options.events.onConnection(false)
  }

  private wait(): Promise<void> {
    const delay = this.delayMs
    this.delayMs = Math.min(delay * 2, retryMs.max)
    return new Promise((resolve) => setTimeout(resolve, delay))
  }
}
