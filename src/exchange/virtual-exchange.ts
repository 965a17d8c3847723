/**
 * The exchange itself, without any wire: markets that the tape drives, accounts that trade in them, and the time, which
 * goes on only when it is told to. What happens is told to listeners in order of time.
 */
import { ConfigError } from '../core/errors.ts'
import { type TimeUs, timeUs } from '../core/units.ts'
import { Instrument } from '../model/instrument.ts'
import type { PackedTape } from '../model/packed.ts'
import { createQueueModel } from '../venue/sim/queue-model.ts'
import { Account, type AccountListener, type BalanceChange, type OrderEvent } from './account.ts'
import type { AccountSpec } from './account-spec.ts'
import { createWallets } from './create-wallets.ts'
import { Funding } from './funding.ts'
import type { Print } from './kline-store.ts'
import { type BookDiff, type PublicListener, PublicMarket, type Segment } from './public-market.ts'

/** How often differences of the book are told, in exchange time. */
export const sliceUs = 100_000

export interface ExchangeListener extends AccountListener, PublicListener {
  onDiff(market: PublicMarket, diff: BookDiff, time: TimeUs): void
  /** A whole slice of exchange time has passed. */
  onSlice(time: TimeUs): void
}

export interface VirtualExchangeOptions {
  readonly tapes: readonly PackedTape[]
  /** Where each tape is traded; default: as its instrument says. */
  readonly segments?: readonly Segment[] | undefined
  readonly accounts: readonly AccountSpec[]
  /** As `--queue` of a run. */
  readonly queue?: string | undefined
  readonly spreadTicks?: number | undefined
}

/** Something outside the markets that happens at exchange times. */
export interface ExchangeAlarm {
  readonly nextTime: number
  act(now: number): void
}

export class VirtualExchange implements ExchangeListener {
  readonly markets: readonly PublicMarket[]
  readonly accounts: readonly Account[]
  readonly funding: Funding
  alarm: ExchangeAlarm | undefined
  /** In order of joining. */
  private readonly listeners: ExchangeListener[] = []
  private time: TimeUs
  private lastOrderId = 0
  private lastListId = 0
  /** Ids of fills and of public prints must not be mixed up. */
  private lastTradeId = 1_000_000_000

  /** @throws {ConfigError} NO_DATA, EXCHANGE_SYMBOL @throws {DataError} NO_MARKET */
  constructor(options: VirtualExchangeOptions) {
    this.markets = openMarkets(options)
    this.time = findStart(this.markets)
    this.funding = new Funding(this.markets, this.time)
    const around = {
      markets: this.markets,
      rules: {
        queueModel: createQueueModel(options.queue ?? 'risk-averse'),
        spreadTicks: options.spreadTicks ?? 1,
      },
      listener: this,
      nextOrderId: () => ++this.lastOrderId,
      nextTradeId: () => ++this.lastTradeId,
    }
    this.accounts = options.accounts.map(
      (spec) => new Account(spec.keys, createWallets(spec, this.markets), around),
    )
  }

  /** Exchange time, as on the tape. */
  get now(): TimeUs {
    return this.time
  }

  /** The tape has no more rows. */
  get isOver(): boolean {
    return this.markets.every(({ nextTime }) => nextTime === Number.POSITIVE_INFINITY)
  }

  /** Rows applied so far, of all markets. */
  get rows(): number {
    return this.markets.reduce((sum, { rows }) => sum + rows, 0)
  }

  /** Exchange time of the next row of any market; Infinity at the end. */
  get nextTime(): number {
    return Math.min(...this.markets.map(({ nextTime }) => nextTime))
  }

  nextListId(): number {
    return ++this.lastListId
  }

  listen(listener: ExchangeListener): void {
    this.listeners.push(listener)
  }

  find(segment: Segment, symbol: string): PublicMarket | undefined {
    return this.markets.find((market) => market.segment === segment && market.symbol === symbol)
  }

  /** Lets time pass, in whole microseconds. A time that is over already changes nothing. */
  advanceTo(until: number): void {
    while (this.time < Math.floor(until)) {
      const boundary = (Math.floor(this.time / sliceUs) + 1) * sliceUs
      const alarm = Math.max(this.time + 1, this.alarm?.nextTime ?? Number.POSITIVE_INFINITY)
      const to = timeUs(Math.min(boundary, Math.floor(until), alarm))
      for (const market of this.markets) market.advance(to, this)
      for (const account of this.accounts) account.advance(to)
      this.time = to
      if (to === boundary) this.endSlice()
      this.alarm?.act(to)
    }
  }

  /** The market is closed for good: what is open there is canceled. Unknown symbols change nothing. */
  delist(symbol: string): void {
    for (const market of this.markets) {
      if (market.symbol !== symbol) continue
      market.isTrading = false
      for (const account of this.accounts) {
        for (const order of account.history.open(market.index)) {
          account.cancel(order, this.time, undefined, 'maintenance')
        }
      }
    }
  }

  close(): void {
    for (const market of this.markets) market.close()
    for (const account of this.accounts) account.close()
  }

  onPrint(market: PublicMarket, print: Print): void {
    for (const listener of this.listeners) listener.onPrint(market, print)
  }

  onTouch(market: PublicMarket, time: number): void {
    for (const listener of this.listeners) listener.onTouch(market, time)
  }

  onOrder(account: Account, event: OrderEvent): void {
    for (const listener of this.listeners) listener.onOrder(account, event)
  }

  onBalances(account: Account, change: BalanceChange): void {
    for (const listener of this.listeners) listener.onBalances(account, change)
  }

  onDiff(market: PublicMarket, diff: BookDiff, time: TimeUs): void {
    for (const listener of this.listeners) listener.onDiff(market, diff, time)
  }

  onSlice(time: TimeUs): void {
    for (const listener of this.listeners) listener.onSlice(time)
  }

  private endSlice(): void {
    for (const market of this.markets) {
      const diff = market.takeDiff()
      if (diff !== undefined) this.onDiff(market, diff, this.time)
    }
    for (const account of this.funding.pay(this.accounts, this.time)) {
      account.tellBalances('usdm', this.time, 'funding')
    }
    this.onSlice(this.time)
  }
}

/** @throws {ConfigError} NO_DATA, EXCHANGE_SYMBOL, EXCHANGE_SEGMENT */
function openMarkets({ tapes, segments }: VirtualExchangeOptions): PublicMarket[] {
  const groups = new Map<string, PackedTape[]>()
  for (const tape of tapes) {
    const { id } = tape.facts.instrument
    groups.set(id, [...(groups.get(id) ?? []), tape])
  }
  const markets: PublicMarket[] = []
  for (const group of groups.values()) {
    const spec = group[0]?.facts.instrument
    if (spec === undefined) continue
    const own: Segment = spec.kind === 'spot' ? 'spot' : 'usdm'
    if (spec.kind === 'inverse') {
      throw new ConfigError(
        'EXCHANGE_SEGMENT',
        `${spec.id} is inverse: the exchange has spot and linear markets`,
      )
    }
    const inOrder = [...group].sort((a, b) => a.facts.firstTime - b.facts.firstTime)
    for (const segment of segments ?? [own]) {
      const instrument = new Instrument({ ...spec, kind: segment === 'spot' ? 'spot' : 'linear' })
      markets.push(new PublicMarket({ index: markets.length, segment, instrument, tapes: inOrder }))
    }
  }
  if (markets.length === 0) throw new ConfigError('NO_DATA', 'no data to trade on: give --data FILE')
  const names = markets.map(({ segment, symbol }) => `${segment} ${symbol}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigError('EXCHANGE_SYMBOL', `two markets would be called ${twice}`)
  return markets
}

/** The first moment at which every market has a price. @throws {ConfigError} NO_MARKET */
function findStart(markets: readonly PublicMarket[]): TimeUs {
  let start = 0
  for (const market of markets) {
    while (!market.isOpen) {
      const { nextTime } = market
      if (nextTime === Number.POSITIVE_INFINITY) {
        throw new ConfigError('NO_MARKET', `the data of ${market.symbol} never show a price on both sides`)
      }
      start = Math.max(start, nextTime)
      market.advance(nextTime)
    }
  }
  for (const market of markets) market.advance(start)
  for (const market of markets) market.takeDiff()
  return timeUs(start)
}
