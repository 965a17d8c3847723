/**
 * Finds an order like a given one that was sent a short while ago and still works. A hash table of chains, newest
 * first: a look-up walks only over orders of its own bucket that are young enough, however many came before.
 */
import type { TimeUs } from '../core/units.ts'
import type { Order, OrderTerms, Side, TriggerTerms } from '../model/order.ts'

const buckets = 4096

export class DuplicateFilter {
  private readonly windowUs: number
  private readonly newest: (Order | undefined)[] = new Array<Order | undefined>(buckets).fill(undefined)
  /** By client order id: the order before it in its bucket. */
  private readonly older: (Order | undefined)[] = []

  constructor(windowUs: number) {
    this.windowUs = windowUs
  }

  add(order: Order): void {
    const bucket = bucketOf(order.instrument, order.side, order.price ?? 0, order.qty)
    const head = this.newest[bucket]
    // An order beyond the window ends the chain: nothing behind it is ever looked at.
    const isUseful = head !== undefined && order.createdAt - head.createdAt < this.windowUs
    this.older[order.clientOrderId] = isUseful ? head : undefined
    this.newest[bucket] = order
  }

  hasLike(order: Order, now: TimeUs): boolean {
    const { instrument, side, price, qty, type, triggerPrice, timeInForce, terms } = order
    const after = now - this.windowUs
    let other = this.newest[bucketOf(instrument, side, price ?? 0, qty)]
    while (other !== undefined && other.createdAt > after) {
      const isLike =
        other.isWorking &&
        other.price === price &&
        other.type === type &&
        other.triggerPrice === triggerPrice &&
        other.timeInForce === timeInForce &&
        isSameTerms(other.terms, terms) &&
        other.qty === qty &&
        other.side === side &&
        other.instrument === instrument
      if (isLike) return true
      other = this.older[other.clientOrderId]
    }
    return false
  }
}

/** A trigger price may have been amended since: the order itself tells it. */
function isSameTerms(one: OrderTerms | undefined, other: OrderTerms | undefined): boolean {
  if (one === other) return true
  return (
    isSameTrigger(one?.trigger, other?.trigger) &&
    one?.displayQty === other?.displayQty &&
    one?.expireTime === other?.expireTime &&
    one?.reduceOnly === other?.reduceOnly &&
    one?.ocoWith === other?.ocoWith &&
    one?.exitOf === other?.exitOf &&
    one?.selfTradePrevention === other?.selfTradePrevention
  )
}

function isSameTrigger(one: TriggerTerms | undefined, other: TriggerTerms | undefined): boolean {
  if (one?.source !== other?.source) return false
  if (one?.kind !== 'trailing-stop' || other?.kind !== 'trailing-stop') return one?.kind === other?.kind
  return one.offset === other.offset && one.isBps === other.isBps && one.activation === other.activation
}

function bucketOf(instrument: number, side: Side, price: number, qty: number): number {
  const mixed = Math.imul(price, 0x9e3779b1) ^ Math.imul(qty, 0x85ebca6b) ^ Math.imul(instrument, 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 15)) & (buckets / 2 - 1)) * 2 + (side === 'buy' ? 0 : 1)
}
