/**
 * The errors of Rehearsal. Each class has one exit code (see docs), a stable `code`, and numbers in `context`.
 * `InvariantError` is our own bug: it is never caught below `cli/`.
 */

export type ErrorContext = Readonly<Record<string, string | number | boolean | undefined>>

export interface SimErrorOptions {
  readonly context?: ErrorContext
  readonly cause?: unknown
}

/** Base of every error that a user, a data owner or an operator can act on. */
export abstract class SimError extends Error {
  abstract readonly exitCode: number
  /** Stable and upper case, for example `DATA_OUT_OF_ORDER`. */
  readonly code: string
  readonly context: ErrorContext

  constructor(code: string, message: string, options: SimErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.context = options.context ?? {}
  }
}

/** Arguments or configuration that cannot be used. The user acts. */
export class ConfigError extends SimError {
  readonly exitCode = 2
}

/** A bad, missing or out-of-order record. Context carries file, line and time where known. */
export class DataError extends SimError {
  readonly exitCode = 3
}

/** Transport, authentication or rate limit of a live venue. */
export class VenueError extends SimError {
  readonly exitCode = 4
}

/** Our own bug. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Stays on in every mode. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}

/** Ends every `switch` over a tagged union. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable case: ${JSON.stringify(value)}`)
}
