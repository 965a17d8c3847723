/** A packed tape built in memory, both orders: for tests, benches and small generated tapes. */
import { assert } from '../core/errors.ts'
import { f64At } from '../core/typed-array.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type {
  LatencyProfile,
  MarkBatch,
  MarkSource,
  PackedBatch,
  PackedOrder,
  PackedSource,
  PackedTape,
  TouchBatch,
  TouchSource,
} from '../model/packed.ts'
import {
  type DataLevel,
  hasLevels,
  rowKind,
  type TapeFacts,
  type Visibility,
  visibility,
} from '../model/tape.ts'
import { BookGuard } from './book-guard.ts'
import { noClockFit } from './clock-fit.ts'
import { LatencyHistogram } from './latency-stats.ts'
import { MarkRecorder } from './mark-recorder.ts'
import { flattenOrders } from './order-flattener.ts'
import { RowPacker } from './row-packer.ts'
import { TapeColumns, type TapeRow } from './tape-columns.ts'
import { noCounters, RowFacts, type TapeOrigin } from './tape-facts.ts'
import type { TapeSink } from './tape-sink.ts'
import { TouchRecorder } from './touch-recorder.ts'

export interface MemoryTapeOptions {
  readonly instrument: InstrumentSpec
  /** In any order of messages; receive times already corrected for the clock. */
  readonly rows: TapeColumns | readonly TapeRow[]
  /** Default `l2`. */
  readonly level?: DataLevel
  readonly latencyProfile?: LatencyProfile
  /** What else the tape should say about itself. */
  readonly facts?: Partial<TapeFacts>
  /** Messages that leave the book crossed become gaps. Default: they stay as they are. */
  readonly hidesCrossed?: boolean
  /** Rows of a batch; default as everywhere. */
  readonly batchRows?: number
}

export function createMemoryTape(options: MemoryTapeOptions): PackedTape {
  const { level = 'l2' } = options
  const columns = options.rows instanceof TapeColumns ? options.rows : columnsOf(options.rows)
  const batches = { exchange: pack(columns, 'exchange', options), receive: pack(columns, 'receive', options) }
  const touch = hasLevels(level) ? recordTouch(batches.receive, options.batchRows) : undefined
  const marks = recordMarks(columns, options.batchRows)
  return {
    facts: { ...countFacts(columns, options.instrument, level), ...options.facts },
    level,
    latencyProfile: options.latencyProfile,
    open: (order) => createMemorySource(batches[order]),
    openTouch: () => touch && createMemorySource(touch),
    openMarks: () => (marks.length === 0 ? undefined : createMemorySource(marks)),
    lastReceiveTime: () => {
      const last = batches.receive.at(-1)
      return last === undefined ? 0 : f64At(last.receiveTime, last.rows - 1)
    },
  }
}

/** A source over batches that stay in memory. */
export function createMemorySource(batches: readonly PackedBatch[]): PackedSource
export function createMemorySource(batches: readonly TouchBatch[]): TouchSource
export function createMemorySource(batches: readonly MarkBatch[]): MarkSource
export function createMemorySource<T>(batches: readonly T[]) {
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
  const { level = 'l2', hidesCrossed = false } = options
  const levels = flattenOrders(level, order, hidesCrossed ? new BookGuard(level, packer) : packer)
  const seen = asSeenBy(order === 'exchange' ? visibility.exchange : visibility.local, levels)
  for (const message of sortedMessages(columns, order)) {
    let row = message
    while (!columns.isLast(row)) columns.copyTo(seen, row++)
    columns.copyTo(seen, row)
  }
  packer.finish()
  return batches
}

/** Rows that one side does not see only let the time pass there. */
function asSeenBy(who: Visibility, out: TapeSink): TapeSink {
  return {
    row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy = visibility.both, orderId): void {
      const here = (seenBy & who) === 0 ? rowKind.markPrice : kind
      out.row(here, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
    },
  }
}

function recordMarks(columns: TapeColumns, batchRows: number | undefined): MarkBatch[] {
  const marks: MarkBatch[] = []
  const emit = ({ rows, exchangeTime, receiveTime, price }: MarkBatch): void => {
    const end = rows + 1
    marks.push({
      rows,
      exchangeTime: exchangeTime.slice(0, end),
      receiveTime: receiveTime.slice(0, end),
      price: price.slice(0, end),
    })
  }
  const recorder = new MarkRecorder({ emit, ...(batchRows === undefined ? {} : { batchRows }) })
  const keep: TapeSink = {
    row: (kind, _side, exchangeTime, receiveTime, price) => {
      if (kind === rowKind.markPrice) recorder.add(exchangeTime, receiveTime, price)
    },
  }
  for (const message of sortedMessages(columns, 'exchange')) {
    let row = message
    while (!columns.isLast(row)) columns.copyTo(keep, row++)
    columns.copyTo(keep, row)
  }
  recorder.finish()
  return marks
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

function recordTouch(batches: readonly PackedBatch[], batchRows: number | undefined): TouchBatch[] {
  const touch: TouchBatch[] = []
  const recorder = new TouchRecorder({
    emit: ({ rows, ...columns }) => {
      const end = rows + 1
      touch.push({
        rows,
        receiveTime: columns.receiveTime.slice(0, end),
        bestBid: columns.bestBid.slice(0, end),
        bestAsk: columns.bestAsk.slice(0, end),
        lastPrice: columns.lastPrice.slice(0, end),
        tradedQty: columns.tradedQty.slice(0, end),
        tradedNotional: columns.tradedNotional.slice(0, end),
      })
    },
    ...(batchRows === undefined ? {} : { batchRows }),
  })
  for (const batch of batches) recorder.add(batch)
  recorder.finish()
  return touch
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
    ...(batch.joinedAt === undefined ? {} : { joinedAt: batch.joinedAt.slice(0, end) }),
  }
}

function countFacts(columns: TapeColumns, instrument: InstrumentSpec, level: DataLevel): TapeFacts {
  const counted = new RowFacts()
  const histogram = new LatencyHistogram()
  for (let row = 0; row < columns.rows; row++) {
    columns.copyTo(counted, row)
    if (columns.isLast(row)) histogram.add(Math.max(0, columns.receiveTime(row) - columns.exchangeTime(row)))
  }
  const origin: TapeOrigin = {
    instrument,
    isSynthetic: true,
    sources: ['memory'],
    format: 'memory',
    levels: [level],
    hasReceiveTime: true,
  }
  return counted.finish(origin, noCounters, { fit: noClockFit, latency: histogram.percentiles() })
}
