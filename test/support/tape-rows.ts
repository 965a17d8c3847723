/** Short words for the rows of small tapes written by hand. Ticks and lots; times in microseconds. */

import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'

export type LevelChange = readonly [side: 'bid' | 'ask', tick: number, lots: number]

/** Tick 0.1, lot 0.001: one tick × one lot is 0.0001, or 10,000 quanta. */
export const testInstrument: InstrumentSpec = {
  id: 'BTCUSDT',
  venue: 'test',
  kind: 'linear',
  baseCurrency: 'BTC',
  settleCurrency: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '0',
  contractSize: '1',
  settleQuantum: '0.00000001',
}

/** Feed latency of the small tapes. */
export const feedUs = 10

/** One message of level changes. */
export function depth(exchangeTime: number, ...changes: readonly LevelChange[]): TapeRow[] {
  return changes.map(([side, tick, lots], index) => ({
    kind: rowKind.depth,
    side: side === 'bid' ? sideCode.buy : sideCode.sell,
    exchangeTime,
    receiveTime: exchangeTime + feedUs,
    price: tick,
    qty: lots,
    isLast: index === changes.length - 1,
  }))
}

export function trade(
  exchangeTime: number,
  aggressor: 'buy' | 'sell',
  tick: number,
  lots: number,
): TapeRow[] {
  return [
    {
      kind: rowKind.trade,
      side: sideCode[aggressor],
      exchangeTime,
      receiveTime: exchangeTime + feedUs,
      price: tick,
      qty: lots,
      isLast: true,
    },
  ]
}

/** A gap: the book of both sides is forgotten. */
export function clear(exchangeTime: number): TapeRow[] {
  return [
    {
      kind: rowKind.clear,
      side: sideCode.buy,
      exchangeTime,
      receiveTime: exchangeTime + feedUs,
      price: 0,
      qty: 0,
      isLast: true,
    },
  ]
}
