import { describe, expect, it } from 'vitest'
import { priceTicks, qtyLots, timeUs } from '../../../src/core/units.ts'
import type { SubmitCommand } from '../../../src/model/execution-report.ts'
import type { OrderTerms } from '../../../src/model/order.ts'
import { NumberGrid } from '../../../src/venue/ccxt/number-grid.ts'
import { createArguments } from '../../../src/venue/ccxt/order-request.ts'
import { profileOf } from '../../../src/venue/ccxt/venue-profiles.ts'
import { spotSpec } from '../../support/exchange-tape.ts'

const plain: OrderTerms = {
  ...{ trigger: undefined, displayQty: undefined, expireTime: undefined, reduceOnly: false },
  ...{ ocoWith: undefined, exitOf: undefined, selfTradePrevention: undefined },
}

function request(venue: string, more: Partial<SubmitCommand> = {}, kind: 'spot' | 'linear' = 'spot') {
  const command: SubmitCommand = {
    ...{ clientOrderId: 1, instrument: 0, side: 'buy', qty: qtyLots(1500), price: priceTicks(499_999) },
    ...{ timeInForce: 'gtc', postOnly: false },
    ...more,
  }
  return createArguments(
    { clientId: 'a-1-1', command },
    { profile: profileOf(venue), grid: new NumberGrid(spotSpec), kind },
  )
}

describe('an order for ccxt', () => {
  it('that waits for a trigger is never post-only: ccxt would leave the trigger out', () => {
    const trigger = { kind: 'stop', price: priceTicks(490_000), source: undefined } as const
    const terms = { ...plain, trigger }
    expect(request('binance', { postOnly: true, terms })).toBe('no post-only orders that wait for a trigger')
  })

  it('has price and quantity in units, and our id', () => {
    // 1500 lots of 0.001, 499,999 ticks of 0.1.
    expect(request('binance')).toEqual({
      ...{ type: 'limit', side: 'buy', amount: 1.5, price: 49_999.9 },
      params: { clientOrderId: 'a-1-1' },
    })
  })

  it.each<readonly [string, string, Partial<SubmitCommand>, object]>([
    ['a post-only order', 'kraken', { postOnly: true }, { postOnly: true }],
    ['an IOC order', 'okx', { timeInForce: 'ioc' }, { timeInForce: 'IOC' }],
    ['a FOK order', 'okx', { timeInForce: 'fok' }, { timeInForce: 'FOK' }],
    ['an iceberg', 'binance', { terms: { ...plain, displayQty: qtyLots(100) } }, { icebergQty: 0.1 }],
    [
      'a stop',
      'binance',
      { terms: { ...plain, trigger: { kind: 'stop', price: priceTicks(510_000), source: undefined } } },
      { stopLossPrice: 51_000 },
    ],
    [
      'a take-profit',
      'bybit',
      { terms: { ...plain, trigger: { kind: 'take-profit', price: priceTicks(490_000), source: 'last' } } },
      { takeProfitPrice: 49_000 },
    ],
    [
      'self-trade prevention',
      'binance',
      { terms: { ...plain, selfTradePrevention: 'cancel-both' } },
      { selfTradePreventionMode: 'EXPIRE_BOTH' },
    ],
  ])('%s', (_title, venue, more, params) => {
    expect(request(venue, more)).toMatchObject({ params })
  })

  it('only reduces, on contracts', () => {
    const terms = { ...plain, reduceOnly: true }
    expect(request('binanceusdm', { terms }, 'linear')).toMatchObject({ params: { reduceOnly: true } })
    expect(request('binance', { terms })).toContain('spot')
  })

  it('is a market order without a price, whatever its time in force says', () => {
    expect(request('okx', { price: undefined, timeInForce: 'ioc' })).toEqual({
      ...{ type: 'market', side: 'buy', amount: 1.5, price: undefined },
      params: { clientOrderId: 'a-1-1' },
    })
  })

  it.each<readonly [string, string, Partial<SubmitCommand>]>([
    [
      'an iceberg where ccxt would drop the word',
      'binanceusdm',
      { terms: { ...plain, displayQty: qtyLots(1) } },
    ],
    [
      'a stop that would get another id when it triggers',
      'okx',
      { terms: { ...plain, trigger: { kind: 'stop', price: priceTicks(1), source: undefined } } },
    ],
    [
      'a trigger by the best price',
      'binance',
      { terms: { ...plain, trigger: { kind: 'stop', price: priceTicks(1), source: 'touch' } } },
    ],
    ['one that depends on another', 'binance', { terms: { ...plain, ocoWith: 7 } }],
    ['an end date', 'binance', { timeInForce: 'gtd', terms: { ...plain, expireTime: timeUs(1) } }],
    [
      'self-trade prevention by a word that the venue lacks',
      'binance',
      { terms: { ...plain, selfTradePrevention: 'decrement' } },
    ],
    ['a market order that is filled whole or not at all', 'okx', { price: undefined, timeInForce: 'fok' }],
  ])('is refused here rather than sent as something else: %s', (_title, venue, more) => {
    expect(typeof request(venue, more)).toBe('string')
  })
})
