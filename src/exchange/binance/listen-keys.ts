/** Keys of user streams of perpetuals. They do not run out: their clients' timers run on wall time, ours may not. */
import { createHash } from 'node:crypto'
import type { Account } from '../account.ts'
import { WireError } from './wire-error.ts'

export class ListenKeys {
  private readonly accounts = new Map<string, Account>()

  open(account: Account): { readonly listenKey: string } {
    const listenKey = keyOf(account)
    this.accounts.set(listenKey, account)
    return { listenKey }
  }

  /** @throws {WireError} −1125 */
  extend(account: Account): { readonly listenKey: string } {
    const listenKey = keyOf(account)
    if (!this.accounts.has(listenKey)) throw new WireError(-1125, 'This listenKey does not exist.')
    return { listenKey }
  }

  close(account: Account): object {
    this.accounts.delete(keyOf(account))
    return {}
  }

  find(listenKey: string): Account | undefined {
    return this.accounts.get(listenKey)
  }
}

/** The same for one account every time, and no help in finding its secret. */
function keyOf({ keys }: Account): string {
  return createHash('sha256').update(`listen ${keys.apiKey} ${keys.secret}`).digest('hex')
}
