/**
 * Pairs fills into round trips, flat to flat per instrument: exact, in money quanta. Where the fee is kept of what was
 * bought, an entry counts with the whole lots that it brought in: what is left below one lot is no part of a trip.
 */
import { exactProduct, type MoneyQuanta, moneyQuanta } from '../core/units.ts'
import { baseQuantaPerLot, receive } from '../model/base-fee.ts'
import type { Fill } from '../model/fill.ts'
import type { Instrument } from '../model/instrument.ts'
import { type Side, signOf } from '../model/order.ts'

export interface RoundTrip {
  readonly instrument: number
  /** Side of the entry: `buy` is a long trip. */
  readonly side: Side
  readonly entryTime: number
  readonly exitTime: number
  /** Largest position on the way, in lots. */
  readonly peakQty: number
  /** Before fees; positive is a gain. */
  readonly grossPnl: MoneyQuanta
  /** Positive is a cost. A fill that turns the position splits its fee by quantity; the rounding stays with the new trip. */
  readonly fees: MoneyQuanta
  readonly netPnl: MoneyQuanta
}

/** Closed trips in the order they closed. A position still open at the end is no round trip. */
export function pairRoundTrips(fills: readonly Fill[], instruments: readonly Instrument[]): RoundTrip[] {
  const trips: RoundTrip[] = []
  const open = new Map<number, OpenTrip>()
  const received = new ReceivedLots(instruments)
  for (const fill of fills) {
    const instrument = instruments[fill.instrument]
    if (instrument === undefined) continue
    const qty = received.lotsOf(fill)
    if (qty === 0) continue
    const trip = open.get(fill.instrument)
    const opposite = trip !== undefined && trip.side !== fill.side
    const closing = opposite ? Math.min(Math.abs(trip.qty), qty) : 0
    const closingFee = Math.trunc((fill.fee * closing) / qty)
    const sign = signOf(fill.side)
    const opening = qty - closing
    const openingCost = opening === 0 ? 0 : instrument.costOf(fill.price, sign * opening)
    if (opposite) {
      const cost = instrument.costOf(fill.price, sign * qty) - openingCost
      trip.apply({ qty: sign * closing, cost, fee: closingFee })
      if (trip.qty === 0) {
        trips.push(trip.close(fill, instrument.quantaPerCost))
        open.delete(fill.instrument)
      }
    }
    if (opening === 0) continue
    const opened = open.get(fill.instrument) ?? new OpenTrip(fill)
    open.set(fill.instrument, opened)
    opened.apply({ qty: sign * opening, cost: openingCost, fee: fill.fee - closingFee })
  }
  return trips
}

/** Lots that the position changes by, of one fill after the other. */
class ReceivedLots {
  /** Base quanta below one lot, by instrument. */
  private readonly dust: number[]
  private readonly instruments: readonly Instrument[]

  constructor(instruments: readonly Instrument[]) {
    this.instruments = instruments
    this.dust = instruments.map(() => 0)
  }

  lotsOf({ instrument, qty, feeBase }: Fill): number {
    const traded = this.instruments[instrument]
    if (feeBase === undefined || traded === undefined) return qty
    const { lots, dust } = receive(qty, feeBase, this.dust[instrument] ?? 0, baseQuantaPerLot(traded.spec))
    this.dust[instrument] = dust
    return lots
  }
}

class OpenTrip {
  readonly side: Side
  readonly entryTime: number
  /** Signed lots. */
  qty = 0
  private peakQty = 0
  private fees = 0
  /** Σ cost of the signed quantities, in units of `Instrument.costOf`: what has been paid, on balance. */
  private paid = 0

  constructor(entry: Fill) {
    this.side = entry.side
    this.entryTime = entry.time
  }

  /** @param part of a fill: signed lots, their cost, their share of the fee in quanta */
  apply(part: { readonly qty: number; readonly cost: number; readonly fee: number }): void {
    this.qty += part.qty
    this.paid += part.cost
    this.fees += part.fee
    this.peakQty = Math.max(this.peakQty, Math.abs(this.qty))
  }

  close(exit: Fill, quantaPerCost: number): RoundTrip {
    const grossPnl = moneyQuanta(exactProduct(-this.paid, quantaPerCost) + 0)
    return {
      instrument: exit.instrument,
      side: this.side,
      entryTime: this.entryTime,
      exitTime: exit.time,
      peakQty: this.peakQty,
      grossPnl,
      fees: moneyQuanta(this.fees),
      netPnl: moneyQuanta(grossPnl - this.fees),
    }
  }
}
