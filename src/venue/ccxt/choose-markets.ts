/** The markets that a session trades, by the names that a user gives. */
import { didYouMean } from '../../core/closest.ts'
import { ConfigError, VenueError } from '../../core/errors.ts'
import { type CcxtExchange, isRecord, textOf } from './ccxt-exchange.ts'
import { type LiveMarket, liveMarketOf } from './market-specs.ts'

/**
 * @param names `BTC/USDT`, `BTC/USDT:USDT` or, where that names one market only, `BTCUSDT`
 * @throws {ConfigError} UNKNOWN_SYMBOL, SYMBOL_TWICE, MARKET_CLOSED; and what ccxt throws when the venue does not answer
 */
export async function chooseMarkets(
  exchange: CcxtExchange,
  names: readonly string[],
): Promise<readonly LiveMarket[]> {
  const loaded = await exchange.loadMarkets()
  if (!isRecord(loaded)) throw new VenueError('MARKET_UNREADABLE', `${exchange.id} lists no markets`)
  const chosen = names.map((name) => liveMarketOf(exchange.id, find(exchange.id, loaded, name)))
  const symbols = chosen.map(({ symbol }) => symbol)
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index)
  if (twice !== undefined) throw new ConfigError('SYMBOL_TWICE', `${twice} is named twice`)
  const shut = chosen.find(({ isActive }) => !isActive)
  if (shut !== undefined) {
    throw new ConfigError('MARKET_CLOSED', `${exchange.id} does not trade ${shut.symbol} at present`)
  }
  return chosen
}

function find(exchangeId: string, markets: Readonly<Record<string, unknown>>, name: string): unknown {
  const wanted = name.toUpperCase()
  const symbols = Object.keys(markets)
  const symbol = symbols.find((candidate) => candidate.toUpperCase() === wanted)
  if (symbol !== undefined) return markets[symbol]
  const byId = Object.values(markets).filter(
    (market) => isRecord(market) && textOf(market.id)?.toUpperCase() === wanted,
  )
  if (byId.length === 1) return byId[0]
  if (byId.length > 1) {
    const found = byId.map((market) => (isRecord(market) ? String(market.symbol) : '')).join(', ')
    throw new ConfigError(
      'UNKNOWN_SYMBOL',
      `${name} is the name of several markets of ${exchangeId}: ${found}`,
    )
  }
  throw new ConfigError(
    'UNKNOWN_SYMBOL',
    `${exchangeId} has no market ${JSON.stringify(name)}.${didYouMean(wanted, symbols)}`,
  )
}
