/** `sim data synth`: a generated recording that says that it is one. The same seed gives the same rows everywhere. */
import { ConfigError } from '../core/errors.ts'
import type { InstrumentSpec } from '../model/instrument.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'
import { synthesizeBars } from './synth-bars.ts'
import { SynthMarket } from './synth-market.ts'
import { noCounters } from './tape-facts.ts'
import type { TapeSink } from './tape-sink.ts'

export interface SynthOptions {
  readonly seed: number
  /** About so many rows: the last message is not cut. */
  readonly rows?: number | undefined
  /**
   * So long, microseconds of market time. With `rows` too, both together say how busy the market is; otherwise it has
   * about 1,300 rows a second, as a busy perpetual.
   */
  readonly durationUs?: number | undefined
  /** Also the best bid and ask as a stream of its own. */
  readonly quotes?: boolean | undefined
  /** Bars of this length, microseconds, instead of a book and trades. */
  readonly barUs?: number | undefined
}

/** The instrument of all generated tapes. */
export const synthInstrument: InstrumentSpec = {
  id: 'BTCUSDT',
  venue: 'synthetic',
  kind: 'linear',
  baseCurrency: 'BTC',
  settleCurrency: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '5',
  contractSize: '1',
  settleQuantum: '0.00000001',
}

const usualRowsPerSecond = 1_300
/** 2024-01-01T00:00:00Z. */
const startTime = 1_704_067_200_000_000
/** 60,000.0. */
const startPrice = 600_000
/** Microseconds of a year; more rows than that nobody wants either. */
const longest = 366 * 86_400_000_000

/**
 * Hands a generated recording to `sink`, in receive order, in bounded memory.
 *
 * @throws {ConfigError} SYNTH_LENGTH
 */
export function synthesize(options: SynthOptions, sink: TapeSink): void {
  const { rows, durationUs, barUs } = options
  if (rows === undefined && durationUs === undefined) {
    throw new ConfigError('SYNTH_LENGTH', 'give the length of the tape in rows, as a duration, or both')
  }
  for (const length of [rows, durationUs]) {
    if (length !== undefined && !(Number.isSafeInteger(length) && length > 0 && length < longest)) {
      throw new ConfigError(
        'SYNTH_LENGTH',
        `expected a length above zero and of at most a year, found ${length}`,
      )
    }
  }
  if (barUs === undefined) synthesizeMarket(options, sink)
  else {
    const bars = durationUs === undefined ? (rows ?? 0) / 4 : durationUs / barUs
    const count = Math.max(1, Math.floor(bars))
    synthesizeBars({ seed: options.seed, startTime, barUs, bars: count, price: startPrice }, sink)
  }
}

/** Writes a generated tape. @throws {DataError} when the disk is full */
export async function writeSyntheticTape(path: string, options: SynthOptions): Promise<TapeFacts> {
  const { writeTape } = await import('./tape-writer.ts')
  const isBars = options.barUs !== undefined
  const origin = {
    instrument: synthInstrument,
    isSynthetic: true,
    sources: [`synth seed ${options.seed}`],
    format: 'synth',
    levels: levelsOf(options),
    barUs: options.barUs,
    hasReceiveTime: !isBars,
  }
  return writeTape(path, origin, (sink) => {
    synthesize(options, sink)
    return { ...noCounters, notes: ['Generated data: no market ever traded like this.'] }
  })
}

function levelsOf(options: SynthOptions): DataLevel[] {
  if (options.barUs !== undefined) return ['bars']
  return options.quotes === true ? ['l2', 'l1', 'trades'] : ['l2', 'trades']
}

function synthesizeMarket(options: SynthOptions, sink: TapeSink): void {
  const { seed, rows, durationUs, quotes = false } = options
  const rowsPerSecond =
    rows === undefined || durationUs === undefined ? usualRowsPerSecond : (rows * 1e6) / durationUs
  const snapshotLevels = rowsPerSecond < usualRowsPerSecond / 2 ? 200 : 1_000
  const market = new SynthMarket(
    { seed, startTime, price: startPrice, rowsPerSecond, quotes, snapshotLevels },
    sink,
  )
  const end = durationUs === undefined ? Number.POSITIVE_INFINITY : startTime + durationUs
  const rowsMax = durationUs === undefined ? (rows ?? 0) : Number.POSITIVE_INFINITY
  while (market.rows < rowsMax && market.now < end) market.step()
  market.finish()
}
