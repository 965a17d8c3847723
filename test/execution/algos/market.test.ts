import { describe, expect, it } from 'vitest'
import { qtyLots } from '../../../src/core/units.ts'
import { Bench } from '../../support/fake-venue.ts'

function started(limits = {}): Bench {
  const bench = new Bench({ limits })
  bench.engine.execute({ instrument: 0, side: 'buy', qty: qtyLots(10), algo: { algo: 'market' } })
  bench.drain()
  return bench
}

const sentLots = (bench: Bench): number[] =>
  bench.venue.take().flatMap((command) => (command.kind === 'submit' ? [command.qty] : []))

describe('the market algorithm', () => {
  it('takes everything at once', () => {
    const bench = started()
    expect(bench.venue.commands).toMatchObject([{ kind: 'submit', side: 'buy', qty: 10, price: undefined }])
    bench.fill(1, 10, 1001, 'taker')
    expect(bench.engine.parents[0]).toMatchObject({
      cumQty: 10,
      cumNotional: 10_010,
      state: { kind: 'filled' },
      childOrderIds: [1],
      arrivalMidTimes2: 2000,
    })
    // buy 0 + 2 × market 0; then parent 1, 10 lots, mid; ended filled
    expect(bench.journal.ofKind('parentStart')).toMatchObject([{ sub: 0, fields: [1, 10, 2000] }])
    expect(bench.journal.ofKind('parentEnd')).toMatchObject([{ fields: [1, 10, 1] }])
    expect(bench.notifications.map(({ kind }) => kind)).toEqual(['fill', 'parent'])
  })

  it('asks again a little later for what the book did not offer', () => {
    const bench = started()
    bench.fill(1, 4, 1001, 'taker')
    bench.expire(1)
    expect(sentLots(bench)).toEqual([10])
    bench.runTo(99_999)
    expect(sentLots(bench)).toEqual([])
    bench.runTo(100_000)
    expect(sentLots(bench)).toEqual([6])
    bench.fill(2, 6, 1002, 'taker')
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 10, state: { kind: 'filled' } })
  })

  it('gives up when ten more children in a row get nothing', () => {
    const bench = started()
    let sent = 0
    for (let t = 0; t <= 120_000_000; t += 50_000) {
      bench.runTo(t)
      for (const command of bench.venue.take()) {
        sent++
        bench.expire(command.clientOrderId, 'no-liquidity')
      }
    }
    expect(sent).toBe(11)
    expect(bench.engine.parents[0]?.state).toEqual({ kind: 'done', reason: 'children-refused' })
    expect(bench.journal.ofKind('parentEnd')).toMatchObject([{ fields: [1, 0, 3] }])
    expect(bench.timers.size).toBeLessThanOrEqual(2)
  })

  it('gives up on denials too, and loses nothing while it tries', () => {
    const bench = started({ openOrdersMax: 0 })
    bench.runTo(120_000_000)
    expect(bench.venue.commands).toEqual([])
    expect(bench.engine.orders).toHaveLength(11)
    expect(bench.engine.parents[0]).toMatchObject({ cumQty: 0, state: { reason: 'children-refused' } })
  })

  it('is canceled with its child', () => {
    const bench = started()
    bench.accept(1)
    bench.engine.cancelParent(1)
    bench.drain()
    expect(bench.engine.parents[0]?.state.kind).toBe('working')
    bench.fill(1, 3, 1001, 'taker')
    bench.cancel(1)
    expect(bench.engine.parents[0]).toMatchObject({
      cumQty: 3,
      state: { kind: 'done', reason: 'canceled-by-strategy' },
    })
    bench.engine.cancelParent(1)
    bench.runTo(60_000_000)
    expect(sentLots(bench)).toEqual([10])
  })

  it('refuses a parent without a quantity', () => {
    const { engine } = new Bench()
    const act = () =>
      engine.execute({ instrument: 0, side: 'buy', qty: qtyLots(0), algo: { algo: 'market' } })
    expect(act).toThrow('parent order of 0 lots: expected more than 0')
  })
})
