/** A look at the first messages of a Binance recording: whose data it is, which streams, which grid. */
import { DataError } from '../../core/errors.ts'
import type { DataLevel } from '../../model/tape.ts'
import type { InstrumentListing } from '../choose-instrument.ts'
import { GridSample } from '../grid-sample.ts'
import { SourcePosition } from '../source-position.ts'
import {
  type BinanceMessage,
  isFuturesMessage,
  parseBinanceMessage,
  type RawLevels,
} from './binance-message.ts'
import { binanceListingOf, bookSymbolOf, readBinance } from './binance-source.ts'
import type { MessageSource } from './message-source.ts'

export interface BinanceScan {
  readonly symbol: string
  readonly venue: 'binance-usdm' | 'binance-coinm' | 'binance-spot'
  readonly levels: readonly DataLevel[]
  /** Recordings with both streams hold every trade twice; `trade` is the finer one. */
  readonly tradeStream: 'trade' | 'aggTrade'
  readonly sample: GridSample
  /** What the venue said about the instrument, where the recording has it. */
  readonly listing: InstrumentListing | undefined
}

const scannedMessages = 20_000

class ScanState {
  readonly symbols = new Set<string>()
  readonly kinds = new Set<BinanceMessage['kind']>()
  readonly sample = new GridSample()
  futuresVotes = 0
  messages = 0

  add(message: BinanceMessage): void {
    this.messages++
    this.kinds.add(message.kind)
    const isFutures = isFuturesMessage(message)
    if (isFutures !== undefined) this.futuresVotes += isFutures ? 1 : -1
    if ('symbol' in message) this.symbols.add(message.symbol)
    this.#addNumbers(message)
  }

  #addNumbers(message: BinanceMessage): void {
    switch (message.kind) {
      case 'depth':
      case 'snapshot':
        this.#addLevels(message.bids)
        this.#addLevels(message.asks)
        return
      case 'trade':
      case 'aggTrade':
        this.sample.addPrice(message.price)
        this.sample.addQty(message.qty)
        return
      case 'bookTicker':
        this.sample.addPrice(message.bidPrice)
        this.sample.addPrice(message.askPrice)
    }
  }

  #addLevels(levels: RawLevels): void {
    for (const level of levels) {
      if (!Array.isArray(level)) continue
      if (typeof level[0] === 'string') this.sample.addPrice(level[0])
      if (typeof level[1] === 'string') this.sample.addQty(level[1])
    }
  }
}

/** @throws {DataError} DATA_SEVERAL_INSTRUMENTS, DATA_NO_MESSAGES, and what reading throws */
export async function scanBinance(
  source: MessageSource,
  instrument: string | undefined,
): Promise<BinanceScan> {
  const state = new ScanState()
  const position = new SourcePosition()
  await readBinance(source, position, undefined, (message) => {
    if (instrument === undefined || !('symbol' in message) || message.symbol === instrument)
      state.add(message)
    return state.messages < scannedMessages
  })
  const symbol = oneSymbol(state.symbols, position)
  const venue =
    state.futuresVotes <= 0 ? 'binance-spot' : symbol.includes('USD_') ? 'binance-coinm' : 'binance-usdm'
  const answers = await answersOf(source, symbol)
  if (answers.book !== undefined) state.add(parseBinanceMessage(answers.book, position))
  return {
    symbol,
    venue,
    levels: await levelsOf(state.kinds, source, symbol),
    tradeStream: state.kinds.has('trade') ? 'trade' : 'aggTrade',
    sample: state.sample,
    listing: answers.listing,
  }
}

/** Of a capture: the first book of this instrument, and what the venue says about it. */
async function answersOf(
  source: MessageSource,
  symbol: string,
): Promise<{ readonly book: string | undefined; readonly listing: InstrumentListing | undefined }> {
  let book: string | undefined
  let listing: InstrumentListing | undefined
  let messages = 0
  await source.read(new SourcePosition(), (_receiveTime, json, url) => {
    if (url === undefined) return ++messages < scannedMessages
    if (bookSymbolOf(url) === symbol) book ??= json
    listing = binanceListingOf(json, symbol) ?? listing
    return true
  })
  return { book, listing }
}

function oneSymbol(symbols: ReadonlySet<string>, position: SourcePosition): string {
  const [first, second] = symbols
  if (first === undefined) {
    throw position.error('DATA_NO_MESSAGES', 'expected depth, trade or bookTicker messages, found none')
  }
  if (second === undefined) return first
  throw new DataError(
    'DATA_SEVERAL_INSTRUMENTS',
    `expected one instrument, found ${[...symbols].sort().join(', ')}; pass --instrument to choose one (${position})`,
  )
}

/** A book can only be built when a snapshot comes at some point. */
async function levelsOf(
  kinds: ReadonlySet<BinanceMessage['kind']>,
  source: MessageSource,
  symbol: string,
): Promise<readonly DataLevel[]> {
  const levels: DataLevel[] = []
  if (kinds.has('snapshot') || (kinds.has('depth') && (await hasSnapshot(source, symbol)))) levels.push('l2')
  if (kinds.has('bookTicker')) levels.push('l1')
  if (kinds.has('trade') || kinds.has('aggTrade')) levels.push('trades')
  return levels
}

async function hasSnapshot(source: MessageSource, symbol: string): Promise<boolean> {
  let isFound = false
  await source.read(new SourcePosition(), (_receiveTime, json, url) => {
    const isOurs = url === undefined ? !json.includes('"stream"') : bookSymbolOf(url) === symbol
    isFound = isOurs && json.includes('"lastUpdateId"')
    return !isFound
  })
  return isFound
}
