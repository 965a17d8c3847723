/** All of our trades since a time, page by page: a page that is full may not be the last. */
import { type CcxtExchange, isRecord, textOf } from './ccxt-exchange.ts'

/** Of a page, as most venues allow; and how many of them before it is given up. */
const pageSize = 500
const pagesMax = 40

/** @param sinceMs on the venue's clock @throws Error when there are more than can be fetched */
export async function fetchPages(exchange: CcxtExchange, symbol: string, sinceMs: number): Promise<unknown> {
  const found = new Map<string, unknown>()
  let since = sinceMs
  for (let page = 0; page < pagesMax; page++) {
    const trades = await exchange.fetchMyTrades(symbol, since, pageSize)
    if (!Array.isArray(trades)) return undefined
    let newest = since
    const before = found.size
    for (const trade of trades) {
      if (!isRecord(trade)) return undefined
      // Both sides of a trade with ourselves have one id.
      found.set(`${textOf(trade.id)}:${textOf(trade.order)}`, trade)
      newest = Math.max(newest, Number(trade.timestamp) || 0)
    }
    if (trades.length < pageSize) return [...found.values()]
    // A millisecond with more trades than a page has room for cannot be got past.
    if (found.size === before) throw new Error(`more than ${pageSize} trades within one millisecond`)
    since = newest
  }
  throw new Error(`more than ${pageSize * pagesMax} trades since the last look`)
}
