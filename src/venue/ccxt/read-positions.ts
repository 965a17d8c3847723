/** What the account holds, by ccxt's balance (spot) or positions (contracts), as signed lots of each market. */
import { qtyLots } from '../../core/units.ts'
import { isRecord } from './ccxt-exchange.ts'
import type { WirePosition } from './exchange-wire.ts'
import type { LiveMarket } from './market-specs.ts'
import type { NumberGrid } from './number-grid.ts'

export interface HeldMarket {
  readonly market: LiveMarket
  readonly grid: NumberGrid
}

/** All of the coin, what orders hold back included; what is left below a lot does not count. */
export function readBalances(
  answer: unknown,
  markets: readonly HeldMarket[],
): readonly WirePosition[] | undefined {
  const total = isRecord(answer) ? answer.total : undefined
  if (!isRecord(total)) return undefined
  return markets.map(({ market, grid }, instrument) => ({
    instrument,
    qty: grid.qty(total[market.spec.baseCurrency] ?? 0) ?? qtyLots(0),
  }))
}

/** A market without a position is at zero. */
export function readPositions(
  answer: unknown,
  markets: readonly HeldMarket[],
): readonly WirePosition[] | undefined {
  if (!Array.isArray(answer)) return undefined
  return markets.map(({ market, grid }, instrument) => {
    const found: unknown = answer.find(
      (position: unknown) => isRecord(position) && position.symbol === market.symbol,
    )
    const held = isRecord(found) ? grid.qty(found.contracts ?? 0) : undefined
    const isShort = isRecord(found) && found.side === 'short'
    return { instrument, qty: qtyLots((isShort ? -1 : 1) * (held ?? 0) + 0) }
  })
}
