import { describe, expect, it } from 'vitest'
import { ClientOrderIds } from '../../../src/venue/ccxt/client-order-ids.ts'
import { SeenTrades, tradeNumber } from '../../../src/venue/ccxt/trade-numbers.ts'

describe('client order ids', () => {
  it('carry session, fence and number, there and back', () => {
    const ids = new ClientOrderIds('2026-11-24-btc')
    expect(ids.format(35, 36)).toBe('20261124-10-z')
    expect(ids.parse('20261124-10-z')).toEqual({ fence: 36, clientOrderId: 35 })
  })

  it('have letters and digits only where the venue wants that', () => {
    const ids = new ClientOrderIds('abcdefgh', { separator: 'Z', lengthMax: 32 })
    expect(ids.format(35, 1)).toBe('abcdefghZ1Zz')
    expect(ids.parse('abcdefghZ1Zz')).toEqual({ fence: 1, clientOrderId: 35 })
  })

  it.each([
    'x-TKT5PX2F1',
    '20261124-1',
    '20261124-1-',
    '20261124-1-0',
    '20261124-1-1-1',
    '20261124-01-1',
    '',
  ])('know %j for somebody else’s', (text) => {
    expect(new ClientOrderIds('20261124').parse(text)).toBeUndefined()
  })

  it('refuse a session id that is too short to mark anything', () => {
    expect(() => new ClientOrderIds('a-b-c')).toThrow('8 letters and digits')
  })
})

describe('trade numbers', () => {
  it('are the venue’s own where those are whole numbers', () => {
    expect(tradeNumber('28457')).toBe(28457)
    expect(tradeNumber('9007199254740991')).toBe(9007199254740991)
  })

  it('are 53 bits of SHA-256 for any other id, always the same', () => {
    // Plain digits count only as a venue writes them: no leading zero, not beyond what a double holds.
    const texts = ['a1-b2', '9007199254740992', '007', '0', 'T6JV3U-PLUQO-PRGV2O', '']
    const numbers = texts.map(tradeNumber)
    expect(new Set(numbers).size).toBe(texts.length)
    for (const number of numbers) expect(Number.isSafeInteger(number) && number > 0).toBe(true)
    expect(texts.map(tradeNumber)).toEqual(numbers)
  })

  it('take each trade of an order once, and both sides of a trade with ourselves', () => {
    const seen = new SeenTrades()
    expect(seen.take('7', 1)).toBe(7)
    expect(seen.take('7', 1)).toBeUndefined()
    const other = seen.take('7', 2)
    expect(other).not.toBe(7)
    expect(other).toBeDefined()
    expect(seen.take('7', 2)).toBeUndefined()
    expect(seen.take('7', 1)).toBeUndefined()
  })
})
