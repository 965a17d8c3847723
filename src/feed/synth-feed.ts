/**
 * The way of generated messages to us: each stream is first in, first out, with jitter and short congestions, and our
 * clock is behind and drifts. Different streams overtake each other, as they do in reality.
 */

import type { RowKind, SideCode } from '../model/tape.ts'
import { ReorderBuffer } from './reorder-buffer.ts'
import { decay, type SynthRandom } from './synth-random.ts'
import type { TapeSink } from './tape-sink.ts'

export type SynthStream = 'depth' | 'trade' | 'quote'

/** Unavoidable part of the latency, microseconds; a depth stream is put together from many changes. */
const baseUs = { depth: 1_500, trade: 1_100, quote: 900 } as const
const jitterUs = 500
/** A congestion adds up to this much and fades with a time constant of 150 ms; one in 20 seconds on average. */
const congestionUsMax = 60_000
const congestionEveryUs = 20_000_000
const congestionFadeUs = 150_000
/** Error of our clock at the start, and what it gains each second. */
const clockOffsetUs = -850_000
const clockDriftPpm = -4
/** More than two messages can be apart in either order. */
const horizonUs = 2_000_000

/** Rows go in by the exchange order of each stream and come out by receive time. */
export class SynthFeed implements TapeSink {
  /** Rows that went in. */
  rows = 0
  private readonly buffer: ReorderBuffer
  private readonly random: SynthRandom
  private readonly startTime: number
  private readonly last: Record<SynthStream, number> = { depth: 0, trade: 0, quote: 0 }
  private congestionUs = 0
  private nextCongestion: number
  private lastTime: number

  constructor(random: SynthRandom, startTime: number, out: TapeSink) {
    this.random = random
    this.startTime = startTime
    this.lastTime = startTime
    this.nextCongestion = startTime + random.exponential(congestionEveryUs)
    this.buffer = new ReorderBuffer('receive', horizonUs, out)
  }

  /** What our clock shows when a message arrives that was sent at `exchangeTime`. */
  receiveTime(stream: SynthStream, exchangeTime: number): number {
    this.congestionUs *= decay(Math.max(0, exchangeTime - this.lastTime) / congestionFadeUs)
    this.lastTime = Math.max(this.lastTime, exchangeTime)
    while (exchangeTime >= this.nextCongestion) {
      this.congestionUs = 5_000 + this.random.pareto(2_000, congestionUsMax)
      this.nextCongestion += this.random.exponential(congestionEveryUs)
    }
    const latency = baseUs[stream] + this.random.exponential(jitterUs) + this.congestionUs
    const arrival = Math.max(this.last[stream], exchangeTime + latency)
    this.last[stream] = arrival
    const sinceStart = arrival - this.startTime
    return Math.round(arrival + clockOffsetUs + (sinceStart * clockDriftPpm) / 1e6)
  }

  row(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    isLast: boolean,
  ): void {
    this.rows++
    this.buffer.row(kind, side, exchangeTime, receiveTime, price, qty, isLast)
  }

  finish(): void {
    this.buffer.finish()
  }
}
