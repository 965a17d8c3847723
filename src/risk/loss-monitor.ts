/** Equity against where it stood at the start of the UTC day and against its highest. */
import { mulDivFloor } from '../core/mul-div.ts'
import type { MoneyQuanta, TimeUs } from '../core/units.ts'
import type { RiskLimits } from './risk-limits.ts'

const dayUs = 86_400_000_000

export type LossRule = 'daily-loss' | 'drawdown'

export class LossMonitor {
  private readonly dailyLossBpsMax: number | undefined
  private readonly dailyLossMax: number | undefined
  private readonly drawdownBpsMax: number | undefined
  private day: number
  /** Lowest equity still within the limits. */
  private dayFloor = Number.NEGATIVE_INFINITY
  private peak = Number.NEGATIVE_INFINITY
  private peakFloor = Number.NEGATIVE_INFINITY

  constructor(limits: RiskLimits, equity: MoneyQuanta, now: TimeUs) {
    const { dailyLossBpsMax, dailyLossMax, drawdownBpsMax } = limits
    this.dailyLossBpsMax = dailyLossBpsMax
    this.dailyLossMax = dailyLossMax
    this.drawdownBpsMax = drawdownBpsMax
    this.day = Math.floor(now / dayUs)
    this.startDay(equity)
    this.raisePeak(equity)
  }

  get isOff(): boolean {
    const { dailyLossBpsMax, dailyLossMax, drawdownBpsMax } = this
    return dailyLossBpsMax === undefined && dailyLossMax === undefined && drawdownBpsMax === undefined
  }

  /** The day begins with the first equity seen in it. @returns true when it did just now */
  observe(equity: MoneyQuanta, now: TimeUs): boolean {
    if (equity > this.peak) this.raisePeak(equity)
    const day = Math.floor(now / dayUs)
    if (day === this.day) return false
    this.day = day
    this.startDay(equity)
    return true
  }

  /** @returns the limit that `equity` is beyond, the graver one first */
  broken(equity: MoneyQuanta): LossRule | undefined {
    if (equity < this.peakFloor) return 'drawdown'
    return equity < this.dayFloor ? 'daily-loss' : undefined
  }

  private startDay(equity: MoneyQuanta): void {
    const { dailyLossBpsMax, dailyLossMax = Number.POSITIVE_INFINITY } = this
    const byPart = dailyLossBpsMax === undefined ? Number.NEGATIVE_INFINITY : lowest(equity, dailyLossBpsMax)
    this.dayFloor = Math.max(byPart, equity - dailyLossMax)
  }

  private raisePeak(equity: MoneyQuanta): void {
    this.peak = equity
    if (this.drawdownBpsMax !== undefined) this.peakFloor = lowest(equity, this.drawdownBpsMax)
  }
}

/** The loss allowed is rounded down. */
function lowest(equity: MoneyQuanta, bps: number): number {
  return equity - mulDivFloor(Math.max(0, equity), bps, 10_000)
}
