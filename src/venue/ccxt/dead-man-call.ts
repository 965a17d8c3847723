/** How each venue's dead man's switch is set. */
import { type CcxtExchange, implicitMethod } from './ccxt-exchange.ts'
import type { LiveMarket } from './market-specs.ts'
import type { VenueProfile } from './venue-profiles.ts'

/** @param timeoutMs 0 disarms */
export async function armDeadMan(
  exchange: CcxtExchange,
  way: NonNullable<VenueProfile['deadMan']>,
  markets: readonly LiveMarket[],
  timeoutMs: number,
): Promise<void> {
  if (way === 'binance-countdown') {
    const countdown = implicitMethod(exchange, 'fapiPrivatePostCountdownCancelAll')
    for (const { id } of markets) await countdown?.({ symbol: id, countdownTime: timeoutMs })
    return
  }
  const method: unknown = Reflect.get(exchange, 'cancelAllOrdersAfter')
  if (typeof method === 'function') await Reflect.apply(method, exchange, [timeoutMs])
}
