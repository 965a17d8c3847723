/** A market, an account and latencies as a run samples them, from a seed. */
import type { Prng } from '../../src/core/prng.ts'
import type { Fill } from '../../src/model/fill.ts'
import type { EquitySamples, LatencySamples, MarketSamples } from '../../src/model/run-record.ts'

export interface WalkOptions {
  /** Microseconds. */
  readonly start: number
  readonly spanUs: number
  readonly intervalUs: number
}

/** A random walk of the bid in ticks of 0.1, with bursts, a spread of one tick or a few, and volume. */
export function walkMarket({ start, spanUs, intervalUs }: WalkOptions, prng: Prng): MarketSamples {
  const market: MarketSamples = {
    time: [],
    bid: [],
    ask: [],
    last: [],
    tradedQty: [],
    tradedNotional: [],
    position: [],
  }
  let bid = 571_200
  let calm = 1
  let qty = 0
  let notional = 0
  for (let at = 0; at <= spanUs; at += intervalUs) {
    calm = 0.98 * calm + 0.04 * prng.nextUnit()
    const burst = prng.nextInt(60) === 0 ? 12 : 2
    bid += Math.round((prng.nextUnit() - 0.49) * burst * (1 + calm))
    const ask = bid + 1 + (prng.nextInt(9) === 0 ? prng.nextInt(6) : 0)
    const last = prng.nextInt(2) === 0 ? bid : ask
    const traded = prng.nextInt(900) / 1000
    qty += traded
    notional += (traded * last) / 10
    market.time.push(start + at)
    market.bid.push(bid / 10)
    market.ask.push(ask / 10)
    market.last.push(last / 10)
    market.tradedQty.push(qty)
    market.tradedNotional.push(notional)
    market.position.push(0)
  }
  return market
}

/** Books the fills at average cost and marks what is open at the mid; fills the market's own position column. */
export function accountOf(market: MarketSamples, fills: readonly Fill[]): EquitySamples {
  const account: EquitySamples = {
    time: [],
    equity: [],
    realizedPnl: [],
    unrealizedPnl: [],
    fees: [],
    funding: [],
  }
  let next = 0
  let qty = 0
  let cost = 0
  let realized = 0
  let fees = 0
  for (const [index, time] of market.time.entries()) {
    for (let fill = fills[next]; fill !== undefined && fill.time <= time; fill = fills[++next]) {
      const signed = (fill.side === 'buy' ? 1 : -1) * fill.qty * 0.001
      const price = fill.price * 0.1
      fees += fill.fee * 1e-8
      const closed =
        Math.sign(signed) === -Math.sign(qty)
          ? -Math.sign(signed) * Math.min(Math.abs(signed), Math.abs(qty))
          : 0
      const average = qty === 0 ? 0 : cost / qty
      realized += closed * (price - average)
      cost += -closed * average + (signed + closed) * price
      qty = Math.abs(qty + signed) < 1e-9 ? 0 : qty + signed
    }
    const mid = ((market.bid[index] ?? 0) + (market.ask[index] ?? 0)) / 2
    const unrealized = qty * mid - cost
    market.position[index] = qty
    account.time.push(time)
    account.equity.push(1_000_000 + realized + unrealized - fees)
    account.realizedPnl.push(realized)
    account.unrealizedPnl.push(unrealized)
    account.fees.push(fees)
    account.funding.push(0)
  }
  return account
}

export function drawLatencies(prng: Prng): LatencySamples {
  const draw = (): number => {
    const tail = prng.nextInt(40) === 0 ? 12_000 * prng.nextUnit() : 0
    return Math.round(1_400 + 900 * (prng.nextUnit() + prng.nextUnit() + prng.nextUnit()) + tail)
  }
  return { entryUs: Array.from({ length: 2000 }, draw), responseUs: Array.from({ length: 2000 }, draw) }
}
