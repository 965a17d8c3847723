/** Generated bars: one price that wanders with clustered volatility, four points a bar in path order. */
import { rowKind, sideCode } from '../model/tape.ts'
import { SynthRandom } from './synth-random.ts'
import type { TapeSink } from './tape-sink.ts'

export interface SynthBarsOptions {
  readonly seed: number
  /** Microseconds since 1970 of the first bar. */
  readonly startTime: number
  readonly barUs: number
  readonly bars: number
  /** First price in ticks. */
  readonly price: number
}

/** Standard deviation of a bar as a share of the price, at rest. */
const restShare = 0.0006
const stepsPerBar = 8

/** Points as in an imported table of bars: at the open, a third, two thirds and a millisecond before the end. */
export function synthesizeBars(options: SynthBarsOptions, sink: TapeSink): void {
  const random = new SynthRandom(options.seed, 'bars')
  const { barUs } = options
  const { buy } = sideCode
  let price = options.price
  let share = restShare
  for (let bar = 0; bar < options.bars; bar++) {
    const open = price
    let [high, low] = [open, open]
    let isLowFirst = false
    for (let step = 0; step < stepsPerBar; step++) {
      const pull = 0.02 * (options.price / price - 1)
      price = Math.max(1, Math.round(price * (1 + pull / stepsPerBar + share * random.normal() * stepShare)))
      if (price > high) high = price
      if (price < low) low = price
    }
    isLowFirst = open - low === high - open ? price >= open : open - low < high - open
    const move = Math.abs(price - open) / open
    share = Math.min(8 * restShare, restShare * 0.06 + 0.84 * share + 0.1 * move * 1.2)
    const volume = Math.floor(
      random.pareto(2_000, 200_000) * (1 + (20 * (high - low)) / open / restShare / 20),
    )
    const openTime = options.startTime + bar * barUs
    const closeTime = openTime + barUs - 1_000
    const quarter = Math.floor(volume / 4)
    const first = isLowFirst ? rowKind.barLow : rowKind.barHigh
    const second = isLowFirst ? rowKind.barHigh : rowKind.barLow
    sink.row(rowKind.barOpen, buy, openTime, closeTime, open, quarter, true)
    sink.row(first, buy, openTime + Math.floor(barUs / 3), closeTime, isLowFirst ? low : high, quarter, true)
    sink.row(
      second,
      buy,
      openTime + Math.floor((2 * barUs) / 3),
      closeTime,
      isLowFirst ? high : low,
      quarter,
      true,
    )
    sink.row(rowKind.barClose, buy, closeTime, closeTime, price, volume - 3 * quarter, true)
  }
}

const stepShare = 1 / Math.sqrt(stepsPerBar)
