/**
 * ccxt makes promises that it does not always wait for itself: of a subscription to our orders, say, which the venue
 * refuses. One that is rejected unheard ends the whole process, and with it whoever looks after the open orders. What
 * was asked for is told of all the same, by the promise that we wait for.
 */
import { type CcxtExchange, isRecord } from './ccxt-exchange.ts'

export function hearRefusals(exchange: CcxtExchange): void {
  const seen = new WeakSet<object>()
  const open = exchange.client
  if (typeof open !== 'function') return
  exchange.client = (url) => {
    const client = open.call(exchange, url)
    if (isRecord(client) && !seen.has(client)) {
      seen.add(client)
      hearClient(client, seen)
    }
    return client
  }
}

function hearClient(client: Record<string, unknown>, seen: WeakSet<object>): void {
  const { future } = client
  if (typeof future !== 'function') return
  client.future = (hash: string): unknown => {
    const made: unknown = Reflect.apply(future, client, [hash])
    if (made instanceof Promise && !seen.has(made)) {
      seen.add(made)
      made.catch(() => {})
    }
    return made
  }
}
