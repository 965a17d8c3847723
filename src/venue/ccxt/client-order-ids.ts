/**
 * Our order ids as a venue knows them: `<session>-<fence>-<id>`, both numbers in base 36. The fence counts the processes
 * that have run the session, so that an order tells which of them sent it, and no two processes use one id.
 */
import { assert, ConfigError } from '../../core/errors.ts'
import type { ClientOrderId } from '../../model/order.ts'

export interface ClientIdForm {
  /** Between the parts. Upper case where the venue allows letters and digits only: the parts are lower case. */
  readonly separator: '-' | 'Z'
  /** Characters that the venue takes. */
  readonly lengthMax: number
}

export interface ParsedClientId {
  readonly fence: number
  readonly clientOrderId: ClientOrderId
}

const prefixLength = 8

export class ClientOrderIds {
  private readonly start: string
  private readonly form: ClientIdForm

  /**
   * @param sessionId its first eight letters and digits, in lower case, mark all orders of the session
   * @throws {ConfigError} SESSION_ID
   */
  constructor(sessionId: string, form: ClientIdForm = { separator: '-', lengthMax: 32 }) {
    const prefix = sessionId
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, prefixLength)
    if (prefix.length < prefixLength) {
      throw new ConfigError(
        'SESSION_ID',
        `a session id needs ${prefixLength} letters and digits to mark its orders with, found ${JSON.stringify(sessionId)}`,
      )
    }
    this.start = prefix + form.separator
    this.form = form
  }

  format(clientOrderId: ClientOrderId, fence: number): string {
    const text = `${this.start}${fence.toString(36)}${this.form.separator}${clientOrderId.toString(36)}`
    assert(text.length <= this.form.lengthMax, `client order id ${text} is longer than the venue takes`)
    return text
  }

  /** Undefined for an order that this session did not send. */
  parse(text: string): ParsedClientId | undefined {
    if (!text.startsWith(this.start)) return undefined
    const [fence = '', id = '', ...more] = text.slice(this.start.length).split(this.form.separator)
    const parsed = { fence: Number.parseInt(fence, 36), clientOrderId: Number.parseInt(id, 36) }
    const isWhole = more.length === 0 && parsed.fence >= 0 && parsed.clientOrderId > 0
    return isWhole && this.format(parsed.clientOrderId, parsed.fence) === text ? parsed : undefined
  }
}
