/** Small markets for tests of the exchange, written by hand so that every fill can be worked out. */
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { rowKind, type SideCode, sideCode } from '../../src/model/tape.ts'

/** 2024-01-01T00:00:00Z in microseconds. */
export const tapeStart = 1_704_067_200_000_000

/** Ticks of 0.1, lots of 0.001; a spot order is worth 5 USDT or more. */
export const spotSpec: InstrumentSpec = {
  id: 'BTCUSDT',
  venue: 'binance-spot',
  kind: 'spot',
  baseCurrency: 'BTC',
  settleCurrency: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minNotional: '5',
  contractSize: '1',
  settleQuantum: '0.00000001',
}

/** Ticks and lots. */
export type LevelRow = readonly [side: 'bid' | 'ask', tick: number, lots: number]

const sideOf = (side: 'bid' | 'ask'): SideCode => (side === 'bid' ? sideCode.buy : sideCode.sell)

/** One message at `atMs` after the start. */
export function book(atMs: number, ...levels: readonly LevelRow[]): TapeRow[] {
  return levels.map(([side, price, qty], index) => ({
    kind: rowKind.depth,
    side: sideOf(side),
    exchangeTime: tapeStart + atMs * 1000,
    price,
    qty,
    isLast: index === levels.length - 1,
  }))
}

/** A print whose aggressor bought or sold. */
export function print(atMs: number, aggressor: 'buy' | 'sell', price: number, qty: number): TapeRow[] {
  return [
    { kind: rowKind.trade, side: sideCode[aggressor], exchangeTime: tapeStart + atMs * 1000, price, qty },
  ]
}

/** Bids 50,000.0 and 49,999.9, asks 50,000.1 and 50,000.2, one lot of 0.001 each times 2000; then `more`. */
export function handmadeTape(more: readonly TapeRow[], spec: InstrumentSpec = spotSpec): PackedTape {
  const opening = book(
    0,
    ['bid', 500_000, 2000],
    ['bid', 499_999, 2000],
    ['ask', 500_001, 2000],
    ['ask', 500_002, 2000],
  )
  return createMemoryTape({ instrument: spec, rows: [...opening, ...more] })
}
