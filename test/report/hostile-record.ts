/** A run in which every text that can come from outside is an attack. */
import type { RunRecord } from '../../src/model/run-record.ts'
import { buildRunRecord } from '../support/run-record.ts'

export const attack = '</script><img src=x onerror=alert(1)>\u2028"\'&amp;'

/** Fields whose text is one of our own words or a decimal number; whatever else is text is replaced. */
const ownWords = new Set(
  [
    'side type timeInForce kind liquidity algo childType level riskState reason rule',
    'tickSize lotSize minNotional contractSize settleQuantum',
    'equity realizedPnl unrealizedPnl fees initialBalance',
  ].flatMap((line) => line.split(' ')),
)

export function hostileRecord(): RunRecord {
  const record: RunRecord = JSON.parse(JSON.stringify(buildRunRecord()), (key, value) =>
    typeof value === 'string' && !ownWords.has(key) ? attack : value,
  )
  const facts = record.facts.map((tape) => ({ ...tape, rowsByKind: { [attack]: 1 }, notes: [attack] }))
  const config = { [attack]: attack, params: [attack] }
  return { ...record, facts, config, summary: { ...record.summary, position: { [attack]: attack } } }
}
