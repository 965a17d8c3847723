/** Calls of ccxt, and what came of each: an outcome, whatever happens. */
import type { CcxtExchange } from './ccxt-exchange.ts'
import { type CallKind, type FailedOutcome, type HttpFacts, outcomeOf } from './error-outcome.ts'
import type { Done } from './exchange-wire.ts'
import type { HttpTransport } from './http-transport.ts'
import { redact, type VenueKeys } from './secret.ts'

export interface CallRunnerOptions {
  readonly exchange: CcxtExchange
  readonly transport: HttpTransport
  readonly keys: VenueKeys | undefined
  /** A request was refused for its time. */
  readonly onClockOff: () => void
}

/** Stands for an answer that would have the order in it, and has not. */
export const notFound = Symbol('not found')

export const unreadable: FailedOutcome = { kind: 'unknown', text: 'an answer that cannot be read' }

/** As ccxt calls what a venue refuses for a reason of its own: see error-outcome.ts. */
class ExchangeError extends Error {}

export class CallRunner {
  private readonly options: CallRunnerOptions

  constructor(options: CallRunnerOptions) {
    this.options = options
  }

  /** @param absent the outcome when nothing can be read of the answer; default: unknown */
  run<T>(
    call: CallKind,
    ask: () => Promise<unknown>,
    read: (answer: unknown) => T | undefined,
    done: Done<T>,
    absent: FailedOutcome = unreadable,
  ): void {
    let asked: Promise<unknown>
    try {
      asked = ask()
    } catch (error) {
      return done(this.failure(call, error))
    }
    asked.then(
      (answer) => {
        const value = readSafely(answer, read)
        if (value !== undefined) return done({ kind: 'ok', value })
        done(answer === notFound ? { kind: 'not-found' } : absent)
      },
      (error: unknown) => done(this.failure(call, error)),
    )
  }

  /** What the venue refused on another way than ccxt's. */
  refusal(call: CallKind, facts: HttpFacts, text: string): FailedOutcome {
    return this.outcome(call, new ExchangeError(), facts, redact(text, this.options.keys))
  }

  private failure(call: CallKind, error: unknown): FailedOutcome {
    const { transport, keys } = this.options
    const text = redact(error instanceof Error ? error.message : String(error), keys)
    return this.outcome(call, error, transport.factsOf(error), text)
  }

  private outcome(call: CallKind, error: unknown, facts: HttpFacts | undefined, text: string): FailedOutcome {
    const { exchange, onClockOff } = this.options
    const outcome = outcomeOf({ exchangeId: exchange.id, call, error, facts, text })
    if (outcome.kind === 'not-sent' && outcome.reason === 'refused-before-engine') onClockOff()
    return outcome
  }
}

/** A message of the venue that makes us stumble is one that cannot be read. */
function readSafely<T>(answer: unknown, read: (answer: unknown) => T | undefined): T | undefined {
  try {
    return read(answer)
  } catch {
    return undefined
  }
}
