/** A fill from the few fields that a test is about. */
import { moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { Fill } from '../../src/model/fill.ts'

export interface FillInput {
  readonly time: number
  readonly side: Fill['side']
  readonly price: number
  readonly qty: number
  readonly fee?: number
  readonly feeBase?: number
  readonly instrument?: number
  readonly clientOrderId?: number
  readonly parentOrderId?: number
  readonly liquidity?: Fill['liquidity']
}

export function fillOf(input: FillInput): Fill {
  return {
    clientOrderId: input.clientOrderId ?? 1,
    parentOrderId: input.parentOrderId,
    instrument: input.instrument ?? 0,
    tradeId: input.time,
    side: input.side,
    price: priceTicks(input.price),
    qty: qtyLots(input.qty),
    liquidity: input.liquidity ?? 'maker',
    fee: moneyQuanta(input.fee ?? 0),
    feeBase: input.feeBase,
    exchangeTime: timeUs(input.time),
    time: timeUs(input.time),
  }
}
