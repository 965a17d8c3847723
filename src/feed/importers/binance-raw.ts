/**
 * Recordings of Binance's combined streams, with the REST snapshot among them, whatever kind of lines they come in.
 * Times of the rows: receive time as recorded; exchange time = transaction time `T`, or `E` where there is none.
 */
import type { InstrumentSpec } from '../../model/instrument.ts'
import { lostBookNoteEnd, rowKind, sideCode } from '../../model/tape.ts'
import { chooseInstrument } from '../choose-instrument.ts'
import { FileJoins, type Hole, holeNote } from '../file-joins.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import { SourcePosition } from '../source-position.ts'
import type { ImportCounters, Importer, ImportOptions, TapeSink } from '../tape-sink.ts'
import { BinanceBookSync, type DiffIds } from './binance-book-sync.ts'
import type { BinanceMessage, RawLevels } from './binance-message.ts'
import { type BinanceScan, scanBinance } from './binance-scan.ts'
import { firstDiffs, readBinance } from './binance-source.ts'
import { BookRows } from './book-rows.ts'
import type { MessageSource } from './message-source.ts'
import { NoteCounts } from './note-counts.ts'

/** @param container how the messages are kept, for the name of the format: `raw`, `capture` */
export async function openBinance(
  source: MessageSource,
  container: string,
  options: ImportOptions,
): Promise<Importer> {
  const scan = await scanBinance(source, options.instrument?.toUpperCase())
  const seen = {
    id: scan.symbol,
    venue: scan.venue,
    kind: undefined,
    sample: scan.sample,
    lotTolerance: 0.001,
    listing: scan.listing,
  }
  const { spec, notes } = chooseInstrument(seen, options)
  const starts = await firstDiffs(source, scan.symbol)
  return {
    format: `binance-${container}`,
    instrument: spec,
    levels: scan.levels,
    barUs: undefined,
    hasReceiveTime: true,
    read: async (sink) => {
      const position = new SourcePosition()
      const reader = new BinanceReader(spec, { ...scan, starts }, options, position, sink)
      await readBinance(source, position, scan.symbol, (message, receiveTime) => {
        reader.apply(message, receiveTime)
        return true
      })
      return reader.counters(notes)
    },
  }
}

/** What is known before the whole is read. */
interface BinanceStart extends BinanceScan {
  /** By file. */
  readonly starts: ReadonlyMap<string, DiffIds>
}

class BinanceReader {
  readonly #symbol: string
  readonly #scan: BinanceStart
  /** Other symbols are passed over only when the user has chosen one. */
  readonly #skipsOthers: boolean
  readonly #position: SourcePosition
  readonly #sink: TapeSink
  readonly #grid: InstrumentGrid
  readonly #rows: BookRows
  readonly #sync: BinanceBookSync
  readonly #notes = new NoteCounts()
  readonly #joins: FileJoins
  /** Rate by funding time: the last one announced before it. */
  readonly #funding = new Map<number, string>()
  /** Newest exchange time of any stamped message; 0 before the first. */
  #stampedTime = 0
  #receiveTime = 0
  #diffs = 0
  #touchChecks = 0
  #touchAgreed = 0

  constructor(
    spec: InstrumentSpec,
    scan: BinanceStart,
    options: ImportOptions,
    position: SourcePosition,
    sink: TapeSink,
  ) {
    this.#symbol = scan.symbol
    this.#scan = scan
    this.#skipsOthers = options.instrument !== undefined
    this.#position = position
    this.#sink = sink
    this.#grid = new InstrumentGrid(spec, position)
    this.#rows = new BookRows(sink)
    this.#sync = new BinanceBookSync(this.#rows)
    this.#joins = new FileJoins(position)
  }

  apply(message: BinanceMessage, receiveTime: number): void {
    const hole = this.#joins.next(receiveTime)
    this.#receiveTime = receiveTime
    if (hole !== undefined) this.#endBook(hole)
    if ('symbol' in message && message.symbol !== this.#symbol) {
      this.#passOver(message.symbol)
      return
    }
    if ('exchangeTime' in message && message.exchangeTime !== undefined) {
      this.#stampedTime = Math.max(this.#stampedTime, message.exchangeTime)
    }
    switch (message.kind) {
      case 'depth':
        this.#diffs++
        this.#sync.onDiff({ ...message, receiveTime, ...this.#levels(message) })
        return
      case 'snapshot':
        this.#sync.onSnapshot({ ...message, receiveTime, ...this.#levels(message) }, this.#stampedTime)
        return
      case 'trade':
      case 'aggTrade':
        this.#trade(message, receiveTime)
        return
      case 'bookTicker':
        this.#bookTicker(message, receiveTime)
        return
      case 'markPrice': {
        const price = this.#grid.nearestPrice(message.price)
        this.#sink.row(rowKind.markPrice, sideCode.buy, message.exchangeTime, receiveTime, price, 0, true)
        const { funding, exchangeTime } = message
        if (funding !== undefined && exchangeTime < funding.time) {
          this.#funding.set(funding.time, funding.rate)
        }
        this.#notes.once('mark prices are rounded to the nearest tick')
        return
      }
      case 'other':
        this.#notes.add(`messages of ${message.name} were not used`)
    }
  }

  counters(notes: readonly string[]): ImportCounters {
    const sync = this.#sync
    this.#notes.add('diffs were already part of the book', sync.staleDiffs)
    const early = 'diffs came before the snapshot'
    this.#notes.add(`${early} that contains them and were left out`, sync.earlyContained)
    this.#notes.add(`${early} and were applied after it`, sync.earlyApplied)
    this.#notes.add('snapshots did not connect to the diffs around them', sync.unusableSnapshots)
    this.#notes.add('snapshots were not needed', sync.unneededSnapshots)
    this.#notes.add('diffs were stamped before an earlier one and moved up to it', this.#rows.movedTimes)
    this.#tellWaiting()
    return {
      gaps: sync.gaps,
      offLotQuantities: this.#grid.offLotQuantities,
      touchChecks: this.#touchChecks,
      touchAgreed: this.#touchAgreed,
      ...(this.#funding.size === 0
        ? {}
        : { funding: [...this.#funding].map(([time, rate]) => ({ time, rate })) }),
      notes: [...notes, ...this.#notes.sentences()],
    }
  }

  /** Diffs that no snapshot made useful. After a gap a last row says how long there was no book. */
  #tellWaiting(): void {
    const { waitingDiffs, gaps } = this.#sync
    if (waitingDiffs === 0) return
    if (gaps === 0) {
      this.#notes.add('diffs at the end wait for a snapshot that never came', waitingDiffs)
      return
    }
    this.#notes.once(`${waitingDiffs} of ${this.#diffs} ${lostBookNoteEnd}`)
    this.#rows.clear(this.#stampedTime, this.#receiveTime)
  }

  /** There is no hole, and the book lasts, when the next change follows the last one. */
  #endBook(hole: Hole): void {
    const next = this.#scan.starts.get(this.#position.file)
    if (next !== undefined && this.#sync.continuesWith(next)) return
    this.#notes.once(holeNote(hole))
    if (this.#sync.lastId !== undefined) this.#sync.end(this.#stampedTime, hole.from)
    else if (this.#scan.levels.includes('l1')) this.#rows.clear(this.#stampedTime, hole.from)
  }

  #trade(message: BinanceMessage & { kind: 'trade' | 'aggTrade' }, receiveTime: number): void {
    if (message.kind !== this.#scan.tradeStream) {
      this.#notes.add(
        `${message.kind} messages repeat the ${this.#scan.tradeStream} stream and were not used`,
      )
      return
    }
    const isMarket = message.origin === undefined || message.origin === 'MARKET'
    const qty = this.#grid.qty(message.qty)
    // Futures send placeholders with price and quantity 0.
    if (qty === 0) {
      this.#notes.add('trades without a quantity were left out')
      return
    }
    const side = message.buyerIsMaker ? sideCode.sell : sideCode.buy
    const kind = isMarket ? rowKind.trade : rowKind.offMarketTrade
    this.#sink.row(kind, side, message.exchangeTime, receiveTime, this.#grid.price(message.price), qty, true)
  }

  #bookTicker(message: BinanceMessage & { kind: 'bookTicker' }, receiveTime: number): void {
    const exchangeTime = message.exchangeTime ?? this.#stampedTime
    if (message.exchangeTime === undefined) {
      this.#notes.once(
        'bookTicker has no time of its own and takes the newest exchange time of the other streams',
      )
    }
    if (exchangeTime === 0) {
      this.#notes.add('bookTickers came before the first message with a time and were left out')
      return
    }
    const bid = { price: this.#grid.price(message.bidPrice), qty: this.#grid.qty(message.bidQty) }
    const ask = { price: this.#grid.price(message.askPrice), qty: this.#grid.qty(message.askQty) }
    this.#sink.row(rowKind.quote, sideCode.buy, exchangeTime, receiveTime, bid.price, bid.qty, false)
    this.#sink.row(rowKind.quote, sideCode.sell, exchangeTime, receiveTime, ask.price, ask.qty, true)
    if (message.updateId !== this.#sync.lastId) return
    this.#touchChecks++
    const { book } = this.#rows
    const [ownBid, ownAsk] = [book.bestBid(), book.bestAsk()]
    const agrees = ownBid?.price === bid.price && ownBid.qty === bid.qty
    if (agrees && ownAsk?.price === ask.price && ownAsk.qty === ask.qty) this.#touchAgreed++
  }

  #levels(message: { readonly bids: RawLevels; readonly asks: RawLevels }): {
    bids: number[]
    asks: number[]
  } {
    return { bids: this.#side(message.bids), asks: this.#side(message.asks) }
  }

  #side(levels: RawLevels): number[] {
    const flat: number[] = []
    for (const level of levels) {
      const isPair = Array.isArray(level) && typeof level[0] === 'string' && typeof level[1] === 'string'
      if (!isPair) {
        throw this.#position.error(
          'DATA_BAD_LEVEL',
          `expected a level ["price", "quantity"], found ${JSON.stringify(level)}`,
        )
      }
      flat.push(this.#grid.price(level[0]), this.#grid.qty(level[1]))
    }
    return flat
  }

  #passOver(symbol: string): void {
    if (this.#skipsOthers) {
      this.#notes.add(`messages of ${symbol} were passed over`)
      return
    }
    throw this.#position.error(
      'DATA_SEVERAL_INSTRUMENTS',
      `expected ${this.#symbol} only, found a message of ${symbol}; pass --instrument to choose one`,
    )
  }
}
