/** What the live venue cannot ask of Binance, by market: docs/VENUES.md says so to its users. */
import type { LiveMarketKind } from './ccxt-harness.ts'
import type { OrderScript, Step } from './harness.ts'

type Lack = readonly [what: string, isIt: (order: OrderScript) => boolean]

const both: readonly Lack[] = [
  ['pairs and brackets', ({ ocoWith, exitOf }) => ocoWith !== undefined || exitOf !== undefined],
  ['an end date', ({ expireTime }) => expireTime !== undefined],
  ['triggers by the best price', ({ triggerSource = 'last' }) => triggerSource !== 'last'],
  ['self-trade prevention by decrement', ({ selfTradePrevention }) => selfTradePrevention === 'decrement'],
]
const ofOrders: Readonly<Record<LiveMarketKind, readonly Lack[]>> = {
  spot: [
    ...both,
    [
      'post-only orders that wait for a trigger',
      ({ type, postOnly }) => postOnly === true && type !== undefined && type !== 'limit',
    ],
    ['trailing stops', ({ type }) => type === 'trailing-stop'],
    ['orders that only reduce', ({ reduceOnly }) => reduceOnly === true],
  ],
  linear: [
    ...both,
    ['icebergs', ({ displayQty }) => displayQty !== undefined],
    [
      'orders that wait for a trigger',
      ({ type }) => type !== undefined && /stop|take-profit|trailing/.test(type),
    ],
  ],
}

/** @returns what is lacking */
export function lacksOf(kind: LiveMarketKind): (step: Step) => string | undefined {
  return (step) => {
    const [, does, , order] = step
    switch (does) {
      case 'submit':
        return ofOrders[kind].find(([, isIt]) => isIt(order))?.[0]
      case 'amend':
        if (kind === 'spot') return 'amends'
        return order.price === undefined || order.triggerPrice !== undefined
          ? 'amends of orders without a limit'
          : undefined
      default:
        return undefined
    }
  }
}
