/** Bars of one length, from prints or from the points of bars on a tape. A bar is known once something after it is. */
import { assert } from '../core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../core/units.ts'
import type { Bar } from '../model/market-data.ts'

/** Price in ticks, quantity in lots, times in microseconds. */
export interface Print {
  readonly tick: number
  readonly lots: number
  readonly exchangeTime: number
  readonly receiveTime: number
}

/** Which point of its bar: the first, the last, or one of those between. */
export type BarPoint = 'open' | 'between' | 'close'

interface OpenBar {
  readonly openTime: number
  readonly open: number
  high: number
  low: number
  close: number
  volume: number
}

export class BarBuilder {
  private readonly instrument: number
  private readonly barUs: number
  private bar: OpenBar | undefined

  /** @param barUs length of a bar in microseconds; bars start at multiples of it */
  constructor(instrument: number, barUs: number) {
    this.instrument = instrument
    this.barUs = barUs
  }

  /** True when a print at this exchange time would only add to the open bar. */
  isWithin(exchangeTime: number): boolean {
    return this.bar !== undefined && exchangeTime < this.bar.openTime + this.barUs
  }

  /** A print or a point that only adds to the open bar. */
  extend(tick: number, lots: number): void {
    const { bar } = this
    assert(bar !== undefined, 'a bar starts with its open')
    bar.high = Math.max(bar.high, tick)
    bar.low = Math.min(bar.low, tick)
    bar.close = tick
    bar.volume += lots
  }

  /** @returns the bar before, when this print opens another one */
  addPrint(print: Print): Bar | undefined {
    const { bar } = this
    // So is a print of a bar that is already closed: nothing known is changed.
    if (this.isWithin(print.exchangeTime)) {
      this.extend(print.tick, print.lots)
      return undefined
    }
    this.bar = openBar(Math.floor(print.exchangeTime / this.barUs) * this.barUs, print)
    return bar === undefined ? undefined : this.close(bar, print.receiveTime)
  }

  /** @returns the bar, when this point closes it */
  addPoint(point: BarPoint, print: Print): Bar | undefined {
    if (point === 'open') {
      this.bar = openBar(print.exchangeTime, print)
      return undefined
    }
    this.extend(print.tick, print.lots)
    const { bar } = this
    return point === 'close' && bar !== undefined ? this.close(bar, print.receiveTime) : undefined
  }

  private close(bar: OpenBar, receiveTime: number): Bar {
    return {
      instrument: this.instrument,
      openTime: timeUs(bar.openTime),
      closeTime: timeUs(bar.openTime + this.barUs),
      receiveTime: timeUs(receiveTime),
      open: priceTicks(bar.open),
      high: priceTicks(bar.high),
      low: priceTicks(bar.low),
      close: priceTicks(bar.close),
      volume: qtyLots(bar.volume),
    }
  }
}

function openBar(openTime: number, { tick, lots }: Print): OpenBar {
  return { openTime, open: tick, high: tick, low: tick, close: tick, volume: lots }
}
