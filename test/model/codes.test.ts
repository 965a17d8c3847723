import { describe, expect, it } from 'vitest'
import {
  algoCode,
  orderFlag,
  orderTypeCode,
  parentStateCode,
  reasonNumber,
  reportKindCode,
  riskRuleCode,
  riskStateCode,
  selfTradeCode,
  sideNumber,
  triggerSourceCode,
} from '../../src/model/codes.ts'

/** As they stand in journals that exist. Only ever add to these. */
const golden = {
  sideNumber: { buy: 0, sell: 1 },
  riskRuleCode: {
    halted: 1,
    reducing: 2,
    'price-deviation': 3,
    'no-reference-price': 4,
    'min-qty': 5,
    'max-qty': 6,
    'min-value': 7,
    'max-value': 8,
    'tick-grid': 9,
    'open-orders': 10,
    'max-positions': 11,
    'position-value-share': 12,
    balance: 13,
    'message-rate': 14,
    duplicate: 15,
    'daily-loss': 16,
    drawdown: 17,
    'stale-data': 18,
    'reduce-only': 19,
    'linked-order': 20,
    'last-trade-deviation': 21,
    'price-drift': 22,
    'open-value': 23,
    'position-size': 24,
    'self-cross': 25,
    'unresolved-order': 26,
    disconnected: 27,
    'not-allowed': 28,
    'repeated-fills': 29,
    'repeated-rejects': 30,
    'repeated-losses': 31,
    'position-mismatch': 32,
  },
  reasonNumber: {
    'post-only-would-take': 1,
    'no-liquidity': 2,
    'ioc-remainder': 3,
    'fok-not-fillable': 4,
    'not-marketable': 5,
    'below-min-notional': 6,
    'unknown-order': 7,
    'too-many-orders': 8,
    'canceled-by-strategy': 9,
    'canceled-by-algo': 10,
    'canceled-by-timeout': 11,
    'canceled-by-emergency-stop': 12,
    'amended-below-filled': 13,
    'end-of-data': 14,
    'trigger-reached': 15,
    'already-triggered': 16,
    'no-position-to-reduce': 17,
    'cut-to-position': 18,
    'oco-filled': 19,
    'linked-order-over': 20,
    'sized-by-entry': 21,
    'exit-filled': 22,
    'self-trade': 23,
    'expire-time': 24,
    'not-supported': 25,
    'no-mark-price': 26,
    'refused-before-engine': 40,
    maintenance: 41,
    'venue-down': 42,
    'rate-limited': 43,
    banned: 44,
    'off-tick-grid': 45,
    'off-lot-grid': 46,
    'below-min-qty': 47,
    'max-qty': 48,
    'price-band': 49,
    liquidation: 60,
    'never-sent': 70,
    'never-arrived': 80,
    'canceled-at-venue': 81,
    'insufficient-balance': 82,
    'refused-by-venue': 83,
    'not-authorized': 84,
    'not-trading': 85,
    'paper-restarted': 90,
  },
  reportKindCode: {
    accepted: 0,
    rejected: 1,
    fill: 2,
    canceled: 3,
    expired: 4,
    amended: 5,
    'cancel-rejected': 6,
    'amend-rejected': 7,
    triggered: 8,
    restated: 9,
  },
  riskStateCode: { active: 0, reducing: 1, halted: 2 },
  orderTypeCode: {
    market: 0,
    limit: 1,
    stop: 2,
    'stop-limit': 3,
    'take-profit': 4,
    'take-profit-limit': 5,
    'trailing-stop': 6,
  },
  selfTradeCode: { 'cancel-newest': 1, 'cancel-oldest': 2, 'cancel-both': 3, decrement: 4 },
  triggerSourceCode: { last: 1, touch: 2, mark: 3 },
  orderFlag: { sell: 1, limit: 2, ioc: 4, fok: 8, postOnly: 16, reduceOnly: 32, gtd: 64 },
  algoCode: { market: 0, limit: 1, twap: 2, iceberg: 3, vwap: 4, pov: 5, is: 6, pegged: 7 },
}

const tables = {
  sideNumber,
  riskRuleCode,
  reasonNumber,
  reportKindCode,
  riskStateCode,
  algoCode,
  orderTypeCode,
  selfTradeCode,
  triggerSourceCode,
  orderFlag,
}

describe('the numbers of the journal', () => {
  it('have not changed', () => {
    expect(tables).toEqual(golden)
  })

  it.each(Object.entries(tables))('are unique in %s', (_name, table) => {
    const values = Object.values(table)
    expect(new Set(values).size).toBe(values.length)
  })

  it('tell the ends of a parent apart', () => {
    expect(parentStateCode({ kind: 'working' })).toBe(0)
    expect(parentStateCode({ kind: 'filled' })).toBe(1)
    expect(parentStateCode({ kind: 'done', reason: 'schedule-over' })).toBe(2)
    expect(parentStateCode({ kind: 'done', reason: 'children-refused' })).toBe(3)
    expect(parentStateCode({ kind: 'done', reason: 'canceled-by-timeout' })).toBe(111)
  })
})
