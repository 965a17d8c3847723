/** Identities of the account, exact after every event, whatever is traded, marked and paid; linear and inverse. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { moneyQuanta, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { InstrumentKind } from '../../src/model/instrument.ts'
import type { Side } from '../../src/model/order.ts'
import { type FeeRates, feeOf, parseFeeRates } from '../../src/position/fees.ts'
import { PositionTracker } from '../../src/position/position-tracker.ts'
import { VenueAccount } from '../../src/position/venue-account.ts'
import { testInstrument } from '../support/fake-venue.ts'

type Event =
  | { readonly kind: 'trade'; readonly side: Side; readonly lots: number; readonly tick: number }
  | { readonly kind: 'mark'; readonly times2: number }
  | { readonly kind: 'funding'; readonly rate: number }

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('trade' as const),
    side: fc.constantFrom<Side>('buy', 'sell'),
    lots: fc.integer({ min: 1, max: 5_000 }),
    tick: fc.integer({ min: 500, max: 100_000 }),
  }),
  fc.record({ kind: fc.constant('mark' as const), times2: fc.integer({ min: 1_000, max: 200_000 }) }),
  fc.record({ kind: fc.constant('funding' as const), rate: fc.integer({ min: -1e8, max: 1e8 }) }),
)

const instrumentOf = (kind: InstrumentKind) =>
  testInstrument(
    kind === 'inverse'
      ? { kind, tickSize: '0.5', lotSize: '1', settleCurrency: 'BTC', settleQuantum: '0.00000001' }
      : { kind },
  )

class Account {
  readonly market = { times2: 20_000, midTimes2: () => this.market.times2 }
  readonly instrument
  readonly positions: PositionTracker
  readonly venue: VenueAccount
  private tradeId = 0

  constructor(kind: InstrumentKind, rates: FeeRates) {
    this.instrument = instrumentOf(kind)
    const instruments = [this.instrument]
    const balance = moneyQuanta(1e12)
    this.positions = new PositionTracker({ instruments, balance, fees: [rates], markets: [this.market] })
    this.venue = new VenueAccount({ instruments, positions: this.positions, margin: undefined })
  }

  apply(one: Event, sideOf = (side: Side): Side => side): void {
    if (one.kind === 'mark') this.market.times2 = one.times2
    else if (one.kind === 'funding') this.venue.payFunding(0, one.rate, this.market.times2)
    else {
      const [price, qty, liquidity] = [priceTicks(one.tick), qtyLots(one.lots), 'maker'] as const
      const fee = this.positions.feeOf(0, price, qty, liquidity, 0)
      const id = { clientOrderId: 1, parentOrderId: undefined, instrument: 0, tradeId: ++this.tradeId }
      const when = { exchangeTime: timeUs(0), time: timeUs(0) }
      this.positions.apply({ ...id, ...when, side: sideOf(one.side), price, qty, liquidity, fee })
    }
  }

  figures() {
    const { positions } = this
    return {
      equity: positions.equity(),
      realized: positions.realized(),
      unrealized: positions.unrealizedNow(),
      fees: positions.fees(),
      funding: positions.funding(),
    }
  }
}

const rates = parseFeeRates({ maker: '1.7', taker: '5' })
const events = fc.array(event, { maxLength: 60 })
const checks = { seed: 20, numRuns: 150 }

describe.each<InstrumentKind>(['linear', 'inverse'])('an account in %s contracts', (kind) => {
  it('changes equity by realized + unrealized − fees − funding, exactly, at every event', () => {
    const identity = fc.property(events, (list) => {
      const account = new Account(kind, rates)
      let before = account.figures()
      for (const one of list) {
        account.apply(one)
        const now = account.figures()
        const sum =
          now.realized -
          before.realized +
          (now.unrealized - before.unrealized) -
          (now.fees - before.fees) -
          (now.funding - before.funding)
        expect(now.equity - before.equity).toBe(sum)
        // A mark moves only what is not realized, funding only what is paid.
        if (one.kind === 'mark') expect(now.realized).toBe(before.realized)
        if (one.kind === 'funding') expect(now.equity - before.equity).toBe(before.funding - now.funding)
        before = now
      }
    })
    fc.assert(identity, checks)
  })

  it('with fees differs from the same one without by exactly the fees of its fills', () => {
    const apart = fc.property(events, (list) => {
      const paying = new Account(kind, rates)
      const free = new Account(kind, parseFeeRates({ maker: '0', taker: '0' }))
      let fees = 0
      for (const one of list) {
        paying.apply(one)
        free.apply(one)
        if (one.kind !== 'trade') continue
        const notional = paying.instrument.notionalQuanta(priceTicks(one.tick), qtyLots(one.lots))
        fees += feeOf(notional, rates, 'maker')
      }
      expect(free.figures().equity - paying.figures().equity).toBe(fees)
      expect(paying.figures()).toMatchObject({ realized: free.figures().realized, fees })
    })
    fc.assert(apart, checks)
  })

  it('mirrors when all sides are turned, but for funding, which is rounded against us', () => {
    const turned = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')
    const mirror = fc.property(events, (list) => {
      const there = new Account(kind, rates)
      const back = new Account(kind, rates)
      let fundings = 0
      for (const one of list) {
        there.apply(one)
        back.apply(one, turned)
        if (one.kind === 'funding') fundings++
      }
      const [a, b] = [there.figures(), back.figures()]
      expect(a.realized + b.realized).toBe(0)
      expect(a.unrealized + b.unrealized).toBe(0)
      expect(a.fees).toBe(b.fees)
      expect(a.funding + b.funding).toBeGreaterThanOrEqual(0)
      expect(a.funding + b.funding).toBeLessThanOrEqual(fundings)
    })
    fc.assert(mirror, checks)
  })

  it('realizes, once flat, all that was received less all that was paid', () => {
    const closed = fc.property(events, fc.integer({ min: 500, max: 100_000 }), (list, tick) => {
      const account = new Account(kind, rates)
      let cost = 0
      const trade = (one: Event): void => {
        account.apply(one)
        if (one.kind !== 'trade') return
        cost += account.instrument.costOf(one.tick, one.side === 'buy' ? one.lots : -one.lots)
      }
      list.forEach(trade)
      const { qty } = account.positions.position(0)
      if (qty !== 0) trade({ kind: 'trade', side: qty > 0 ? 'sell' : 'buy', lots: Math.abs(qty), tick })
      expect(account.positions.position(0).openCost).toBe(0)
      expect(account.positions.realized() + cost * account.instrument.quantaPerCost).toBe(0)
    })
    fc.assert(closed, checks)
  })
})
