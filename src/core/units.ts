/**
 * Numbers with a unit in the type. Each constructor is the one place that asserts the range of its unit;
 * arithmetic drops the unit and must be given it back on purpose.
 */
import { InvariantError } from './errors.ts'

declare const unit: unique symbol
export type Unit<T, Name extends string> = T & { readonly [unit]: Name }

/** Microseconds since the Unix epoch, UTC. A safe integer until the year 2255. */
export type TimeUs = Unit<number, 'TimeUs'>

/** A length of time in whole microseconds, ≥ 0 unless stated. */
export type DurationUs = Unit<number, 'DurationUs'>

/** Price in whole ticks of its instrument: price = ticks × tickSize. */
export type PriceTicks = Unit<number, 'PriceTicks'>

/** Quantity in whole lots of its instrument: quantity = lots × lotSize. */
export type QtyLots = Unit<number, 'QtyLots'>

/** Money in whole quanta of the settlement currency: amount = quanta × settleQuantum. Signed. */
export type MoneyQuanta = Unit<number, 'MoneyQuanta'>

function integer(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new InvariantError(`${what} is not a safe integer: ${value}`)
  return value
}

export const timeUs = (value: number): TimeUs => integer(value, 'time in microseconds') as TimeUs
export const durationUs = (value: number): DurationUs =>
  integer(value, 'duration in microseconds') as DurationUs
export const priceTicks = (value: number): PriceTicks => integer(value, 'price in ticks') as PriceTicks
export const qtyLots = (value: number): QtyLots => integer(value, 'quantity in lots') as QtyLots
export const moneyQuanta = (value: number): MoneyQuanta => integer(value, 'money in quanta') as MoneyQuanta

/** Product of two integers; throws InvariantError when it leaves the exact range of a double. */
export function exactProduct(a: number, b: number): number {
  const product = a * b
  // The message is written only when it is needed: a template costs ten times the product.
  if (!Number.isSafeInteger(product)) {
    throw new InvariantError(`product of ${a} and ${b} is not a safe integer: ${product}`)
  }
  return product
}
