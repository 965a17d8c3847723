/** Orders in the words of the wire. */
import type { ReasonCode, SelfTradePrevention, Side } from '../../model/order.ts'
import type { ExchangeOrder } from '../exchange-order.ts'

export const sideWord = (side: Side): string => (side === 'buy' ? 'BUY' : 'SELL')

const selfTradeModes: ReadonlyMap<string, SelfTradePrevention | undefined> = new Map([
  ['NONE', undefined],
  ['EXPIRE_TAKER', 'cancel-newest'],
  ['EXPIRE_MAKER', 'cancel-oldest'],
  ['EXPIRE_BOTH', 'cancel-both'],
  ['DECREMENT', 'decrement'],
])
export const selfTradeWords: readonly string[] = [...selfTradeModes.keys()]

export const selfTradeOf = (word: string): SelfTradePrevention | undefined => selfTradeModes.get(word)

export function selfTradeWord(mode: SelfTradePrevention | undefined): string {
  return selfTradeWords.find((word) => selfTradeModes.get(word) === mode) ?? 'NONE'
}

/** Ends that the venue calls expired although matching cancels them. */
const expiredReasons: readonly ReasonCode[] = ['oco-filled', 'linked-order-over', 'amended-below-filled']

export function statusWord(order: ExchangeOrder): string {
  switch (order.status) {
    case 'partially-filled':
      return 'PARTIALLY_FILLED'
    case 'canceled':
      if (order.reason === 'self-trade') return 'EXPIRED_IN_MATCH'
      return order.reason !== undefined && expiredReasons.includes(order.reason) ? 'EXPIRED' : 'CANCELED'
    default:
      return order.status.toUpperCase()
  }
}

/** A market order has none of its own, and is told as good till canceled. */
export function timeInForceWord({ ticket }: ExchangeOrder): string {
  if (ticket.price === undefined) return 'GTC'
  return ticket.timeInForce.toUpperCase()
}
