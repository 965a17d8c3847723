/** The simulated market of one instrument, as its data and the configuration want it. */
import { assert, ConfigError } from '../core/errors.ts'
import type { PackedTape } from '../model/packed.ts'
import { hasBook } from '../model/tape.ts'
import { BookMarket } from '../venue/sim/book-market.ts'
import { HftbacktestMarket } from '../venue/sim/hftbacktest/hftbacktest-market.ts'
import type { MatchingMarket } from '../venue/sim/matching-market.ts'
import { PrintMarket } from '../venue/sim/print-market.ts'
import { createQueueModel } from '../venue/sim/queue-model.ts'
import type { ReportPipe } from '../venue/sim/report-pipe.ts'
import type { ReplayData } from './replay-data.ts'
import { defaultSpreadTicks, type RunConfig } from './run-config.ts'

export interface MarketInput {
  readonly index: number
  readonly data: Pick<ReplayData, 'groups' | 'instruments'>
  readonly config: RunConfig
  readonly pipe: ReportPipe
  readonly onAmbiguousBar: (at: number) => void
}

/** @throws {ConfigError} FILL_MODEL */
export function createMarket({ index, data, config, pipe, onAmbiguousBar }: MarketInput): MatchingMarket {
  const instrument = data.instruments[index]
  const tapes = data.groups[index] ?? []
  assert(instrument !== undefined, `no instrument ${index}`)
  const shared = { index, instrument, tapes, pipe }
  if (config.fillModel === 'hftbacktest') {
    requireBook(tapes)
    const { queue, exchange = 'nopartial' } = config
    return new HftbacktestMarket({ ...shared, queue, exchange })
  }
  const { selfTradePrevention, spreadTicks, barPath } = config
  const level = tapes[0]?.level
  if (level === undefined || !hasBook(level)) {
    return new PrintMarket({ ...shared, selfTradePrevention, spreadTicks, barPath, onAmbiguousBar })
  }
  requireNoSpread(spreadTicks, level)
  return new BookMarket({ ...shared, selfTradePrevention, queueModel: createQueueModel(config.queue) })
}

/** The spread is in the book: another one would be ignored. @throws {ConfigError} SPREAD_TICKS */
function requireNoSpread(spreadTicks: number, level: string): void {
  if (spreadTicks === defaultSpreadTicks) return
  throw new ConfigError(
    'SPREAD_TICKS',
    `spreadTicks: ${spreadTicks}: expected none for data with a book (${level}), whose spread is the book's; leave it out`,
  )
}

function requireBook(tapes: readonly PackedTape[]): void {
  const level = tapes[0]?.level
  if (level === 'l2') return
  const hint = level === 'l3' ? '; --level l2 replays the book that single orders amount to' : ''
  throw new ConfigError(
    'FILL_MODEL',
    `the fill model hftbacktest needs a book (l2), found ${level} data${hint}`,
  )
}
