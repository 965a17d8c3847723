import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../src/core/units.ts'
import type { LimitOrderRequest } from '../../src/model/order.ts'
import { Bench } from '../support/fake-venue.ts'

const limitBuy = (changes: Partial<LimitOrderRequest> = {}): LimitOrderRequest => ({
  instrument: 0,
  type: 'limit',
  side: 'buy',
  qty: qtyLots(10),
  price: priceTicks(999),
  ...changes,
})

describe('the life of an order', () => {
  it('goes from submitted over open to filled', () => {
    const bench = new Bench()
    const id = bench.engine.submit(limitBuy())
    expect(bench.engine.order(id)?.state.kind).toBe('submitted')
    expect(bench.venue.take()).toEqual([
      {
        kind: 'submit',
        clientOrderId: 1,
        instrument: 0,
        side: 'buy',
        qty: 10,
        price: 999,
        timeInForce: 'gtc',
        postOnly: false,
      },
    ])
    bench.accept(id)
    expect(bench.engine.order(id)).toMatchObject({ state: { kind: 'open' }, isWorking: true, leavesQty: 10 })
    bench.fill(id, 4, 999)
    expect(bench.engine.order(id)).toMatchObject({ cumQty: 4, leavesQty: 6, state: { kind: 'open' } })
    bench.fill(id, 6, 999)
    expect(bench.engine.order(id)).toMatchObject({ cumQty: 10, leavesQty: 0, state: { kind: 'filled' } })
    expect(bench.notifications.map(({ kind }) => kind)).toEqual(['order', 'fill', 'fill'])
    expect(bench.positions.position(0)).toMatchObject({ qty: 10, openCost: 9990 })
  })

  it('slices a market TWAP without losing a lot', () => {
    const bench = new Bench()
    const id = bench.engine.execute({
      instrument: 0,
      side: 'buy',
      qty: qtyLots(10),
      algo: { algo: 'twap', duration: durationUs(3_000_000), slices: 3, childType: 'market' },
    })
    const sent: number[] = []
    for (let t = 0; t <= 3_000_000; t += 100_000) {
      bench.runTo(t)
      for (const command of bench.venue.take()) {
        if (command.kind !== 'submit') continue
        sent.push(command.qty)
        bench.fill(command.clientOrderId, command.qty, 1001, 'taker')
      }
    }
    expect(sent).toEqual([3, 3, 4])
    expect(bench.engine.parents[id - 1]).toMatchObject({ cumQty: 10, state: { kind: 'filled' } })
  })
})
