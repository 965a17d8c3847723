/** An account as the venue has it: what it holds, and which orders are open. Asked before a session begins, and at its end. */
import { Decimal } from 'decimal.js'
import { VenueError } from '../../core/errors.ts'
import { type QtyLots, qtyLots } from '../../core/units.ts'
import { type CcxtExchange, isRecord } from './ccxt-exchange.ts'
import type { ClientOrderIds } from './client-order-ids.ts'
import type { Done, ExchangeWire, WireOrderState, WireOutcome, WirePosition } from './exchange-wire.ts'

export interface OpenOrder {
  readonly instrument: number
  readonly venueOrderId: string
  /** It carries the session's mark. */
  readonly isOurs: boolean
}

export interface AccountReading {
  /** Of the settlement currency, what orders hold back included; decimal text. */
  readonly balance: string
  /** By instrument, signed lots. */
  readonly held: readonly QtyLots[]
  readonly open: readonly OpenOrder[]
}

export interface AccountReader {
  readonly exchange: CcxtExchange
  readonly wire: ExchangeWire
  readonly ids: ClientOrderIds
  /** How many. */
  readonly instruments: number
}

/** @throws {VenueError} ACCOUNT_UNREADABLE, and what ccxt throws */
export async function readAccount(
  reader: AccountReader & { readonly settleCurrency: string },
): Promise<AccountReading> {
  const { exchange, wire, instruments, settleCurrency } = reader
  const answer = await exchange.fetchBalance()
  const total = isRecord(answer) && isRecord(answer.total) ? answer.total[settleCurrency] : undefined
  const positions = await ask<readonly WirePosition[]>('its positions', (done) => wire.fetchPositions(done))
  const open = await readOpenOrders(reader)
  const held = Array.from({ length: instruments }, (_, index) => {
    return positions.find(({ instrument }) => instrument === index)?.qty ?? qtyLots(0)
  })
  const isNumber = typeof total === 'number' || typeof total === 'string'
  return {
    balance: new Decimal(isNumber ? total : 0).toFixed(),
    held,
    open,
  }
}

/** Of all instruments. @throws {VenueError} ACCOUNT_UNREADABLE */
export async function readOpenOrders({ wire, ids, instruments }: AccountReader): Promise<OpenOrder[]> {
  const found: OpenOrder[] = []
  for (let instrument = 0; instrument < instruments; instrument++) {
    const states = await ask<readonly WireOrderState[]>('its open orders', (done) =>
      wire.fetchOpenOrders(instrument, done),
    )
    for (const { clientId, venueOrderId, status } of states) {
      const isOurs = clientId !== undefined && ids.parse(clientId) !== undefined
      if (status === 'open') found.push({ instrument, venueOrderId, isOurs })
    }
  }
  return found
}

function ask<T>(what: string, call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((outcome) => {
      if (outcome.kind === 'ok') resolve(outcome.value)
      else reject(unreadable(`${what}: ${describe(outcome)}`))
    })
  })
}

const describe = (outcome: Exclude<WireOutcome<unknown>, { kind: 'ok' }>): string =>
  'text' in outcome ? outcome.text : outcome.kind

const unreadable = (what: string): VenueError =>
  new VenueError('ACCOUNT_UNREADABLE', `the venue does not tell of the account ${what}`)
