/**
 * Orders that know each other: pairs of which one cancels the other (FIX 1385 = 1), and exits that wait for their entry
 * (FIX 1385 = 2). What fills of one order of a pair is taken off the other in the same instant, so that both together
 * never fill more than one of them asked for.
 */
import type { ReasonCode } from '../../model/order.ts'
import type { OrderDesk } from './order-desk.ts'
import type { RestingOrder } from './resting-orders.ts'

export class OrderLinks {
  private readonly desk: OrderDesk
  /** An exit has to be brought in line with what its entry has filled, once this instant's data are applied. */
  private readonly onEntryFilled: (exit: RestingOrder, at: number) => void
  /** Exits that came before their entry, by its id. */
  private readonly early = new Map<number, RestingOrder[]>()
  /** Entries still to come of which an exit was rejected: without it they must not open anything. */
  private readonly withoutExit = new Set<number>()

  constructor(desk: OrderDesk, onEntryFilled: (exit: RestingOrder, at: number) => void) {
    this.desk = desk
    this.onEntryFilled = onEntryFilled
  }

  /**
   * True when an arriving order is linked with one that is over, or would be the third of a pair. An entry with a higher id
   * is still to come.
   */
  isBroken({ clientOrderId, terms }: RestingOrder): boolean {
    if (terms?.ocoWith !== undefined && this.desk.find(terms.ocoWith)?.oco !== undefined) return true
    const ids = [terms?.ocoWith, terms?.exitOf]
    return ids.some((id) => id !== undefined && id < clientOrderId && this.desk.find(id) === undefined)
  }

  /** Ties an arriving order to the others that it names. @param ocoFilled see SubmitCommand */
  join(order: RestingOrder, ocoFilled: number, at: number): void {
    const { terms, clientOrderId } = order
    const peer = terms?.ocoWith === undefined ? undefined : this.desk.find(terms.ocoWith)
    if (peer !== undefined) {
      order.oco = peer
      peer.oco = order
      peer.ocoFrom = Math.min(ocoFilled, peer.cumQty)
      const lots = peer.cumQty - peer.ocoFrom
      if (lots > 0 && terms?.exitOf === undefined) this.takeOff(order, peer, lots, at)
      if (order.place === 'over') return
    }
    if (terms?.exitOf === undefined) return
    const entry = this.desk.find(terms.exitOf)
    if (entry !== undefined) tie(entry, order)
    else if (terms.exitOf > clientOrderId) {
      const others = this.early.get(terms.exitOf)
      if (others === undefined) this.early.set(terms.exitOf, [order])
      else others.push(order)
    }
  }

  /** A rejected order ends the one that it names, unless that is one of a pair already; and an entry still to come. */
  meetRejected(order: RestingOrder): void {
    const { terms, clientOrderId } = order
    const peer = terms?.ocoWith === undefined ? undefined : this.desk.find(terms.ocoWith)
    if (peer?.oco === undefined) order.oco = peer
    if (terms?.exitOf !== undefined && terms.exitOf > clientOrderId) this.withoutExit.add(terms.exitOf)
  }

  isWithoutExit({ clientOrderId }: RestingOrder): boolean {
    return this.withoutExit.size > 0 && this.withoutExit.delete(clientOrderId)
  }

  /** An arriving order finds the exits that came before it. */
  adopt(entry: RestingOrder): void {
    if (this.early.size === 0) return
    const exits = this.early.get(entry.clientOrderId)
    if (exits === undefined) return
    this.early.delete(entry.clientOrderId)
    for (const exit of exits) if (exit.place !== 'over') tie(entry, exit)
  }

  onFilled(order: RestingOrder, lots: number, at: number): void {
    const { oco, exits, entry } = order
    if (oco !== undefined) this.takeOff(oco, order, lots, at)
    if (exits !== undefined) for (const exit of exits) this.onEntryFilled(exit, at)
    if (entry !== undefined && order.leaves === 0 && isLive(entry)) {
      this.desk.end('canceled', entry, 'exit-filled', at)
    }
  }

  /** @param reason why it is over; undefined when it is filled or was rejected */
  onOver(order: RestingOrder, at: number, reason?: ReasonCode): void {
    const { oco, exits } = order
    const why = reason !== undefined && endsAll.has(reason) ? reason : 'linked-order-over'
    if (oco !== undefined) {
      unlink(order, oco)
      if (isLive(oco)) this.desk.end('canceled', oco, why, at)
    }
    if (exits === undefined || order.cumQty > 0) return
    for (const exit of exits) if (isLive(exit)) this.desk.end('canceled', exit, why, at)
  }

  /** The first fills of the entry set the quantity of an exit, further ones add to it. */
  sizeExit(exit: RestingOrder, at: number): void {
    const filled = exit.entry?.cumQty ?? 0
    const qty = exit.sizedFor === 0 ? filled : exit.qty + filled - exit.sizedFor
    exit.sizedFor = filled
    if (qty !== exit.qty) this.desk.restate(exit, qty, 'sized-by-entry', at)
  }

  /**
   * What may have been asked for before the other order filled: both together may still come to what the larger of them
   * asks for, and not more.
   */
  amendedQty(order: RestingOrder, qty: number): number {
    const { oco, ocoTaken, ocoFrom } = order
    if (oco === undefined) return qty
    const asked = Math.max(qty - ocoFrom, oco.qty - oco.ocoFrom + oco.ocoTaken)
    return Math.min(qty, asked - ocoTaken + ocoFrom)
  }

  private takeOff(peer: RestingOrder, order: RestingOrder, lots: number, at: number): void {
    if (!isLive(peer)) return
    const isOver = order.leaves === 0 || peer.leaves <= lots
    // The peer's end must not cancel the order whose fill caused it.
    if (isOver) {
      unlink(order, peer)
      this.desk.end('canceled', peer, 'oco-filled', at)
      return
    }
    peer.ocoTaken += lots
    this.desk.restate(peer, peer.qty - lots, 'oco-filled', at)
  }
}

/** Then the venue cancels every order, linked or not: the others are not over because of the first. */
const endsAll: ReadonlySet<ReasonCode> = new Set(['liquidation', 'maintenance'])

function tie(entry: RestingOrder, exit: RestingOrder): void {
  exit.entry = entry
  if (entry.exits === undefined) entry.exits = [exit]
  else entry.exits.push(exit)
}

function unlink(order: RestingOrder, peer: RestingOrder): void {
  order.oco = undefined
  peer.oco = undefined
}

const isLive = (order: RestingOrder): boolean => order.place !== 'over'
