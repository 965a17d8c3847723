/** What a request asks of the venue beyond a plain market or limit order. */
import type { OrderRequest, OrderTerms, OrderType, TriggerTerms } from './order.ts'

/** Undefined for a plain market or limit order. */
export function termsOf(request: OrderRequest): OrderTerms | undefined {
  const { reduceOnly = false, ocoWith, exitOf, selfTradePrevention } = request
  const trigger = triggerOf(request)
  const displayQty = request.type === 'limit' ? request.displayQty : undefined
  const expireTime = request.type === 'market' ? undefined : request.expireTime
  const isLinked = ocoWith !== undefined || exitOf !== undefined
  const isSpecial = trigger !== undefined || displayQty !== undefined || expireTime !== undefined
  if (!isSpecial && !isLinked && !reduceOnly && selfTradePrevention === undefined) return undefined
  const isReducing = reduceOnly || exitOf !== undefined
  return { trigger, displayQty, expireTime, reduceOnly: isReducing, ocoWith, exitOf, selfTradePrevention }
}

export function hasLimit(type: OrderType): boolean {
  return type === 'limit' || type === 'stop-limit' || type === 'take-profit-limit'
}

/** Such an order is meant to stay: it has no default timeout. */
export function isPatient(terms: OrderTerms | undefined): boolean {
  if (terms === undefined) return false
  const { trigger, expireTime, ocoWith, exitOf } = terms
  return (trigger ?? expireTime ?? ocoWith ?? exitOf) !== undefined
}

function triggerOf(request: OrderRequest): TriggerTerms | undefined {
  switch (request.type) {
    case 'market':
    case 'limit':
      return undefined
    case 'stop':
    case 'stop-limit':
      return { kind: 'stop', price: request.triggerPrice, source: request.triggerSource }
    case 'take-profit':
    case 'take-profit-limit':
      return { kind: 'take-profit', price: request.triggerPrice, source: request.triggerSource }
    default: {
      const { trailingTicks, trailingBps = 0, activationPrice: activation, triggerSource: source } = request
      const isBps = trailingTicks === undefined
      return { kind: 'trailing-stop', offset: trailingTicks ?? trailingBps, isBps, activation, source }
    }
  }
}
