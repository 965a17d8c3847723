/**
 * First in, first out, each item with its time: for what cannot overtake, so that times never go back.
 * A ring that doubles when it is full, so that a queue that empties and fills again allocates nothing.
 */
import { InvariantError } from './errors.ts'
import { f64At } from './typed-array.ts'

const sizeAtFirst = 16

export class TimedQueue<T> {
  /**
   * Of the first item; Infinity when empty. Only read it. A field, because it is asked for at every event: a getter that
   * is not inlined puts each time into an object of its own.
   */
  nextTime = Number.POSITIVE_INFINITY
  private times = new Float64Array(sizeAtFirst)
  private items: (T | undefined)[] = new Array<T | undefined>(sizeAtFirst).fill(undefined)
  private head = 0
  private count = 0
  private lastTime = Number.NEGATIVE_INFINITY

  /** @param time not before that of the item pushed last */
  push(time: number, item: T): void {
    if (time < this.lastTime) throw new InvariantError(`time ${time} queued after ${this.lastTime}`)
    if (this.count === this.items.length) this.grow()
    const at = (this.head + this.count) & (this.items.length - 1)
    this.times[at] = time
    this.items[at] = item
    if (this.count++ === 0) this.nextTime = time
    this.lastTime = time
  }

  /** @throws {InvariantError} when empty */
  take(): T {
    const item = this.items[this.head]
    if (this.count === 0 || item === undefined) throw new InvariantError('nothing is queued')
    this.items[this.head] = undefined
    this.head = (this.head + 1) & (this.items.length - 1)
    this.count--
    this.nextTime = this.count === 0 ? Number.POSITIVE_INFINITY : f64At(this.times, this.head)
    return item
  }

  private grow(): void {
    const size = this.items.length
    const times = new Float64Array(2 * size)
    times.set(this.times.subarray(this.head))
    times.set(this.times.subarray(0, this.head), size - this.head)
    const items = [...this.items.slice(this.head), ...this.items.slice(0, this.head)]
    while (items.length < 2 * size) items.push(undefined)
    this.times = times
    this.items = items
    this.head = 0
  }
}
