/**
 * What our taking costs beyond the displayed book, as whole ticks on the price of a taker's fill, against us. The book
 * itself stays as recorded. Square roots are exact (IEEE 754); no power function is used.
 */
import { unreachable } from '../../core/errors.ts'
import type { Instrument } from '../../model/instrument.ts'
import type { Activity } from './market-activity.ts'

export type ImpactOptions =
  /**
   * Y · σ · √(Q ÷ V) of the price: Q the order's quantity, V and σ volume and volatility of a day.
   * Tóth et al. 2011, "Anomalous price impact and the critical nature of liquidity in financial markets".
   */
  | {
      readonly model: 'square-root'
      /** Y, about 1. */
      readonly y: number
      /** As a part of the price, per square root of a day; default: measured before the moment. */
      readonly sigmaDay?: number | undefined
      /** In base currency per day; default: measured before the moment. */
      readonly volumeDay?: number | undefined
    }
  /**
   * Temporary: ε + η · Q ÷ τ; permanent: γ · (what we took on that side before, less what we took on the other).
   * Almgren and Chriss 2000, "Optimal execution of portfolio transactions", with linear impact.
   */
  | {
      readonly model: 'almgren-chriss'
      /** Price. */
      readonly epsilon: number
      /** Price per (base currency per second). */
      readonly eta: number
      /** Price per base currency. */
      readonly gamma: number
      /** τ: an order trades over so many seconds. */
      readonly tauSeconds: number
    }

export interface ImpactQuestion {
  /** Ticks of the fill without impact. */
  readonly tick: number
  /** Lots of the whole order. */
  readonly qty: number
  /** Lots that our other orders took on this side so far, less those on the other side. */
  readonly netTaken: number
  /** Asked for only where something is measured. */
  readonly activity: () => Activity | undefined
}

/** @returns ticks ≥ 0, not rounded; undefined while what it depends on is not known */
export function impactTicks(
  options: ImpactOptions,
  instrument: Instrument,
  question: ImpactQuestion,
): number | undefined {
  switch (options.model) {
    case 'square-root': {
      const { y, sigmaDay, volumeDay } = options
      const isGiven = sigmaDay !== undefined && volumeDay !== undefined
      const measured = isGiven ? undefined : question.activity()
      const sigma = sigmaDay ?? measured?.sigmaDay
      const lotsDay =
        volumeDay === undefined ? measured?.lotsDay : volumeDay / baseQtyOf(instrument, 1, question.tick)
      if (sigma === undefined || lotsDay === undefined || !(lotsDay > 0)) return undefined
      return y * sigma * Math.sqrt(question.qty / lotsDay) * question.tick
    }
    case 'almgren-chriss': {
      const { epsilon, eta, gamma, tauSeconds } = options
      const temporary = epsilon + (eta * baseQtyOf(instrument, question.qty, question.tick)) / tauSeconds
      const permanent = gamma * baseQtyOf(instrument, question.netTaken, question.tick)
      return Math.max(0, (temporary + permanent) / instrument.tickSize)
    }
    default:
      return unreachable(options)
  }
}

/** Units of base currency in so many lots: a contract may be a part of one, an inverse one is a sum of quote currency. */
function baseQtyOf({ isInverse, lotSize, tickSize, spec }: Instrument, lots: number, tick: number): number {
  const units = lots * lotSize * Number(spec.contractSize)
  return isInverse ? units / (tick * tickSize) : units
}

export function describeImpact(options: ImpactOptions, windowUs: number): string {
  const seconds = windowUs / 1e6
  switch (options.model) {
    case 'square-root': {
      const measured = `measured over the ${seconds} s before`
      const sigma = options.sigmaDay === undefined ? `σ ${measured}` : `σ ${options.sigmaDay} a day`
      const volume = options.volumeDay === undefined ? `V ${measured}` : `V ${options.volumeDay} a day`
      return `square-root law ${options.y}·σ·√(Q/V), ${sigma}, ${volume}`
    }
    case 'almgren-chriss': {
      const { epsilon, eta, gamma, tauSeconds } = options
      return `Almgren–Chriss: ε ${epsilon}, η ${eta} over ${tauSeconds} s, γ ${gamma}`
    }
    default:
      return unreachable(options)
  }
}
