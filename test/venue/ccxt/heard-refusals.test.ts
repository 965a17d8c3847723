import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isRecord } from '../../../src/venue/ccxt/ccxt-exchange.ts'
import { openExchange } from '../../../src/venue/ccxt/open-exchange.ts'
import { localSettings } from '../../support/local-exchange.ts'

const unheard: unknown[] = []
const note = (reason: unknown): void => void unheard.push(reason)
beforeEach(() => {
  unheard.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => {
  process.off('unhandledRejection', note)
})

/** A client of ccxt's for streams, never connected. */
async function streamClient() {
  const { exchange, transport } = await openExchange(localSettings('http://127.0.0.1:9'))
  const client = exchange.client?.('ws://127.0.0.1:9/ws-api/v3')
  if (!isRecord(client)) throw new Error('no client')
  const call = (name: string, ...values: unknown[]): unknown => {
    const method = client[name]
    return typeof method === 'function' ? Reflect.apply(method, client, values) : undefined
  }
  const close = async (): Promise<void> => {
    await exchange.close()
    transport.close()
  }
  return { call, close }
}

describe('a promise of ccxt', () => {
  it('that the venue refuses while nobody waits for it does not end the process', async () => {
    const { call, close } = await streamClient()
    // As it does before it subscribes to our orders; nobody waits when there is no second caller.
    call('future', 'authenticate:signature:spot')
    call('reject', new Error('-1021 outside of the recvWindow'), 'authenticate:signature:spot')
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(unheard).toEqual([])
    await close()
  })

  it('tells whoever does wait', async () => {
    const { call, close } = await streamClient()
    const waited = call('future', 'orders')
    call('reject', new Error('refused'), 'orders')
    await expect(waited).rejects.toThrow('refused')
    await close()
  })
})
