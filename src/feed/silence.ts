/**
 * The longest pauses of a stream. What counts as silence depends on how busy the stream is, which is known at its end:
 * until then the longest pauses are kept, and no others.
 */
import { f64At } from '../core/typed-array.ts'
import type { ScanTally } from '../model/tape-scan.ts'

const kept = 128
/** Nobody calls less a silence, however busy the market. */
const silenceUs = 10_000_000
/** Prints come in clusters: pauses of tens of mean distances are usual, of hundreds are not. */
const meanDistances = 100

export class Silence {
  private readonly lengths = new Float64Array(kept)
  private readonly starts = new Float64Array(kept)
  private shortest = 0
  private messages = 0
  private first = 0
  private last = 0

  /** @param receiveTime microseconds, not decreasing */
  message(receiveTime: number, exchangeTime: number): void {
    if (this.messages++ === 0) this.first = receiveTime
    else if (receiveTime - this.last > f64At(this.lengths, this.shortest)) {
      this.keep(receiveTime - this.last, exchangeTime)
    }
    this.last = receiveTime
  }

  /** Times are those of the messages that ended a silence. Undefined below two messages. */
  finish(): ScanTally | undefined {
    if (this.messages < 2) return undefined
    const mean = (this.last - this.first) / (this.messages - 1)
    const least = Math.max(silenceUs, meanDistances * mean)
    const spells = [...this.lengths]
      .map((length, i) => ({ length, time: f64At(this.starts, i) }))
      .filter(({ length }) => length >= least)
      .sort((a, b) => a.time - b.time)
    const [first] = spells
    const of = this.messages
    if (first === undefined) return { count: 0, of }
    const worst = spells.reduce((most, spell) => (spell.length > most.length ? spell : most), first)
    return {
      count: spells.length,
      of,
      firstTime: first.time,
      worst: worst.length,
      worstTime: worst.time,
    }
  }

  private keep(length: number, time: number): void {
    this.lengths[this.shortest] = length
    this.starts[this.shortest] = time
    for (let i = 0; i < kept; i++) {
      if (f64At(this.lengths, i) < f64At(this.lengths, this.shortest)) this.shortest = i
    }
  }
}
