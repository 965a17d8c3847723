/** Who asks: API key and HMAC signature over the very bytes that were sent. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Account } from '../account.ts'
import type { Params } from './params.ts'
import type { WireClock } from './wire-clock.ts'
import { missing, WireError } from './wire-error.ts'

const defaultRecvWindow = 5000
const recvWindowMax = 60_000

/** @throws {WireError} −2014, −2015 */
export function accountOfKey(accounts: readonly Account[], apiKey: string | undefined): Account {
  if (apiKey === undefined || apiKey === '') throw new WireError(-2014, 'API-key format invalid.', 401)
  const account = accounts.find(({ keys }) => keys.apiKey === apiKey)
  if (account === undefined) {
    throw new WireError(-2015, 'Invalid API-key, IP, or permissions for action.', 401)
  }
  return account
}

/**
 * @param payload what was signed
 * @throws {WireError} −1022, −1102, −1021
 */
export function checkSigned(account: Account, payload: string, params: Params, clock: WireClock): void {
  const signature = params.required('signature')
  const expected = createHmac('sha256', account.keys.secret).update(payload).digest()
  const given = Buffer.from(signature, 'hex')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new WireError(-1022, 'Signature for this request is not valid.')
  }
  const timestamp = params.integer('timestamp')
  if (timestamp === undefined) throw missing('timestamp')
  const recvWindow = params.integer('recvWindow') ?? defaultRecvWindow
  if (recvWindow > recvWindowMax) {
    throw new WireError(-1131, 'recvWindow must be less than 60000.')
  }
  clock.checkTimestamp(timestamp, recvWindow)
}

/** Query and body as they came, without the signature itself. */
export function signedPayload(query: string, body: string): string {
  return withoutSignature(query) + withoutSignature(body)
}

/** Of a WebSocket call: `name=value`, sorted by name. */
export function signedFields(fields: object): string {
  return Object.entries(fields)
    .filter(([name]) => name !== 'signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join('&')
}

function withoutSignature(text: string): string {
  return text
    .split('&')
    .filter((pair) => !pair.startsWith('signature='))
    .join('&')
}
