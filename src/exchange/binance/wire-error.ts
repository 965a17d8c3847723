/** What the wire answers when it refuses: a code and a sentence, in the venue's own words, because clients match on them. */

export class WireError extends Error {
  readonly code: number
  /** HTTP. */
  readonly status: number

  constructor(code: number, message: string, status = 400) {
    super(message)
    this.name = 'WireError'
    this.code = code
    this.status = status
  }

  toJSON(): { readonly code: number; readonly msg: string } {
    return { code: this.code, msg: this.message }
  }
}

export const missing = (name: string): WireError =>
  new WireError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`)
export const notRequired = (name: string): WireError =>
  new WireError(-1106, `Parameter '${name}' sent when not required.`)
export const illegal = (name: string): WireError =>
  new WireError(-1100, `Illegal characters found in parameter '${name}'.`)
export const filterFailure = (name: string): WireError => new WireError(-1013, `Filter failure: ${name}`)
export const unknownOrder = (): WireError => new WireError(-2011, 'Unknown order sent.')
export const noSuchOrder = (): WireError => new WireError(-2013, 'Order does not exist.')
export const invalidSymbol = (): WireError => new WireError(-1121, 'Invalid symbol.')
