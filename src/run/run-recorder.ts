/** Samples of the market and the account at even intervals, for the report. It only reads. */
import type { Clock } from '../clock/clock.ts'
import type { Instrument } from '../model/instrument.ts'
import type { MarketView } from '../model/market-data.ts'
import type { EquitySamples, MarketSamples } from '../model/run-record.ts'
import type { PositionTracker } from '../position/position-tracker.ts'
import type { Sampler } from './replay-loop.ts'

/** Samples per run at most: enough for a markout one second after a fill in runs of up to five hours. */
const samplesMax = 20_000
const intervalUsMin = 250_000

export interface RunRecorderOptions {
  readonly clock: Clock
  readonly instruments: readonly Instrument[]
  readonly markets: readonly MarketView[]
  readonly positions: PositionTracker
  /** Microseconds. */
  readonly start: number
  readonly end: number
}

export class RunRecorder implements Sampler {
  readonly market: MarketSamples[]
  readonly equity: EquitySamples = {
    time: [],
    equity: [],
    realizedPnl: [],
    unrealizedPnl: [],
    fees: [],
    funding: [],
  }
  nextTime: number
  private readonly options: RunRecorderOptions
  private readonly intervalUs: number

  constructor(options: RunRecorderOptions) {
    this.options = options
    this.intervalUs = Math.max(intervalUsMin, Math.ceil((options.end - options.start) / samplesMax))
    this.nextTime = options.start
    this.market = options.instruments.map(() => ({
      time: [],
      bid: [],
      ask: [],
      last: [],
      tradedQty: [],
      tradedNotional: [],
      position: [],
    }))
  }

  sample(): void {
    const now = this.options.clock.now()
    this.options.markets.forEach((view, index) => {
      this.sampleMarket(now, view, index)
    })
    this.sampleEquity(now)
    this.nextTime = now + this.intervalUs
  }

  private sampleMarket(now: number, view: MarketView, index: number): void {
    const { instruments, positions } = this.options
    const instrument = instruments[index]
    const samples = this.market[index]
    if (instrument === undefined || samples === undefined) return
    const { tickSize, lotSize } = instrument
    const price = (ticks: number | undefined): number => (ticks === undefined ? Number.NaN : ticks * tickSize)
    samples.time.push(now)
    samples.bid.push(price(view.bestBid()))
    samples.ask.push(price(view.bestAsk()))
    samples.last.push(price(view.lastTradePrice()))
    samples.tradedQty.push(view.tradedQty() * lotSize)
    samples.tradedNotional.push(view.tradedNotional() * tickSize * lotSize)
    samples.position.push(positions.position(index).qty * lotSize)
  }

  private sampleEquity(now: number): void {
    const { positions, instruments } = this.options
    const quantum = instruments[0]?.settleQuantum ?? 1
    this.equity.time.push(now)
    this.equity.equity.push(positions.equity() * quantum)
    this.equity.realizedPnl.push(positions.realized() * quantum)
    this.equity.unrealizedPnl.push(positions.unrealizedNow() * quantum)
    this.equity.fees.push(positions.fees() * quantum)
    this.equity.funding.push(positions.funding() * quantum)
  }
}

/** Latencies as they occur, thinned by dropping every second one whenever there are too many. */
export class LatencySampler {
  readonly values: number[] = []
  /** A power of two. */
  private keepEvery = 1
  private seen = 0

  add(latencyUs: number): void {
    if ((this.seen++ & (this.keepEvery - 1)) !== 0) return
    this.values.push(latencyUs)
    if (this.values.length < 20_000) return
    this.keepEvery *= 2
    let kept = 0
    for (let i = 0; i < this.values.length; i += 2) this.values[kept++] = this.values[i] ?? 0
    this.values.length = kept
  }
}
