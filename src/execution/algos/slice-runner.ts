/**
 * Works a schedule of slices of equal time: what TWAP, VWAP and implementation shortfall have in common. They differ in
 * how much is to be done by the end of each slice. Slice k of n starts at k × duration ÷ n, moved later by the jitter, and
 * what earlier slices left undone is part of it, so no lot is lost.
 *
 * Limit children of a slice are canceled when the next one starts, whose child leaves as soon as they are known to be
 * gone. In the last slice, whatever is left is tried again until the duration is over.
 */
import type { TimerId } from '../../clock/clock.ts'
import { ConfigError } from '../../core/errors.ts'
import { mulDivFloor } from '../../core/mul-div.ts'
import type { Prng } from '../../core/prng.ts'
import { qtyLots, type TimeUs, timeUs } from '../../core/units.ts'
import type { Order } from '../../model/order.ts'
import type { SliceSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { priceAtTouch } from './child-price.ts'
import { Retry } from './retry.ts'

export interface SliceRunnerOptions {
  readonly spec: SliceSpec
  readonly context: AlgoContext
  /** Of the algorithm: names its stream of chance. */
  readonly name: string
  /** Lots to be done by the end of a slice; never less than after the slice before, and all of them after the last. */
  readonly doneAfter: (slice: number) => number
}

export class SliceRunner implements Algo {
  private readonly spec: SliceSpec
  private readonly context: AlgoContext
  private readonly doneAfter: (slice: number) => number
  private readonly jitter: Prng
  private readonly startTime: TimeUs
  private readonly retry: Retry
  /** The slice we are in; −1 before the first. */
  private slice = -1
  /** Lots to be done by the end of this slice. */
  private target = 0
  /** The child of the slice before is being canceled; this slice's leaves when it is gone. */
  private isReplacing = false
  private timer: TimerId | undefined

  constructor({ spec, context, name, doneAfter }: SliceRunnerOptions) {
    this.spec = spec
    this.context = context
    this.doneAfter = doneAfter
    this.jitter = context.random(`${name}-jitter`)
    this.startTime = context.now()
    this.retry = new Retry(context, () => this.send())
  }

  start(): void {
    this.scheduleNext()
  }

  onChild(child: Order): void {
    if (child.isWorking) return
    if (this.isReplacing) this.send()
    else if (this.isLast && this.unsentOfSlice() > 0 && !this.retry.schedule(child)) {
      this.context.finish('children-refused')
    }
  }

  stop(): void {
    this.retry.stop()
    if (this.timer !== undefined) this.context.cancelTimer(this.timer)
    this.timer = undefined
  }

  private get isLast(): boolean {
    return this.slice === this.spec.slices - 1
  }

  /** Sets the timer for the start of the slice after this one, or for the end of the schedule. */
  private scheduleNext(): void {
    const { duration, slices, jitter = 0 } = this.spec
    const next = this.slice + 1
    let at = this.startTime + mulDivFloor(next, duration, slices)
    if (next < slices && jitter > 0) at += Math.floor(this.jitter.nextUnit() * jitter * (duration / slices))
    if (next === 0 && at === this.startTime) this.startSlice()
    else this.timer = this.context.setTimer(timeUs(at), () => this.onTimer())
  }

  private onTimer(): void {
    this.timer = undefined
    if (this.isLast) this.context.finish('schedule-over')
    else this.startSlice()
  }

  private startSlice(): void {
    this.slice++
    this.retry.stop()
    this.retry.reset()
    this.target = this.doneAfter(this.slice)
    this.scheduleNext()
    this.isReplacing = this.spec.childType === 'limit' && this.context.hasWorkingChildren()
    if (this.isReplacing) this.context.cancelChildren()
    else this.send()
  }

  /** Lots of the schedule up to now that are neither filled nor out with a child. */
  private unsentOfSlice(): number {
    const { parent } = this.context
    return this.target - (parent.qty - this.context.unsentQty())
  }

  private send(): void {
    this.isReplacing = false
    const qty = this.unsentOfSlice()
    if (qty <= 0) return
    if (this.spec.childType === 'market') {
      this.context.submit({ qty: qtyLots(qty), price: undefined })
      return
    }
    const { market, parent } = this.context
    // Without a price of our own side there is nothing to stand at: the next slice carries it.
    const price = priceAtTouch(market, parent.side, this.spec.priceOffset ?? 0)
    if (price !== undefined) this.context.submit({ qty: qtyLots(qty), price, timeout: this.spec.duration })
  }
}

/** @throws {ConfigError} PARENT_INVALID */
export function requireValidSlices(name: string, spec: SliceSpec): void {
  const { duration, slices, jitter = 0, priceOffset = 0 } = spec
  const isValid =
    duration > 0 &&
    Number.isSafeInteger(slices) &&
    slices >= 1 &&
    jitter >= 0 &&
    jitter < 1 &&
    Number.isSafeInteger(priceOffset)
  if (isValid) return
  throw new ConfigError(
    'PARENT_INVALID',
    `${name} over ${duration} µs in ${slices} slices, jitter ${jitter}, price offset ${priceOffset}: ` +
      'expected a positive duration, at least one slice, 0 ≤ jitter < 1 and whole ticks',
  )
}
