import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { Instrument } from '../../src/model/instrument.ts'
import type { Level } from '../../src/model/market-data.ts'
import { brokenOrderLimit, type OrderMarket } from '../../src/risk/order-limits.ts'
import { testInstrument } from '../support/tape-rows.ts'

const level = (price: number, qty: number): Level => ({ price: priceTicks(price), qty: qtyLots(qty) })
/** Mid 1000; asks 10 lots each at 1001, 1005 and 1011. */
const market: OrderMarket = {
  midTimes2: () => 2000,
  lastUpdate: () => timeUs(0),
  lastTradePrice: () => priceTicks(1000),
  levels: (side) => (side === 'sell' ? [level(1001, 10), level(1005, 10), level(1011, 10)] : []),
}
const instrument = new Instrument(testInstrument)

const broken = (qty: number, order: { price?: number; triggerPrice?: number; market?: OrderMarket } = {}) =>
  brokenOrderLimit(
    {
      instrument: 0,
      side: 'buy',
      price: order.price === undefined ? undefined : priceTicks(order.price),
      triggerPrice: order.triggerPrice === undefined ? undefined : priceTicks(order.triggerPrice),
      qty: qtyLots(qty),
      reduceOnly: false,
    },
    { slippageBpsMax: 100, leverage: 1, isBalanceChecked: false },
    instrument,
    order.market ?? market,
    timeUs(0),
  )

describe('a market order with a limit on how far it may reach (1 % of the mid: ten ticks)', () => {
  it('passes while the levels that it needs are near enough', () => {
    expect(broken(10)).toBeUndefined()
    expect(broken(20)).toBeUndefined()
  })

  it('is denied when it needs one that is not', () => {
    expect(broken(21)).toBe('price-deviation')
  })

  it('passes where the book ends before it is filled: nothing far away is there to be taken', () => {
    const short = { ...market, levels: () => [level(1001, 10)] }
    expect(broken(50, { market: short })).toBeUndefined()
  })

  it('is not judged where no levels are known, nor an order with a limit or a trigger', () => {
    const { levels: _, ...blind } = market
    expect(broken(21, { market: blind })).toBeUndefined()
    expect(broken(21, { price: 1020 })).toBeUndefined()
    expect(broken(21, { triggerPrice: 1020 })).toBeUndefined()
  })
})
