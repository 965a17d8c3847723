/** Rows of tapes in receive order → packed batches of both orders, with what is learned about latency on the way. */
import { DataError } from '../core/errors.ts'
import type { LatencyProfile, PackedBatch, PackedOrder } from '../model/packed.ts'
import {
  type DataLevel,
  type LatencyPercentiles,
  type RowKind,
  rowKind,
  type SideCode,
  sideCode,
  type TapeFacts,
  type Visibility,
  visibility,
} from '../model/tape.ts'
import { scanVersion } from '../model/tape-scan.ts'
import { BookGuard } from './book-guard.ts'
import type { ClockCorrection } from './clock-fit.ts'
import { LatencyHistogram, LatencyProfiler } from './latency-stats.ts'
import { commonLevels } from './merge-facts.ts'
import { flattenOrders } from './order-flattener.ts'
import { isoTime } from './parse-time.ts'
import { ReorderBuffer } from './reorder-buffer.ts'
import { rowKindOf } from './row-kinds.ts'
import { RowPacker } from './row-packer.ts'
import { visibilityOf } from './tape-columns.ts'
import { RowFacts, showsLatency } from './tape-facts.ts'
import { holesBetween, type TapeJoin } from './tape-joins.ts'
import type { TapeSink } from './tape-sink.ts'

export interface TapeSplitterOptions {
  readonly level: DataLevel
  readonly facts: readonly TapeFacts[]
  /** 0: exchange order is receive order. */
  readonly horizonUs: number
  readonly clock: ClockCorrection
  /** Messages that leave the book crossed become gaps: see `BookGuard`. */
  readonly hidesCrossed: boolean
  readonly toExchange: (batch: PackedBatch) => void
  /** Told of each mark price that both sides see, in exchange order. */
  readonly onMark?: ((exchangeTime: number, receiveTime: number, price: number) => void) | undefined
  /** Left out when both orders coincide. */
  readonly toReceive: ((batch: PackedBatch) => void) | undefined
  readonly onProgress: ((rows: number, ofRows: number) => void) | undefined
}

/** One second; wider on tapes longer than 100,000 seconds, so that the profile stays small. */
const profileBuckets = 100_000
const progressRows = 65_536

export class TapeSplitter {
  /** Over all rows, for tapes put together; a single tape has its facts already, or lacks the scan only. */
  readonly counted: RowFacts
  latencyProfile: LatencyProfile | undefined
  private readonly clock: ClockCorrection
  private readonly level: DataLevel
  private readonly levels: readonly DataLevel[]
  private readonly hasOrders: boolean
  private readonly hidesCrossed: boolean
  private readonly isMerged: boolean
  private readonly isCounted: boolean
  private readonly hasReceiveTime: boolean
  private readonly histogram = new LatencyHistogram()
  private readonly profiler: LatencyProfiler
  private readonly exchangePacker: RowPacker
  private readonly exchangeSink: TapeSink
  private readonly reorder: ReorderBuffer | undefined
  private readonly receivePacker: RowPacker | undefined
  private readonly receiveSink: TapeSink | undefined
  private readonly onProgress: (() => void) | undefined
  private readonly onMark: TapeSplitterOptions['onMark']
  private rows = 0
  /** Holes that are still to come. */
  private readonly holes: TapeJoin[]
  private lastReceive = Number.NEGATIVE_INFINITY

  constructor(options: TapeSplitterOptions) {
    const { level, facts, horizonUs, toReceive, onProgress } = options
    const first = Math.min(...facts.map(({ firstTime }) => firstTime))
    const last = Math.max(...facts.map(({ lastTime }) => lastTime))
    this.clock = options.clock
    this.onMark = options.onMark
    this.level = level
    this.levels = commonLevels(facts)
    this.hidesCrossed = options.hidesCrossed
    this.hasOrders = facts.some((one) => one.levels.includes('l3'))
    this.isMerged = facts.length > 1
    this.isCounted = this.isMerged || facts.some(({ scan }) => scan?.version !== scanVersion)
    this.counted = new RowFacts(facts[0]?.barUs)
    this.holes = [...holesBetween(facts)]
    this.hasReceiveTime = facts.every((one) => one.hasReceiveTime)
    this.profiler = new LatencyProfiler(1e6 * Math.max(1, Math.ceil((last - first) / 1e6 / profileBuckets)))
    this.exchangePacker = new RowPacker({ level, order: 'exchange', emit: options.toExchange })
    this.reorder = horizonUs === 0 ? undefined : new ReorderBuffer('exchange', horizonUs, this.exchangeSide())
    this.exchangeSink = this.reorder ?? this.exchangeSide()
    this.receivePacker =
      toReceive === undefined ? undefined : new RowPacker({ level, order: 'receive', emit: toReceive })
    const { receivePacker } = this
    this.receiveSink = receivePacker && this.flatten('receive', receivePacker)
    const ofRows = facts.reduce((total, one) => total + one.rows, 0)
    this.onProgress = onProgress === undefined ? undefined : () => onProgress(this.rows, ofRows)
  }

  /**
   * One row as it is stored; times raw.
   *
   * @throws {DataError} TAPES_OVERLAP, DATA_OUT_OF_ORDER when the receive time runs backwards
   */
  row(
    flags: number,
    exchangeTime: number,
    rawReceiveTime: number,
    price: number,
    qty: number,
    orderId: number,
  ): void {
    if (rawReceiveTime < this.lastReceive) throw this.overlap(rawReceiveTime)
    if (this.rows === this.holes[0]?.rows) this.endBook()
    this.lastReceive = rawReceiveTime
    this.rows++
    if (this.rows % progressRows === 0) this.onProgress?.()
    const kind = rowKindOf(flags & 15)
    const side = (flags & 16) === 0 ? sideCode.buy : sideCode.sell
    const isLast = (flags & 32) !== 0
    if (this.isCounted) {
      const visible = visibilityOf(flags >> 6)
      this.counted.row(kind, side, exchangeTime, rawReceiveTime, price, qty, isLast, visible, orderId)
    }
    const receiveTime = this.clock.correct(exchangeTime, rawReceiveTime)
    const seenBy = flags >> 6
    const isThere = (seenBy & visibility.exchange) !== 0
    // What the venue does not see only lets the time pass there: a mark price of 0 is none.
    const atExchange = isThere ? kind : rowKind.markPrice
    const shown = isThere ? price : 0
    this.exchangeSink.row(atExchange, side, exchangeTime, receiveTime, shown, qty, isLast, undefined, orderId)
    const here = (seenBy & visibility.local) === 0 ? rowKind.markPrice : kind
    this.receiveSink?.row(here, side, exchangeTime, receiveTime, price, qty, isLast, undefined, orderId)
    const isSeenByBoth = seenBy === visibility.both
    if (isLast && isSeenByBoth && showsLatency(this.levels, kind))
      this.histogram.add(receiveTime - exchangeTime)
  }

  finish(): void {
    this.reorder?.finish()
    this.exchangePacker.finish()
    this.receivePacker?.finish()
    if (this.hasReceiveTime) this.latencyProfile = this.profiler.finish()
    this.onProgress?.()
  }

  get latency(): LatencyPercentiles | undefined {
    return this.hasReceiveTime ? this.histogram.percentiles() : undefined
  }

  /** What comes in exchange order, for the packer and the profile. */
  private exchangeSide(): TapeSink {
    const { profiler, levels, onMark } = this
    const packer = this.flatten('exchange', this.exchangePacker)
    return {
      row(
        kind: RowKind,
        side: SideCode,
        exchangeTime: number,
        receiveTime: number,
        price: number,
        qty: number,
        isLast: boolean,
        seenBy?: Visibility,
        orderId?: number,
      ): void {
        packer.row(kind, side, exchangeTime, receiveTime, price, qty, isLast, seenBy, orderId)
        if (kind === rowKind.markPrice && price > 0) onMark?.(exchangeTime, receiveTime, price)
        if (isLast && showsLatency(levels, kind)) profiler.add(exchangeTime, receiveTime - exchangeTime)
      },
    }
  }

  /** The book does not outlast a hole between tapes: both orders forget it. The row is on no tape and is not counted. */
  private endBook(): void {
    const hole = this.holes.shift()
    if (hole === undefined) return
    const { exchangeTime } = hole
    const receiveTime = this.clock.correct(exchangeTime, this.lastReceive)
    const { clear } = rowKind
    this.exchangeSink.row(clear, sideCode.buy, exchangeTime, receiveTime, 0, 0, true)
    this.receiveSink?.row(clear, sideCode.buy, exchangeTime, receiveTime, 0, 0, true)
  }

  /** Rows about orders turn into rows about levels; a tape without them is left alone. */
  private flatten(order: PackedOrder, packer: RowPacker): TapeSink {
    const guarded = this.hidesCrossed ? new BookGuard(this.level, packer) : packer
    return this.hasOrders ? flattenOrders(this.level, order, guarded) : guarded
  }

  private overlap(receiveTime: number): DataError {
    const before = this.lastReceive
    const found = `row ${this.rows + 1} at ${isoTime(receiveTime)} is older than ${isoTime(before)} before it`
    const context = { row: this.rows + 1, receiveTime, before }
    return this.isMerged
      ? new DataError('TAPES_OVERLAP', `${found}: the files overlap`, { context })
      : new DataError('DATA_OUT_OF_ORDER', found, { context })
  }
}
