import { describe, expect, it } from 'vitest'
import { durationUs, priceTicks, qtyLots } from '../../../src/core/units.ts'
import type { AlgoSpec } from '../../../src/model/parent-order.ts'
import { Bench } from '../../support/fake-venue.ts'

type LimitSpec = Extract<AlgoSpec, { algo: 'limit' }>

function started(changes: Partial<LimitSpec> = {}, prepare: (bench: Bench) => void = () => {}): Bench {
  const bench = new Bench()
  prepare(bench)
  const algo: LimitSpec = {
    algo: 'limit',
    timeout: durationUs(2_000_000),
    fallbackToMarket: true,
    ...changes,
  }
  bench.engine.execute({ instrument: 0, side: 'sell', qty: qtyLots(10), algo })
  bench.drain()
  return bench
}

const parentState = (bench: Bench) => bench.engine.parents[0]?.state

describe('the limit algorithm', () => {
  it('stands at the touch of its own side', () => {
    const bench = started({ postOnly: true })
    expect(bench.venue.take()).toMatchObject([{ side: 'sell', price: 1001, qty: 10, postOnly: true }])
    bench.accept(1)
    bench.fill(1, 10, 1001)
    expect(parentState(bench)).toEqual({ kind: 'filled' })
    bench.runTo(5_000_000)
    expect(bench.venue.take()).toEqual([])
  })

  it('stands at its own price when it has one', () => {
    const bench = started({ price: priceTicks(1010) })
    expect(bench.venue.take()).toMatchObject([{ price: 1010 }])
  })

  it('takes the rest at the market after the timeout, once the limit order is known to be gone', () => {
    const bench = started()
    bench.accept(1)
    bench.fill(1, 3, 1001)
    bench.venue.take()
    bench.runTo(2_000_000)
    expect(bench.venue.take()).toMatchObject([{ kind: 'cancel', clientOrderId: 1 }])
    // One more fill slips in before the cancel.
    bench.fill(1, 2, 1001)
    expect(bench.venue.take()).toEqual([])
    bench.cancel(1)
    expect(bench.engine.order(1)?.state).toEqual({ kind: 'canceled', reason: 'canceled-by-algo' })
    expect(bench.venue.take()).toMatchObject([{ kind: 'submit', price: undefined, qty: 5 }])
    bench.fill(2, 5, 999, 'taker')
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 10, state: { kind: 'filled' } })
  })

  it('ends at the timeout without a fallback', () => {
    const bench = started({ fallbackToMarket: false })
    bench.accept(1)
    bench.runTo(2_000_000)
    expect(parentState(bench)?.kind).toBe('working')
    bench.cancel(1)
    expect(parentState(bench)).toEqual({ kind: 'done', reason: 'canceled-by-timeout' })
    expect(bench.engine.order(1)?.state).toEqual({ kind: 'canceled', reason: 'canceled-by-timeout' })
  })

  it('follows the touch when a post-only child is refused', () => {
    const bench = started({ postOnly: true })
    bench.market.quote(1003, 1005)
    bench.reject(1, 'post-only-would-take')
    bench.runTo(100_000)
    expect(bench.venue.take()).toMatchObject([{ price: 1001 }, { price: 1005, qty: 10 }])
  })

  it('waits for a price of its own side', () => {
    const bench = started({}, ({ market }) => market.quote(999, undefined))
    bench.runTo(950_000)
    expect(bench.venue.take()).toEqual([])
    bench.market.quote(999, 1002)
    bench.runTo(1_000_000)
    expect(bench.venue.take()).toMatchObject([{ price: 1002, qty: 10 }])
  })

  it('takes everything at the market when every limit child was refused', () => {
    const bench = started({ timeout: durationUs(60_000_000) })
    let refused = 0
    for (let t = 0; t < 60_000_000; t += 50_000) {
      bench.runTo(t)
      for (const { clientOrderId } of bench.venue.take()) {
        refused++
        bench.reject(clientOrderId)
      }
    }
    expect(refused).toBe(11)
    expect(parentState(bench)?.kind).toBe('working')
    bench.runTo(60_000_000)
    expect(bench.venue.take()).toMatchObject([{ price: undefined, qty: 10 }])
  })

  it('refuses a timeout of nothing', () => {
    expect(() => started({ timeout: durationUs(0) })).toThrow('limit with a timeout of 0 µs')
  })
})
