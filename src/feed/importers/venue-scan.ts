/** A look at the first messages of a venue: which instruments, which of them is wanted, which streams, which grid. */
import { DataError } from '../../core/errors.ts'
import type { DataLevel } from '../../model/tape.ts'
import type { InstrumentListing } from '../choose-instrument.ts'
import { GridSample } from '../grid-sample.ts'
import { SourcePosition } from '../source-position.ts'
import type { RawLevels } from './binance-message.ts'
import type { MessageSource } from './message-source.ts'
import type { VenueBook, VenueEvent, VenueFormat } from './venue-event.ts'

export interface VenueScan {
  /** As the venue writes it. */
  readonly symbol: string
  readonly levels: readonly DataLevel[]
  readonly sample: GridSample
  readonly listing: InstrumentListing
}

const scannedMessages = 20_000

/** What was seen of one instrument. */
class SeenSymbol {
  readonly sample = new GridSample()
  readonly levels = new Set<DataLevel>()
  isSpot = false

  add(event: Exclude<VenueEvent, { readonly kind: 'other' }>): void {
    switch (event.kind) {
      case 'book':
        this.#addBook(event)
        return
      case 'trade':
        this.levels.add('trades')
        this.sample.addPrice(event.price)
        this.sample.addQty(event.qty)
        return
      case 'quote':
        this.levels.add('l1')
        for (const price of [event.bidPrice, event.askPrice]) this.sample.addPrice(price)
        for (const qty of [event.bidQty, event.askQty]) this.sample.addQty(qty)
    }
  }

  #addBook(event: VenueBook): void {
    if (event.isSnapshot) this.levels.add('l2')
    if (event.isSpot === true) this.isSpot = true
    this.#addLevels(event.bids)
    this.#addLevels(event.asks)
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
export async function scanVenue(
  source: MessageSource,
  format: VenueFormat,
  instrument: string | undefined,
): Promise<VenueScan> {
  const position = new SourcePosition()
  const symbols = new Map<string, SeenSymbol>()
  /** Answers to requests by address, the newest one each. */
  const answers = new Map<string, string>()
  let messages = 0
  await source.read(position, (_receiveTime, json, url) => {
    if (url !== undefined) {
      answers.set(url, json)
      return true
    }
    for (const event of format.parse(json, position)) {
      if (event.kind === 'other') continue
      const seen = symbols.get(event.symbol) ?? new SeenSymbol()
      symbols.set(event.symbol, seen)
      seen.add(event)
    }
    return ++messages < scannedMessages
  })
  const [symbol, seen] = chosenSymbol(symbols, instrument, position)
  const levels = (['l2', 'l1', 'trades'] as const).filter((level) => seen.levels.has(level))
  if (levels.length === 0) {
    const message = `expected a snapshot of the book, quotes or trades of ${symbol}, found only changes of a book`
    throw position.error('DATA_NO_SNAPSHOT', message)
  }
  const listed = [...answers.values()].map((json) => format.listingOf(json, symbol))
  const listing = listed.findLast((one) => one !== undefined) ?? format.marketOf(symbol, seen.isSpot)
  return { symbol, levels, sample: seen.sample, listing }
}

/** Of each file, the first message of the book. By path. */
export async function firstBooks(
  source: MessageSource,
  format: VenueFormat,
  symbol: string,
): Promise<ReadonlyMap<string, VenueBook>> {
  const found = new Map<string, VenueBook>()
  for (const [path, file] of source.files) {
    const position = new SourcePosition()
    await file.read(position, (_receiveTime, json, url) => {
      const events = url === undefined ? format.parse(json, position) : []
      const first = events.find((event) => event.kind === 'book' && event.symbol === symbol)
      if (first?.kind === 'book') found.set(path, first)
      return first === undefined
    })
  }
  return found
}

/** A recording of one instrument may be given another name; one of several needs a choice. */
function chosenSymbol(
  symbols: ReadonlyMap<string, SeenSymbol>,
  instrument: string | undefined,
  position: SourcePosition,
): readonly [string, SeenSymbol] {
  const [only, second] = symbols
  if (only === undefined) {
    throw position.error('DATA_NO_MESSAGES', 'expected book, trade or quote messages, found none')
  }
  const wanted = [...symbols].find(([symbol]) => plain(symbol) === plain(instrument ?? ''))
  if (wanted !== undefined) return wanted
  if (second === undefined) return only
  const found = [...symbols.keys()].sort().join(', ')
  throw new DataError(
    'DATA_SEVERAL_INSTRUMENTS',
    `expected one instrument, found ${found}; pass --instrument to choose one (${position})`,
  )
}

/** `XMR/USD`, `xmr-usd` and `XMRUSD` are one instrument. */
export function plain(symbol: string): string {
  return symbol.toUpperCase().replace(/[^A-Z0-9]/g, '')
}
