/** An order of ours → the arguments of ccxt's `createOrder`; or that the venue has nothing like it. */
import { unreachable } from '../../core/errors.ts'
import type { SubmitCommand } from '../../model/execution-report.ts'
import type { InstrumentKind } from '../../model/instrument.ts'
import type { OrderTerms, TriggerTerms } from '../../model/order.ts'
import type { Params } from './ccxt-exchange.ts'
import type { WireOrder } from './exchange-wire.ts'
import type { NumberGrid } from './number-grid.ts'
import type { VenueProfile } from './venue-profiles.ts'

export interface CreateArguments {
  readonly type: 'market' | 'limit'
  readonly side: 'buy' | 'sell'
  /** In the units of the instrument, as ccxt takes them. */
  readonly amount: number
  readonly price: number | undefined
  readonly params: Params
}

export interface RequestContext {
  readonly profile: VenueProfile
  readonly grid: NumberGrid
  readonly kind: InstrumentKind
}

/** @returns a sentence when the venue has no such order */
export function createArguments(
  { clientId, command }: WireOrder,
  context: RequestContext,
): CreateArguments | string {
  const { grid } = context
  const terms = termParams(command, context)
  if (typeof terms === 'string') return terms
  const lifetime = lifetimeParams(command, context)
  if (typeof lifetime === 'string') return lifetime
  const price = command.price === undefined ? undefined : grid.priceNumber(command.price)
  return {
    type: price === undefined ? 'market' : 'limit',
    side: command.side,
    amount: grid.qtyNumber(command.qty),
    price,
    params: { clientOrderId: clientId, ...lifetime, ...terms },
  }
}

function lifetimeParams(
  { timeInForce, postOnly, price, terms }: SubmitCommand,
  { profile }: RequestContext,
): Params | string {
  if (postOnly) return { postOnly: true }
  switch (timeInForce) {
    case 'gtc':
      return {}
    // A market order is that by itself.
    case 'ioc':
      return price === undefined ? {} : { timeInForce: 'IOC' }
    case 'fok':
      return price === undefined
        ? 'no market order that is filled whole or not at all'
        : { timeInForce: 'FOK' }
    case 'gtd':
      if (!profile.goodTillDate || terms?.expireTime === undefined) return 'no order with an end date'
      return { timeInForce: 'GTD', goodTillDate: Math.floor(terms.expireTime / 1000) }
    default:
      return unreachable(timeInForce)
  }
}

function termParams({ terms, price, postOnly }: SubmitCommand, context: RequestContext): Params | string {
  if (terms === undefined) return {}
  if (terms.ocoWith !== undefined || terms.exitOf !== undefined) return 'no orders that depend on each other'
  const { profile, kind, grid } = context
  const params: Record<string, unknown> = {}
  if (terms.reduceOnly) {
    if (kind === 'spot') return 'no orders that only reduce, on a spot market'
    params.reduceOnly = true
  }
  if (terms.displayQty !== undefined) {
    if (!profile.iceberg) return 'no iceberg orders'
    params.icebergQty = grid.qtyNumber(terms.displayQty)
  }
  const selfTrade = selfTradeParams(terms, profile)
  if (typeof selfTrade === 'string') return selfTrade
  // ccxt would send such an order without its trigger.
  if (terms.trigger !== undefined && postOnly) return 'no post-only orders that wait for a trigger'
  const trigger =
    terms.trigger === undefined ? {} : triggerParams(terms.trigger, price !== undefined, context)
  return typeof trigger === 'string' ? trigger : { ...params, ...selfTrade, ...trigger }
}

function selfTradeParams({ selfTradePrevention: mode }: OrderTerms, profile: VenueProfile): Params | string {
  if (mode === undefined) return {}
  const word = profile.selfTrade?.words[mode]
  if (profile.selfTrade === undefined || word === undefined) return `no self-trade prevention by ${mode}`
  return { [profile.selfTrade.name]: word }
}

const words = { touch: 'the best price', mark: 'the mark price' } as const

function triggerParams(
  trigger: TriggerTerms,
  hasLimit: boolean,
  { profile, grid }: RequestContext,
): Params | string {
  const { source } = trigger
  if (source !== undefined && source !== 'last') return `no orders triggered by ${words[source]}`
  if (profile.conditional === 'none') return 'no orders that wait for a trigger and keep their id'
  if (profile.conditional === 'limit' && !hasLimit) return 'no market orders that wait for a trigger'
  switch (trigger.kind) {
    case 'stop':
      return { stopLossPrice: grid.priceNumber(trigger.price) }
    case 'take-profit':
      return { takeProfitPrice: grid.priceNumber(trigger.price) }
    case 'trailing-stop':
      if (!profile.trailing || !trigger.isBps) return 'no trailing stops like this'
      return { trailingPercent: trigger.offset / 100 }
    default:
      return unreachable(trigger)
  }
}
