/** Messages of a venue, whatever they come in, → an importer: its book, trades and quotes of one instrument. */
import type { InstrumentSpec } from '../../model/instrument.ts'
import { lostBookNoteEnd, rowKind, sideCode } from '../../model/tape.ts'
import { chooseInstrument } from '../choose-instrument.ts'
import { FileJoins, type Hole, holeNote } from '../file-joins.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import { isoTime } from '../parse-time.ts'
import { SourcePosition } from '../source-position.ts'
import type { ImportCounters, Importer, ImportOptions, TapeSink } from '../tape-sink.ts'
import { BookRows } from './book-rows.ts'
import { CheckedBook, type MessageTimes } from './checked-book.ts'
import type { MessageSource } from './message-source.ts'
import { NoteCounts } from './note-counts.ts'
import { TradeIds } from './trade-ids.ts'
import type { VenueBook, VenueEvent, VenueFormat, VenueQuote, VenueTrade } from './venue-event.ts'
import { firstBooks, plain, scanVenue, type VenueScan } from './venue-scan.ts'

/** @param container how the messages are kept, for the name of the format: `raw`, `json`, `capture` */
export async function openVenueImporter(
  source: MessageSource,
  format: VenueFormat,
  container: string,
  options: ImportOptions,
): Promise<Importer> {
  const scan = await scanVenue(source, format, options.instrument)
  const { venue, kind } = scan.listing
  const seen = { id: scan.symbol, venue, kind, sample: scan.sample, lotTolerance: 0.001 }
  const isChosen = plain(options.instrument ?? '') === plain(scan.symbol)
  const named = isChosen ? { ...options, instrument: scan.symbol } : options
  const { spec, notes } = chooseInstrument({ ...seen, listing: scan.listing }, named)
  const starts = await firstBooks(source, format, scan.symbol)
  return {
    format: `${format.name}-${container}`,
    instrument: spec,
    levels: scan.levels,
    barUs: undefined,
    hasReceiveTime: source.hasReceiveTime,
    read: async (sink) => {
      const position = new SourcePosition()
      const reader = new VenueReader(spec, { ...scan, starts }, format, options, position, sink)
      await source.read(position, (receiveTime, json, url) => {
        if (url !== undefined) return true
        for (const event of format.parse(json, position)) reader.apply(event, receiveTime)
        return true
      })
      return reader.counters(notes)
    },
  }
}

/** What is known before the whole is read. */
interface VenueStart extends VenueScan {
  /** The first book message of each file. */
  readonly starts: ReadonlyMap<string, VenueBook>
}

class VenueReader {
  readonly #symbol: string
  readonly #hasBook: boolean
  readonly #hasQuotes: boolean
  /** Other symbols are passed over only when the user has chosen one. */
  readonly #skipsOthers: boolean
  readonly #position: SourcePosition
  readonly #sink: TapeSink
  readonly #grid: InstrumentGrid
  readonly #rows: BookRows
  readonly #book: CheckedBook
  readonly #notes = new NoteCounts()
  readonly #joins: FileJoins
  readonly #starts: VenueStart['starts']
  readonly #tradeIds = new TradeIds(this.#notes)
  /** Newest exchange time of any message, of other instruments too; 0 before the first. */
  #stampedTime = 0
  /** Of the first snapshot. */
  #bookStart: number | undefined
  #latest = 0

  constructor(
    spec: InstrumentSpec,
    start: VenueStart,
    format: VenueFormat,
    options: ImportOptions,
    position: SourcePosition,
    sink: TapeSink,
  ) {
    this.#symbol = start.symbol
    this.#hasBook = start.levels.includes('l2')
    this.#hasQuotes = start.levels.includes('l1')
    this.#skipsOthers = options.instrument !== undefined
    this.#position = position
    this.#joins = new FileJoins(position)
    this.#starts = start.starts
    this.#sink = sink
    this.#grid = new InstrumentGrid(spec, position)
    this.#rows = new BookRows(sink)
    this.#book = new CheckedBook(this.#rows, this.#grid, position, this.#notes, format.checksumOf)
  }

  apply(event: VenueEvent, receiveTime: number | undefined): void {
    const hole = receiveTime === undefined ? undefined : this.#joins.next(receiveTime)
    if (hole !== undefined) this.#endBook(hole, this.#stampedTime)
    if (event.kind === 'other') {
      this.#notes.add(`messages of ${event.name} were not used`)
      return
    }
    if (event.exchangeTime !== undefined) {
      this.#stampedTime = Math.max(this.#stampedTime, event.exchangeTime)
    }
    if (event.symbol !== this.#symbol) this.#passOver(event.symbol)
    else if (event.kind === 'book') this.#applyBook(event, receiveTime)
    else if (event.kind === 'trade') this.#trade(event, this.#times(event.exchangeTime, receiveTime))
    else this.#quote(event, this.#times(event.exchangeTime, receiveTime))
  }

  counters(notes: readonly string[]): ImportCounters {
    const { checksums, checksumMismatches, gaps, messages, messagesLost } = this.#book
    this.#tradeIds.finish()
    if (checksums > 0) {
      const wrong = checksumMismatches === 0 ? 'all agree' : `${checksumMismatches} do not agree`
      this.#notes.once(`${checksums} checksums of the book were verified: ${wrong}`)
    }
    if (messagesLost > 0) this.#notes.once(`${messagesLost} of ${messages} ${lostBookNoteEnd}`)
    this.#notes.add('diffs were stamped before an earlier one and moved up to it', this.#rows.movedTimes)
    return {
      gaps,
      offLotQuantities: this.#grid.offLotQuantities,
      touchChecks: 0,
      touchAgreed: 0,
      notes: [...notes, ...this.#notes.sentences()],
    }
  }

  /** There is no hole, and the book lasts, when the next change follows the last one. */
  #endBook(hole: Hole, exchangeTime: number): void {
    const next = this.#starts.get(this.#position.file)
    if (next !== undefined && this.#book.continuesWith(next)) return
    this.#notes.once(holeNote(hole))
    const times = { exchangeTime, receiveTime: hole.from }
    if (this.#book.isKnown) this.#book.end(times)
    else if (this.#hasQuotes) this.#rows.clear(exchangeTime, hole.from)
  }

  #applyBook(event: VenueBook, receiveTime: number | undefined): void {
    // The levels of a snapshot carry the times of their last change: the book itself is as new as anything seen.
    const stamped = event.isSnapshot ? this.#stampedTime : (event.exchangeTime ?? this.#stampedTime)
    if (stamped === 0) {
      this.#notes.add('book messages came before the first one with a time and were left out')
      return
    }
    const times = this.#times(stamped, receiveTime)
    this.#book.apply(event, times)
    if (this.#book.isKnown) this.#bookStart ??= times.exchangeTime
  }

  /** A subscription starts with the last trade, however old: that is no news. */
  #trade(trade: VenueTrade, times: MessageTimes): void {
    if (this.#tradeIds.isRepeated(trade.id ?? '')) return
    if (this.#hasBook && (this.#bookStart === undefined || times.exchangeTime < this.#bookStart)) {
      this.#notes.add('trades from before the first book were left out')
      return
    }
    const price = this.#grid.price(trade.price)
    const qty = this.#grid.qty(trade.qty)
    if (qty === 0) this.#notes.add('trades of less than a lot were left out')
    else this.#sink.row(rowKind.trade, trade.side, times.exchangeTime, times.receiveTime, price, qty, true)
  }

  #quote(quote: VenueQuote, { exchangeTime, receiveTime }: MessageTimes): void {
    const { buy, sell } = sideCode
    const [bidQty, askQty] = [this.#grid.qty(quote.bidQty), this.#grid.qty(quote.askQty)]
    const bid = bidQty === 0 ? 0 : this.#grid.price(quote.bidPrice)
    const ask = askQty === 0 ? 0 : this.#grid.price(quote.askPrice)
    this.#sink.row(rowKind.quote, buy, exchangeTime, receiveTime, bid, bidQty, false)
    this.#sink.row(rowKind.quote, sell, exchangeTime, receiveTime, ask, askQty, true)
  }

  /** A source without receive times must be in exchange order. @throws {DataError} DATA_OUT_OF_ORDER */
  #times(exchangeTime: number, receiveTime: number | undefined): MessageTimes {
    if (receiveTime !== undefined) return { exchangeTime, receiveTime }
    if (exchangeTime < this.#latest) {
      const message = `expected times in order, found ${isoTime(exchangeTime)} after ${isoTime(this.#latest)}`
      throw this.#position.error('DATA_OUT_OF_ORDER', message)
    }
    this.#latest = exchangeTime
    const hole = this.#joins.next(exchangeTime)
    if (hole !== undefined) this.#endBook(hole, hole.from)
    return { exchangeTime, receiveTime: exchangeTime }
  }

  #passOver(symbol: string): void {
    if (this.#skipsOthers) {
      this.#notes.add('messages of other instruments were passed over')
      return
    }
    throw this.#position.error(
      'DATA_SEVERAL_INSTRUMENTS',
      `expected ${this.#symbol} only, found a message of ${symbol}; pass --instrument to choose one`,
    )
  }
}
