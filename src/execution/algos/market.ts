/** Takes the whole quantity at once; what the book did not offer is asked for again a little later. */
import type { Order } from '../../model/order.ts'
import type { Algo, AlgoContext } from './algo.ts'
import { Retry } from './retry.ts'

export class Market implements Algo {
  private readonly context: AlgoContext
  private readonly retry: Retry

  constructor(context: AlgoContext) {
    this.context = context
    this.retry = new Retry(context, () => this.send())
  }

  start(): void {
    this.send()
  }

  onChild(child: Order): void {
    if (child.isWorking || this.context.unsentQty() === 0) return
    if (!this.retry.schedule(child)) this.context.finish('children-refused')
  }

  stop(): void {
    this.retry.stop()
  }

  private send(): void {
    const qty = this.context.unsentQty()
    if (qty > 0) this.context.submit({ qty, price: undefined })
  }
}
