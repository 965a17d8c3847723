/**
 * Packed rows of an L2 tape in receive order → the touch after each message (`TouchBatch`), in one pass while decoding,
 * so that whoever reads no levels never has to build a book.
 */
import { f64At, i32At } from '../core/typed-array.ts'
import {
  kindMask,
  lastOfMessageBit,
  type PackedBatch,
  packedKind,
  sideBit,
  type TouchBatch,
  tickOf,
  touchBatchRows,
} from '../model/packed.ts'
import { LevelWindow } from './level-window.ts'

export interface TouchRecorderOptions {
  /** Called with each full batch and the last one; its arrays are reused after the call. */
  readonly emit: (batch: TouchBatch) => void
  /** Messages of a batch; only tests need another number than the usual. */
  readonly batchRows?: number
}

export class TouchRecorder {
  private readonly emit: (batch: TouchBatch) => void
  private readonly capacity: number
  private readonly columns: Omit<TouchBatch, 'rows'>
  private readonly bids = new LevelWindow(0)
  private readonly asks = new LevelWindow(sideBit)
  private rows = 0
  private farTick = 0
  private lastPrice = 0
  private tradedQty = 0
  private tradedNotional = 0

  constructor(options: TouchRecorderOptions) {
    this.emit = options.emit
    this.capacity = options.batchRows ?? touchBatchRows
    const column = (): Float64Array => new Float64Array(this.capacity + 1)
    this.columns = {
      receiveTime: column(),
      bestBid: column(),
      bestAsk: column(),
      lastPrice: column(),
      tradedQty: column(),
      tradedNotional: column(),
    }
  }

  /** The next batch in receive order. */
  add(batch: PackedBatch): void {
    this.bids.rebase(batch.baseTick)
    this.asks.rebase(batch.baseTick)
    for (let row = 0; row < batch.rows; row++) {
      const code = i32At(batch.code, row)
      this.apply(code, batch.baseTick, f64At(batch.qty, row))
      if (code >= lastOfMessageBit) this.endMessage(f64At(batch.receiveTime, row))
    }
  }

  /** Emits what is left. */
  finish(): void {
    this.flush()
  }

  private apply(code: number, baseTick: number, qty: number): void {
    switch (code & kindMask) {
      case packedKind.depth:
        this.side(code).set(code, qty)
        return
      case packedKind.farDepth:
        this.side(code).setFar(this.farTick, qty)
        return
      case packedKind.trade:
        this.print(tickOf(code, baseTick), qty)
        return
      case packedKind.farTrade:
        this.print(this.farTick, qty)
        return
      case packedKind.farTick:
        this.farTick = qty
        return
      case packedKind.clear:
        this.bids.clear()
        this.asks.clear()
        return
      case packedKind.clearSide:
        this.side(code).clearTo(qty)
        return
      default:
      // The time passes.
    }
  }

  private side(code: number): LevelWindow {
    return (code & sideBit) === 0 ? this.bids : this.asks
  }

  private print(tick: number, lots: number): void {
    this.lastPrice = tick
    this.tradedQty += lots
    this.tradedNotional += tick * lots
  }

  private endMessage(receiveTime: number): void {
    if (this.rows === this.capacity) this.flush()
    const { columns, rows } = this
    columns.receiveTime[rows] = receiveTime
    columns.bestBid[rows] = this.bids.best ?? 0
    columns.bestAsk[rows] = this.asks.best ?? 0
    columns.lastPrice[rows] = this.lastPrice
    columns.tradedQty[rows] = this.tradedQty
    columns.tradedNotional[rows] = this.tradedNotional
    this.rows++
  }

  private flush(): void {
    const { columns, rows } = this
    if (rows === 0) return
    columns.receiveTime[rows] = Number.POSITIVE_INFINITY
    this.emit({ rows, ...columns })
    this.rows = 0
  }
}
