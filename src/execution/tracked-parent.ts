/** A parent order as the engine keeps it. */
import { type QtyLots, qtyLots, type TimeUs } from '../core/units.ts'
import type { Side } from '../model/order.ts'
import type {
  AlgoSpec,
  ParentOrder,
  ParentOrderId,
  ParentOrderRequest,
  ParentState,
} from '../model/parent-order.ts'
import type { Algo, EndReason } from './algos/algo.ts'

const working: ParentState = { kind: 'working' }

export class TrackedParent implements ParentOrder {
  readonly parentOrderId: ParentOrderId
  readonly instrument: number
  readonly side: Side
  readonly qty: QtyLots
  cumQty: QtyLots = qtyLots(0)
  cumNotional = 0
  readonly algo: AlgoSpec
  state: ParentState = working
  readonly createdAt: TimeUs
  doneAt: TimeUs | undefined = undefined
  readonly arrivalMidTimes2: number | undefined
  readonly childOrderIds: number[] = []
  readonly tag: string | undefined

  /** Lots that its children may still fill, at worst. */
  outstandingQty = 0
  workingChildren = 0
  /** Set when it is to end as soon as nothing can fill any more. */
  endReason: EndReason | undefined = undefined
  runner: Algo | undefined = undefined

  constructor(
    id: ParentOrderId,
    request: ParentOrderRequest,
    createdAt: TimeUs,
    arrivalMidTimes2: number | undefined,
  ) {
    this.parentOrderId = id
    this.instrument = request.instrument
    this.side = request.side
    this.qty = request.qty
    this.algo = request.algo
    this.createdAt = createdAt
    this.arrivalMidTimes2 = arrivalMidTimes2
    this.tag = request.tag
  }

  get unsentQty(): number {
    return this.qty - this.cumQty - this.outstandingQty
  }
}
