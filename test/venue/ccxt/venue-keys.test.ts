import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { CcxtExchange } from '../../../src/venue/ccxt/ccxt-exchange.ts'
import { refuseWithdrawKeys } from '../../../src/venue/ccxt/key-permissions.ts'
import { openExchange } from '../../../src/venue/ccxt/open-exchange.ts'
import { redact, Secret } from '../../../src/venue/ccxt/secret.ts'
import { keysOf, parseKeyFile } from '../../../src/venue/ccxt/venue-keys.ts'
import { localSettings } from '../../support/local-exchange.ts'

const canary = 'canary-4f9d1c'

describe('a secret', () => {
  it('shows itself to nobody who does not ask for it', () => {
    const secret = new Secret(canary)
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(secret, { showHidden: true }),
    ]
    for (const text of shown) expect(text).not.toContain(canary)
    expect(secret.reveal()).toBe(canary)
  })

  it('is taken out of texts, as it is, in a URL and in base64, with the signature beside it', () => {
    const keys = { apiKey: new Secret(canary), secret: new Secret('s&cret/one'), password: undefined }
    const text = `GET https://x.com/api?symbol=A&signature=deadbeef failed for ${canary} and ${encodeURIComponent('s&cret/one')} or ${Buffer.from(canary).toString('base64')}`
    const clean = redact(text, keys)
    for (const part of [canary, 'deadbeef', 's%26cret', Buffer.from(canary).toString('base64')]) {
      expect(clean).not.toContain(part)
    }
  })

  it('does not show in an exchange object that is printed, nor can that be made to talk', async () => {
    const keys = { apiKey: new Secret(canary), secret: new Secret(`${canary}-2`), password: undefined }
    const { exchange } = await openExchange(localSettings('http://127.0.0.1:1', { keys }))
    expect(inspect(exchange, { depth: 6 })).not.toContain(canary)
    expect(
      JSON.stringify(Object.entries(exchange).map(([name, value]) => [name, String(value)])),
    ).not.toContain(canary)
    exchange.verbose = true
    expect(exchange.verbose).toBe(false)
    await exchange.close()
  })
})

describe('keys of an account', () => {
  it('come under the name of the venue, or without it', () => {
    const named = keysOf('binance', { BINANCE_API_KEY: ' a ', BINANCE_API_SECRET: 'b', API_KEY: 'c' })
    expect([named?.apiKey.reveal(), named?.secret.reveal()]).toEqual(['a', 'b'])
    const plain = keysOf('okx', { API_KEY: 'a', API_SECRET: 'b', API_PASSWORD: 'c' })
    expect(plain?.password?.reveal()).toBe('c')
    expect(keysOf('okx', {})).toBeUndefined()
  })

  it('are both there or none', () => {
    expect(() => keysOf('okx', { OKX_API_KEY: canary })).toThrow('OKX_API_SECRET is not set')
  })

  it('are read from a file of names and values, whose mistakes are told without the line', () => {
    expect(parseKeyFile('f', '# mine\nexport OKX_API_KEY="a=b"\n\nOKX_API_SECRET=c\n')).toEqual({
      ...{ OKX_API_KEY: 'a=b', OKX_API_SECRET: 'c' },
    })
    const read = () => parseKeyFile('keys.env', `OKX_API_KEY=a\n${canary}\n`)
    expect(read).toThrow('keys.env:2: expected NAME=value')
    expect(read).not.toThrow(canary)
  })
})

describe('a key that may withdraw', () => {
  const exchange = (id: string, method: string, answer: unknown) =>
    ({ id, [method]: async () => answer }) as unknown as CcxtExchange

  it.each([
    ['binance', 'sapiGetAccountApiRestrictions', { enableWithdrawals: true }],
    ['okx', 'privateGetAccountConfig', { data: [{ perm: 'read_only,withdraw,trade' }] }],
    [
      'bybit',
      'privateGetV5UserQueryApi',
      { result: { permissions: { Wallet: ['AccountTransfer', 'Withdraw'] } } },
    ],
    ['coinbase', 'v3PrivateGetBrokerageKeyPermissions', { can_transfer: true }],
    ['kucoin', 'privateGetUserApiKey', { data: { permission: 'General,Spot,Withdrawal' } }],
    ['htx', 'spotPrivateGetV2UserApiKey', { data: [{ permission: 'readOnly,trade,withdraw' }] }],
  ])('is refused at %s', async (id, method, answer) => {
    await expect(refuseWithdrawKeys(exchange(id, method, answer))).rejects.toMatchObject({
      code: 'KEY_MAY_WITHDRAW',
    })
  })

  it.each([
    ['binance', 'sapiGetAccountApiRestrictions', { enableWithdrawals: false }],
    ['okx', 'privateGetAccountConfig', { data: [{ perm: 'read_only,trade' }] }],
    ['bybit', 'privateGetV5UserQueryApi', { result: { permissions: { Wallet: [] } } }],
  ])('and one that may not is taken at %s', async (id, method, answer) => {
    await expect(refuseWithdrawKeys(exchange(id, method, answer))).resolves.toBe(true)
  })

  it('is not known where the venue does not tell', async () => {
    await expect(refuseWithdrawKeys(exchange('kraken', 'x', {}))).resolves.toBe(false)
    await expect(refuseWithdrawKeys(exchange('binance', 'other', {}))).resolves.toBe(false)
  })
})
