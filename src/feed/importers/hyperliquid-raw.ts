/**
 * Raw Hyperliquid recordings: `<receive time> {"channel": …}` with 20-level snapshots and trades
 * (https://hyperliquid.gitbook.io, WebSocket subscriptions, read 2025-11).
 */
import type { InstrumentSpec } from '../../model/instrument.ts'
import { type DataLevel, rowKind, sideCode } from '../../model/tape.ts'
import { chooseInstrument } from '../choose-instrument.ts'
import { FileJoins, type Hole, holeNote } from '../file-joins.ts'
import { GridSample } from '../grid-sample.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import { timeOfNumber } from '../parse-time.ts'
import { SourcePosition } from '../source-position.ts'
import type { ImportCounters, Importer, ImportOptions, TapeSink } from '../tape-sink.ts'
import { BookRows } from './book-rows.ts'
import {
  arrayField,
  decimalField,
  integerField,
  isRecord,
  type JsonRecord,
  parseJson,
} from './json-fields.ts'
import { NoteCounts } from './note-counts.ts'
import { readRawLines } from './raw-line.ts'
import { SnapshotDiff } from './snapshot-diff.ts'

const bookDepth = 20
const scannedMessages = 20_000

type HyperliquidMessage =
  | { readonly kind: 'book'; readonly data: JsonRecord }
  | { readonly kind: 'trades'; readonly trades: readonly JsonRecord[] }
  | { readonly kind: 'other'; readonly name: string }

export async function openHyperliquidRaw(
  paths: readonly string[],
  options: ImportOptions,
): Promise<Importer> {
  const scan = await scanHyperliquid(paths)
  const chosen = {
    id: scan.coin,
    venue: 'hyperliquid',
    kind: 'linear',
    sample: scan.sample,
    lotTolerance: 0,
  } as const
  const { spec, notes } = chooseInstrument(chosen, options)
  return {
    format: 'hyperliquid-raw',
    instrument: { ...spec, baseCurrency: scan.coin, settleCurrency: 'USDC' },
    levels: scan.levels,
    barUs: undefined,
    hasReceiveTime: true,
    read: async (sink) => {
      const position = new SourcePosition()
      const reader = new HyperliquidReader(spec, scan.coin, position, sink)
      await readRawLines(paths, position, (receiveTime, json) => {
        reader.apply(parseMessage(json, position), receiveTime)
        return true
      })
      return reader.counters(notes)
    },
  }
}

class HyperliquidReader {
  readonly #coin: string
  readonly #position: SourcePosition
  readonly #sink: TapeSink
  readonly #grid: InstrumentGrid
  readonly #rows: BookRows
  readonly #notes = new NoteCounts()
  readonly #joins: FileJoins
  /** What was in the snapshot before; undefined before the first, and after a hole between files. */
  #diff: SnapshotDiff | undefined
  /** Exchange time of the first snapshot. */
  #startTime: number | undefined
  #gaps = 0

  constructor(spec: InstrumentSpec, coin: string, position: SourcePosition, sink: TapeSink) {
    this.#coin = coin
    this.#position = position
    this.#sink = sink
    this.#grid = new InstrumentGrid(spec, position)
    this.#rows = new BookRows(sink)
    this.#joins = new FileJoins(position)
    this.#notes.once(`levels beyond the ${bookDepth} of a snapshot keep the quantity seen last`)
  }

  apply(message: HyperliquidMessage, receiveTime: number): void {
    const hole = this.#joins.next(receiveTime)
    if (hole !== undefined) this.#endBook(hole)
    switch (message.kind) {
      case 'book':
        this.#book(message.data, receiveTime)
        return
      case 'trades':
        for (const trade of message.trades) this.#trade(trade, receiveTime)
        return
      case 'other':
        this.#notes.add(`messages of ${message.name} were not used`)
    }
  }

  counters(notes: readonly string[]): ImportCounters {
    const { offLotQuantities } = this.#grid
    const all = [...notes, ...this.#notes.sentences()]
    return { gaps: this.#gaps, offLotQuantities, touchChecks: 0, touchAgreed: 0, notes: all }
  }

  #endBook(hole: Hole): void {
    this.#notes.once(holeNote(hole))
    if (this.#diff === undefined) return
    this.#gaps++
    this.#diff = undefined
    this.#rows.clear(0, hole.from)
  }

  #book(data: JsonRecord, receiveTime: number): void {
    this.#checkCoin(data)
    const exchangeTime = timeOf(data, this.#position)
    const [rawBids, rawAsks] = arrayField(data, 'levels', this.#position)
    const bids = this.#side(rawBids)
    const asks = this.#side(rawAsks)
    if (this.#diff === undefined) {
      this.#diff = new SnapshotDiff(bookDepth)
      this.#diff.apply(bids, asks)
      this.#rows.snapshot({ exchangeTime, receiveTime, bids, asks })
    } else {
      this.#rows.diff({ exchangeTime, receiveTime, ...this.#diff.apply(bids, asks) })
    }
    this.#startTime ??= exchangeTime
  }

  /** A subscription starts with trades of the minute before it, which are no news. */
  #trade(data: JsonRecord, receiveTime: number): void {
    this.#checkCoin(data)
    const exchangeTime = timeOf(data, this.#position)
    if (this.#startTime === undefined || exchangeTime < this.#startTime) {
      this.#notes.add('trades from before the first book were left out')
      return
    }
    const side = data.side === 'B' ? sideCode.buy : sideCode.sell
    const price = this.#grid.price(decimalField(data, 'px', this.#position))
    const qty = this.#grid.qty(decimalField(data, 'sz', this.#position))
    if (qty > 0) this.#sink.row(rowKind.trade, side, exchangeTime, receiveTime, price, qty, true)
  }

  #side(levels: unknown): number[] {
    const flat: number[] = []
    for (const { price, qty } of rawLevels(levels, this.#position)) {
      flat.push(this.#grid.price(price), this.#grid.qty(qty))
    }
    return flat
  }

  #checkCoin(data: JsonRecord): void {
    if (data.coin === this.#coin) return
    const message = `expected ${this.#coin} only, found a message of ${String(data.coin)}; split the recording`
    throw this.#position.error('DATA_SEVERAL_INSTRUMENTS', message)
  }
}

async function scanHyperliquid(
  paths: readonly string[],
): Promise<{ coin: string; levels: readonly DataLevel[]; sample: GridSample }> {
  const position = new SourcePosition()
  const sample = new GridSample()
  const levels = new Set<DataLevel>()
  let coin: string | undefined
  let messages = 0
  await readRawLines(paths, position, (_receiveTime, json) => {
    const message = parseMessage(json, position)
    const records = message.kind === 'book' ? [message.data] : message.kind === 'trades' ? message.trades : []
    if (records.length > 0) levels.add(message.kind === 'book' ? 'l2' : 'trades')
    for (const record of records) {
      coin ??= decimalField(record, 'coin', position)
      sampleRecord(record, sample, position)
    }
    return ++messages < scannedMessages
  })
  if (coin === undefined)
    throw position.error('DATA_NO_MESSAGES', 'expected l2Book or trades messages, found none')
  return { coin, levels: [...levels], sample }
}

function sampleRecord(record: JsonRecord, sample: GridSample, position: SourcePosition): void {
  const sides = 'levels' in record ? arrayField(record, 'levels', position) : []
  const pairs = sides.flatMap((side) => rawLevels(side, position))
  if ('px' in record) {
    pairs.push({ price: decimalField(record, 'px', position), qty: decimalField(record, 'sz', position) })
  }
  for (const { price, qty } of pairs) {
    sample.addPrice(price)
    sample.addQty(qty)
  }
}

function rawLevels(levels: unknown, position: SourcePosition): { price: string; qty: string }[] {
  if (!Array.isArray(levels))
    throw position.error('DATA_BAD_LEVEL', 'expected two sides of levels, found fewer')
  return levels.map((level: unknown) => {
    if (!isRecord(level)) throw position.error('DATA_BAD_LEVEL', 'expected a level {px, sz}, found none')
    return { price: decimalField(level, 'px', position), qty: decimalField(level, 'sz', position) }
  })
}

function parseMessage(json: string, position: SourcePosition): HyperliquidMessage {
  const message = parseJson(json, position)
  if (!isRecord(message))
    throw position.error('DATA_BAD_MESSAGE', 'expected a JSON object, found something else')
  const { channel, data } = message
  if (channel === 'l2Book' && isRecord(data)) return { kind: 'book', data }
  if (channel === 'trades' && Array.isArray(data)) return { kind: 'trades', trades: data.filter(isRecord) }
  return { kind: 'other', name: String(channel) }
}

function timeOf(data: JsonRecord, position: SourcePosition): number {
  const time = timeOfNumber(integerField(data, 'time', position))
  if (time !== undefined) return time
  throw position.error('DATA_BAD_TIME', `expected a time, found ${String(data.time)}`)
}
