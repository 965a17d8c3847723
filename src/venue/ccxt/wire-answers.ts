/** Answers of ccxt as outcomes want them. */
import type { Done, WireOrderState, WireRef } from './exchange-wire.ts'

/** Some venues answer with the client order id of the request, not of the order. */
export function named(state: WireOrderState | undefined, { clientId }: WireRef): WireOrderState | undefined {
  return state === undefined || clientId === undefined ? state : { ...state, clientId }
}

export interface MaybeState<T> {
  readonly state: T
}

/** An answer without a state is an answer all the same. */
export function unwrapped<T>(done: Done<T>): Done<MaybeState<T>> {
  return (outcome) => done(outcome.kind === 'ok' ? { kind: 'ok', value: outcome.value.state } : outcome)
}

/** Undefined when one of them cannot be read: the list would lack it. */
export function all<T>(answer: unknown, read: (value: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(answer)) return undefined
  const values: T[] = []
  for (const one of answer) {
    const value = read(one)
    if (value === undefined) return undefined
    values.push(value)
  }
  return values
}
