/** Parameters of a request as texts, wherever they came from: query, form body or JSON of a WebSocket call. */
import { illegal, missing, WireError } from './wire-error.ts'

export class Params {
  private readonly values: ReadonlyMap<string, string>

  constructor(values: ReadonlyMap<string, string>) {
    this.values = values
  }

  /** Of query and body together; the first of two with one name counts. @throws {WireError} −1101 never: doubles are passed over */
  static ofForm(...texts: readonly string[]): Params {
    const values = new Map<string, string>()
    for (const text of texts) {
      for (const [name, value] of new URLSearchParams(text)) if (!values.has(name)) values.set(name, value)
    }
    return new Params(values)
  }

  /** Of a JSON object; values that are objects are written as JSON. */
  static ofJson(fields: object): Params {
    const values = new Map<string, string>()
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined || value === null) continue
      values.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
    }
    return new Params(values)
  }

  /** Undefined when it was not sent, or is empty. */
  text(name: string): string | undefined {
    const value = this.values.get(name)
    return value === '' ? undefined : value
  }

  /** @throws {WireError} −1102 */
  required(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw missing(name)
    return value
  }

  /** @throws {WireError} −1100 */
  integer(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (!/^-?\d{1,16}$/.test(value)) throw illegal(name)
    return Number(value)
  }

  /** Plain decimal text, > 0. @throws {WireError} −1100 */
  decimal(name: string): string | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (!/^\d{1,20}(\.\d{1,20})?$/.test(value)) throw illegal(name)
    return value
  }

  flag(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true'
  }

  /** @throws {WireError} −1130 */
  limit(usual: number, most: number): number {
    const limit = this.integer('limit') ?? usual
    if (limit < 1) throw new WireError(-1130, "Data sent for parameter 'limit' is not valid.")
    return Math.min(limit, most)
  }
}
