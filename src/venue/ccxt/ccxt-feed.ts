/**
 * Market data of a live venue by ccxt: its streams where it has some, else asked for again and again. A book starts
 * over, with a `clear` and a snapshot, after every interruption.
 */
import { ConfigError, VenueError } from '../../core/errors.ts'
import { type TimeUs, timeUs } from '../../core/units.ts'
import type { InstrumentSpec } from '../../model/instrument.ts'
import type { LiveFeed, LiveFeedEvents } from '../live-feed.ts'
import { BookDifferences } from './book-differences.ts'
import { type CcxtExchange, isRecord } from './ccxt-exchange.ts'
import { chooseMarkets } from './choose-markets.ts'
import { FeedLoop } from './feed-loop.ts'
import type { HttpTransport } from './http-transport.ts'
import type { LiveMarket } from './market-specs.ts'
import { NumberGrid } from './number-grid.ts'
import { type ExchangeSettings, openExchange } from './open-exchange.ts'
import { PrintRows } from './print-rows.ts'
import { redact } from './secret.ts'

export interface CcxtFeedOptions {
  readonly settings: ExchangeSettings
  /** As ccxt or as the venue writes them; one index each, in this order. */
  readonly symbols: readonly string[]
  /** Levels of each side; 0 for a feed of trades alone. */
  readonly depth: number
  /** The present time. */
  readonly now: () => TimeUs
  readonly onNotice: (text: string) => void
}

/** Milliseconds for which a book may be impossible before everything is opened anew. */
const impossibleMsMax = 2000

export class CcxtFeed implements LiveFeed {
  private readonly options: CcxtFeedOptions
  private readonly loops: FeedLoop[] = []
  private markets: readonly LiveMarket[] = []
  private opened: { readonly exchange: CcxtExchange; readonly transport: HttpTransport } | undefined
  private isReopening = false

  constructor(options: CcxtFeedOptions) {
    this.options = options
  }

  instruments(): readonly InstrumentSpec[] {
    return this.markets.map(({ spec }) => spec)
  }

  /** @throws {ConfigError} CCXT_MISSING, UNKNOWN_VENUE, UNKNOWN_SYMBOL; {VenueError} VENUE_UNREACHABLE */
  async start(on: LiveFeedEvents): Promise<void> {
    const { settings, symbols } = this.options
    this.opened = await openExchange(settings)
    const { exchange } = this.opened
    try {
      this.markets = await chooseMarkets(exchange, symbols)
    } catch (error) {
      await this.close()
      if (error instanceof ConfigError || error instanceof VenueError) throw error
      throw new VenueError('VENUE_UNREACHABLE', `${settings.exchangeId}: ${this.describe(error)}`)
    }
    for (const [instrument, market] of this.markets.entries()) this.follow(exchange, market, instrument, on)
  }

  async close(): Promise<void> {
    for (const loop of this.loops) loop.close()
    await this.opened?.exchange.close()
    this.opened?.transport.close()
  }

  private follow(exchange: CcxtExchange, market: LiveMarket, instrument: number, on: LiveFeedEvents): void {
    const grid = new NumberGrid(market.spec)
    const broken = new Set<string>()
    const link = (name: string) => (isUp: boolean) => {
      const wasUp = broken.size === 0
      if (isUp) broken.delete(name)
      else broken.add(name)
      if (wasUp !== (broken.size === 0)) on.connection(instrument, !wasUp)
    }
    // Nothing is up before its first message.
    if (this.options.depth > 0) broken.add('book')
    broken.add('trades')
    on.connection(instrument, false)
    if (this.options.depth > 0)
      this.followBook({ exchange, market, grid, instrument, on, link: link('book') })
    this.followTrades({ exchange, market, grid, instrument, on, link: link('trades') })
  }

  private followBook({ exchange, market, grid, instrument, on, link }: Followed): void {
    const { depth } = this.options
    const { symbol } = market
    const differences = new BookDifferences(grid, depth)
    const hasStream = exchange.has.watchOrderBook === true
    let soundAt = this.options.now()
    const take = (book: unknown): boolean => {
      const now = this.options.now()
      const rows = differences.rows(book, bookTime(book, now))
      if (rows === undefined) {
        if (now - soundAt > impossibleMsMax * 1000) this.reopen(exchange, symbol)
        return false
      }
      soundAt = now
      link(true)
      if (rows.length > 0) on.rows(instrument, rows)
      return rows.length > 0
    }
    this.run({
      ask: () => (hasStream ? exchange.watchOrderBook(symbol) : exchange.fetchOrderBook(symbol, depth)),
      take,
      broke: (error) => {
        differences.restart()
        this.tellBroken(symbol, error)
        link(false)
      },
      isPolling: !hasStream,
    })
  }

  private followTrades({ exchange, market, grid, instrument, on, link }: Followed): void {
    const { symbol } = market
    const prints = new PrintRows(grid)
    const hasStream = exchange.has.watchTrades === true
    const since = (): number | undefined => (prints.newestMs > 0 ? prints.newestMs : undefined)
    this.run({
      ask: () => (hasStream ? exchange.watchTrades(symbol) : exchange.fetchTrades(symbol, since())),
      take: (trades) => {
        const rows = prints.rows(trades, this.options.now())
        link(true)
        if (rows.length > 0) on.rows(instrument, rows)
        return rows.length > 0
      },
      broke: (error) => {
        this.tellBroken(symbol, error)
        link(false)
      },
      isPolling: !hasStream,
      ...(hasStream ? { settled: () => link(true) } : {}),
    })
  }

  private run(options: ConstructorParameters<typeof FeedLoop>[0]): void {
    const loop = new FeedLoop(options)
    this.loops.push(loop)
    loop.start()
  }

  /** All streams end with an error, and each loop opens its own again. */
  private reopen(exchange: CcxtExchange, symbol: string): void {
    if (this.isReopening) return
    this.isReopening = true
    this.options.onNotice(`the book of ${symbol} cannot be: it is opened anew`)
    void exchange.close().finally(() => {
      this.isReopening = false
    })
  }

  private tellBroken(symbol: string, error: unknown): void {
    this.options.onNotice(`the feed of ${symbol} broke: ${this.describe(error)}`)
  }

  private describe(error: unknown): string {
    return redact(error instanceof Error ? error.message : String(error), this.options.settings.keys)
  }
}

interface Followed {
  readonly exchange: CcxtExchange
  readonly market: LiveMarket
  readonly grid: NumberGrid
  readonly instrument: number
  readonly on: LiveFeedEvents
  readonly link: (isUp: boolean) => void
}

function bookTime(book: unknown, now: TimeUs): TimeUs {
  const ms = isRecord(book) ? Number(book.timestamp) : Number.NaN
  return ms > 0 && ms < 8e12 ? timeUs(Math.round(ms * 1000)) : now
}
