/** Whether a run has the mark prices that its settings ask for. */
import { ConfigError } from '../core/errors.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { ReplayData } from './replay-data.ts'
import type { RunConfig } from './run-config.ts'

/** Who uses them in a run: nobody where the data have none. */
export type MarkUse = 'off' | 'venue' | 'all'

export function markUseOf(
  { markPrices = 'venue' }: Pick<RunConfig, 'markPrices'>,
  tapes: readonly TapeFacts[],
): MarkUse {
  return tapes.some(hasMarks) ? markPrices : 'off'
}

/** Positions that are valued otherwise than was asked for must not go unnoticed. @throws {ConfigError} MARK_PRICES */
export function requireMarks(
  { markPrices }: Pick<RunConfig, 'markPrices'>,
  { groups }: Pick<ReplayData, 'groups'>,
): void {
  if (markPrices !== 'all') return
  const without = groups.find((tapes) => !tapes.every(({ facts }) => hasMarks(facts)))
  const facts = without?.[0]?.facts
  if (facts === undefined) return
  throw new ConfigError(
    'MARK_PRICES',
    `markPrices all: expected mark prices, but the data of ${facts.instrument.id} have none; leave it out to value at the mid`,
  )
}

const hasMarks = ({ rowsByKind }: TapeFacts): boolean => (rowsByKind.markPrice ?? 0) > 0
