/**
 * Shows a limit order piece by piece: max(minVisibleSize, visiblePct of the whole) at a time. When a piece is gone the
 * next one follows after a random while of at most `maxRefreshTime`, so that the refill has no rhythm. A last piece that
 * would be smaller than `minVisibleSize` is shown together with the one before it.
 */
import type { TimerId } from '../../clock/clock.ts'
import { ConfigError } from '../../core/errors.ts'
import type { Prng } from '../../core/prng.ts'
import { qtyLots, timeUs } from '../../core/units.ts'
import type { Order } from '../../model/order.ts'
import type { AlgoSpec } from '../../model/parent-order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { Retry } from './retry.ts'

export type IcebergSpec = Extract<AlgoSpec, { readonly algo: 'iceberg' }>

export class Iceberg implements Algo {
  private readonly spec: IcebergSpec
  private readonly context: AlgoContext
  private readonly refresh: Prng
  private readonly retry: Retry
  private readonly visibleLots: number
  private timer: TimerId | undefined

  /** @throws {ConfigError} PARENT_INVALID */
  constructor(spec: IcebergSpec, context: AlgoContext) {
    requireValid(spec)
    this.spec = spec
    this.context = context
    this.refresh = context.random('iceberg-refresh')
    this.retry = new Retry(context, () => this.show())
    this.visibleLots = Math.max(1, spec.minVisibleSize, Math.floor(context.parent.qty * spec.visiblePct))
  }

  start(): void {
    this.show()
  }

  onChild(child: Order): void {
    if (child.isWorking || this.timer !== undefined || this.context.unsentQty() === 0) return
    if (child.state.kind === 'filled') {
      this.retry.reset()
      this.showLater()
    } else if (!this.retry.schedule(child)) this.context.finish('children-refused')
  }

  stop(): void {
    this.retry.stop()
    if (this.timer !== undefined) this.context.cancelTimer(this.timer)
    this.timer = undefined
  }

  private showLater(): void {
    const { context, spec } = this
    const wait = Math.floor(this.refresh.nextUnit() * (spec.maxRefreshTime + 1))
    if (wait === 0) {
      this.show()
      return
    }
    this.timer = context.setTimer(timeUs(context.now() + wait), () => {
      this.timer = undefined
      this.show()
    })
  }

  private show(): void {
    const left = this.context.unsentQty()
    if (left === 0 || this.context.hasWorkingChildren()) return
    const isLast = left - this.visibleLots < Math.max(1, this.spec.minVisibleSize)
    const qty = isLast ? left : qtyLots(this.visibleLots)
    this.context.submit({ qty, price: this.spec.price })
  }
}

function requireValid({ visiblePct, minVisibleSize, maxRefreshTime, price }: IcebergSpec): void {
  if (visiblePct > 0 && visiblePct <= 1 && minVisibleSize >= 0 && maxRefreshTime >= 0 && price > 0) return
  throw new ConfigError(
    'PARENT_INVALID',
    `iceberg at ${price} ticks, visible share ${visiblePct}, at least ${minVisibleSize} lots, refreshed within ` +
      `${maxRefreshTime} µs: expected a positive price, 0 < share ≤ 1, and nothing negative`,
  )
}
