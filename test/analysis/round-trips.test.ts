import { describe, expect, it } from 'vitest'
import { pairRoundTrips } from '../../src/analysis/round-trips.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { fillOf } from '../support/fill.ts'
import { btcusdt } from '../support/run-record.ts'

const instruments = [new Instrument(btcusdt), new Instrument({ ...btcusdt, id: 'ETHUSDT' })] // 10,000 quanta a tick·lot

describe('round trips', () => {
  it('run from flat to flat, whatever the number of fills', () => {
    const trips = pairRoundTrips(
      [
        fillOf({ time: 1, side: 'buy', price: 100, qty: 2, fee: 10 }),
        fillOf({ time: 2, side: 'buy', price: 110, qty: 1, fee: 5 }),
        fillOf({ time: 3, side: 'sell', price: 120, qty: 1, fee: 5 }),
        fillOf({ time: 4, side: 'sell', price: 105, qty: 2, fee: -4 }),
      ],
      instruments,
    )
    // received 120 + 210, paid 200 + 110: +20 tick·lots; fees 16
    const money = { grossPnl: 200_000, fees: 16, netPnl: 199_984 }
    expect(trips).toEqual([{ instrument: 0, side: 'buy', entryTime: 1, exitTime: 4, peakQty: 3, ...money }])
  })

  it('count whole lots where the fee is kept of what was bought', () => {
    // Lot 0.001: 100,000 base quanta. Of 10 lots 0.5 is kept: 9 come in, at 100 each; their fee is worth 50 tick·lots.
    const trips = pairRoundTrips(
      [
        fillOf({ time: 1, side: 'buy', price: 100, qty: 10, fee: 500_000, feeBase: 50_000 }),
        fillOf({ time: 2, side: 'sell', price: 120, qty: 9, fee: 7 }),
      ],
      instruments,
    )
    const money = { grossPnl: 1_800_000, fees: 500_007, netPnl: 1_299_993 }
    expect(trips).toEqual([{ instrument: 0, side: 'buy', entryTime: 1, exitTime: 2, peakQty: 9, ...money }])
  })

  it('a fill through zero closes one trip and opens the next, its fee split by quantity', () => {
    const trips = pairRoundTrips(
      [
        fillOf({ time: 1, side: 'sell', price: 100, qty: 2, fee: 0 }),
        fillOf({ time: 2, side: 'buy', price: 90, qty: 3, fee: 10 }),
        fillOf({ time: 3, side: 'sell', price: 95, qty: 1, fee: 1 }),
      ],
      instruments,
    )
    // short 2 from 100 to 90: +20; of the fee of 10, ⌊10 × 2/3⌋ = 6 belong to it. Then long 1 from 90 to 95: +5, fees 4 + 1
    expect(trips).toMatchObject([
      { side: 'sell', entryTime: 1, exitTime: 2, grossPnl: 200_000, fees: 6, netPnl: 199_994 },
      { side: 'buy', entryTime: 2, exitTime: 3, grossPnl: 50_000, fees: 5, netPnl: 49_995 },
    ])
  })

  it('keeps instruments apart and leaves an open position out', () => {
    const trips = pairRoundTrips(
      [
        fillOf({ time: 1, side: 'buy', price: 100, qty: 1 }),
        fillOf({ time: 2, side: 'sell', price: 50, qty: 1, instrument: 1 }),
        fillOf({ time: 3, side: 'sell', price: 101, qty: 1 }),
      ],
      instruments,
    )
    expect(trips).toMatchObject([{ instrument: 0, grossPnl: 10_000 }])
    expect(trips).toHaveLength(1)
  })
})
