/** A look at the first messages of a raw Binance recording: whose data it is, which streams, which grid. */
import { DataError } from '../../core/errors.ts'
import type { DataLevel } from '../../model/tape.ts'
import { GridSample } from '../grid-sample.ts'
import { readLineBlocks } from '../read-lines.ts'
import { SourcePosition } from '../source-position.ts'
import {
  type BinanceMessage,
  isFuturesMessage,
  parseBinanceMessage,
  type RawLevels,
} from './binance-message.ts'
import { readRawLines } from './raw-line.ts'

export interface BinanceScan {
  readonly symbol: string
  readonly venue: 'binance-usdm' | 'binance-coinm' | 'binance-spot'
  readonly levels: readonly DataLevel[]
  /** Recordings with both streams hold every trade twice; `trade` is the finer one. */
  readonly tradeStream: 'trade' | 'aggTrade'
  readonly sample: GridSample
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
  paths: readonly string[],
  instrument: string | undefined,
): Promise<BinanceScan> {
  const state = new ScanState()
  const position = new SourcePosition()
  await readRawLines(paths, position, (_receiveTime, json) => {
    const message = parseBinanceMessage(json, position)
    if (instrument === undefined || !('symbol' in message) || message.symbol === instrument)
      state.add(message)
    return state.messages < scannedMessages
  })
  const symbol = oneSymbol(state.symbols, position)
  const venue =
    state.futuresVotes <= 0 ? 'binance-spot' : symbol.includes('USD_') ? 'binance-coinm' : 'binance-usdm'
  return {
    symbol,
    venue,
    levels: await levelsOf(state.kinds, paths),
    tradeStream: state.kinds.has('trade') ? 'trade' : 'aggTrade',
    sample: state.sample,
  }
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
  paths: readonly string[],
): Promise<readonly DataLevel[]> {
  const levels: DataLevel[] = []
  if (kinds.has('snapshot') || (kinds.has('depth') && (await hasSnapshot(paths)))) levels.push('l2')
  if (kinds.has('bookTicker')) levels.push('l1')
  if (kinds.has('trade') || kinds.has('aggTrade')) levels.push('trades')
  return levels
}

async function hasSnapshot(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    for await (const { lines } of readLineBlocks(path)) {
      if (lines.some((line) => line.includes('"lastUpdateId"') && !line.includes('"stream"'))) return true
    }
  }
  return false
}
