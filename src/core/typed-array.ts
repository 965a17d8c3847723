/**
 * Reads from typed arrays where the index is known to be inside. `noUncheckedIndexedAccess` would ask for a check
 * on every element of the hot loops; these are the only place that vouches for the index instead.
 * One function per array type: V8 keeps type feedback per function, and a shared one would become polymorphic.
 */

export function f64At(array: Float64Array, index: number): number {
  return array[index] as number
}

export function i32At(array: Int32Array, index: number): number {
  return array[index] as number
}

export function u8At(array: Uint8Array, index: number): number {
  return array[index] as number
}
