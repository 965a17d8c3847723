/** A packed tape built in memory, both orders: for tests, benches and small generated tapes. */
import { assert } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type { LatencyProfile, PackedBatch, PackedOrder, PackedSource, PackedTape } from '../model/packed.ts'
import type { DataLevel, RowKind, SideCode, TapeFacts } from '../model/tape.ts'
import { rowKindName } from './row-kinds.ts'
import { RowPacker } from './row-packer.ts'
import { TapeColumns, type TapeRow } from './tape-columns.ts'

export interface MemoryTapeOptions {
  readonly instrument: InstrumentSpec
  /** In any order of messages; receive times already corrected for the clock. */
  readonly rows: TapeColumns | readonly TapeRow[]
  /** Default `l2`. */
  readonly level?: DataLevel
  readonly latencyProfile?: LatencyProfile
  /** What else the tape should say about itself. */
  readonly facts?: Partial<TapeFacts>
  /** Rows of a batch; default as everywhere. */
  readonly batchRows?: number
}

export function createMemoryTape(options: MemoryTapeOptions): PackedTape {
  const { level = 'l2' } = options
  const columns = options.rows instanceof TapeColumns ? options.rows : columnsOf(options.rows)
  const batches = { exchange: pack(columns, 'exchange', options), receive: pack(columns, 'receive', options) }
  return {
    facts: { ...countFacts(columns, options.instrument, level), ...options.facts },
    level,
    latencyProfile: options.latencyProfile,
    open: (order) => createMemorySource(batches[order]),
  }
}

/** A source over batches that stay in memory. */
export function createMemorySource(batches: readonly PackedBatch[]): PackedSource {
  let at = 0
  return {
    next: () => batches[at++],
    close: () => {
      at = batches.length
    },
  }
}

function columnsOf(rows: readonly TapeRow[]): TapeColumns {
  const columns = new TapeColumns()
  for (const row of rows) columns.add(row)
  return columns
}

function pack(columns: TapeColumns, order: PackedOrder, options: MemoryTapeOptions): PackedBatch[] {
  const batches: PackedBatch[] = []
  const packer = new RowPacker({
    level: options.level ?? 'l2',
    order,
    emit: (batch) => batches.push(copyOf(batch)),
    ...(options.batchRows === undefined ? {} : { batchRows: options.batchRows }),
  })
  for (const message of sortedMessages(columns, order)) {
    let row = message
    while (!columns.isLast(row)) columns.copyTo(packer, row++)
    columns.copyTo(packer, row)
  }
  packer.finish()
  return batches
}

/** First rows of all messages, by time, equal times in file order. Whole messages, so that none is split. */
function sortedMessages(columns: TapeColumns, order: PackedOrder): number[] {
  const time = (row: number): number =>
    order === 'exchange' ? columns.exchangeTime(row) : columns.receiveTime(row)
  const first: number[] = []
  let isStart = true
  let isSorted = true
  for (let row = 0; row < columns.rows; row++) {
    if (isStart) {
      if (row > 0 && time(row) < time(row - 1)) isSorted = false
      first.push(row)
    } else assert(time(row) === time(row - 1), `row ${row} and the row before are one message with two times`)
    isStart = columns.isLast(row)
  }
  assert(isStart, 'the last message has no last row')
  return isSorted ? first : first.sort((a, b) => time(a) - time(b) || a - b)
}

function copyOf(batch: PackedBatch): PackedBatch {
  const end = batch.rows + 1
  return {
    rows: batch.rows,
    baseTick: batch.baseTick,
    exchangeTime: batch.exchangeTime.slice(0, end),
    receiveTime: batch.receiveTime.slice(0, end),
    code: batch.code.slice(0, end),
    qty: batch.qty.slice(0, end),
  }
}

function countFacts(columns: TapeColumns, instrument: InstrumentSpec, level: DataLevel): TapeFacts {
  const counter = new MemoryCounter()
  for (let row = 0; row < columns.rows; row++) columns.copyTo(counter, row)
  return {
    formatVersion: 1,
    instrument,
    isSynthetic: true,
    sources: ['memory'],
    format: 'memory',
    levels: [level],
    rows: columns.rows,
    rowsByKind: Object.fromEntries(counter.rowsByKind),
    firstTime: columns.rows === 0 ? 0 : counter.firstTime,
    lastTime: columns.rows === 0 ? 0 : counter.lastTime,
    hasReceiveTime: true,
    gaps: 0,
    crossedBooks: 0,
    offMarketTrades: counter.rowsByKind.get('offMarketTrade') ?? 0,
    offLotQuantities: 0,
    touchChecks: 0,
    touchAgreed: 0,
    clock: { offsetUs: 0, driftPpm: 0 },
    tradedLots: counter.tradedLots,
    notes: [],
    dataHash: sha256(counter.text.join('\n')),
  }
}

class MemoryCounter {
  readonly rowsByKind = new Map<string, number>()
  readonly text: string[] = []
  firstTime = Number.POSITIVE_INFINITY
  lastTime = 0
  tradedLots = 0

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
  ): void {
    const name = rowKindName(kind)
    this.rowsByKind.set(name, (this.rowsByKind.get(name) ?? 0) + 1)
    this.firstTime = Math.min(this.firstTime, exchangeTime)
    this.lastTime = Math.max(this.lastTime, exchangeTime)
    if (name === 'trade' || name === 'barClose') this.tradedLots += qty
    this.text.push([kind, side, exchangeTime, receiveTime, price, qty, isLast].join())
  }
}
