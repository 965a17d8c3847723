/**
 * Priority queue with a stable, total order: time, then rank of the source, then sequence of arrival.
 * A binary heap over parallel arrays; ties never depend on the shape of the heap.
 */
import { InvariantError } from './errors.ts'

export class EventQueue<T> {
  /** Time of the first item; Infinity when empty. To be read only: asked far more often than it changes. */
  nextTime = Number.POSITIVE_INFINITY
  private readonly times: number[] = []
  private readonly ranks: number[] = []
  private readonly sequences: number[] = []
  /** Arrays are not shortened when items leave: one that is has to be allocated again with the next push. */
  private readonly items: (T | undefined)[] = []
  private count = 0
  private sequence = 0

  get size(): number {
    return this.count
  }

  /** Rank of the first item; Infinity when empty. */
  get nextRank(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.ranks[0] as number)
  }

  push(time: number, rank: number, item: T): void {
    let hole = this.count++
    const sequence = this.sequence++
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (!this.isBefore(time, rank, sequence, parent)) break
      this.move(parent, hole)
      hole = parent
    }
    this.place(hole, time, rank, sequence, item)
    if (hole === 0) this.nextTime = time
  }

  /** @throws {InvariantError} when empty */
  pop(): T {
    const first = this.items[0]
    const last = this.count - 1
    if (last < 0) throw new InvariantError('pop from an empty event queue')
    const time = this.times[last] as number
    const rank = this.ranks[last] as number
    const sequence = this.sequences[last] as number
    const item = this.items[last] as T
    this.items[last] = undefined
    this.count = last
    if (last > 0) this.sink(time, rank, sequence, item)
    this.nextTime = last > 0 ? (this.times[0] as number) : Number.POSITIVE_INFINITY
    return first as T
  }

  private sink(time: number, rank: number, sequence: number, item: T): void {
    const size = this.count
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= size) break
      if (child + 1 < size && this.precedes(child + 1, child)) child++
      if (this.isBefore(time, rank, sequence, child)) break
      this.move(child, hole)
      hole = child
    }
    this.place(hole, time, rank, sequence, item)
  }

  private precedes(a: number, b: number): boolean {
    return this.isBefore(this.times[a] as number, this.ranks[a] as number, this.sequences[a] as number, b)
  }

  private isBefore(time: number, rank: number, sequence: number, index: number): boolean {
    const otherTime = this.times[index] as number
    if (time !== otherTime) return time < otherTime
    const otherRank = this.ranks[index] as number
    if (rank !== otherRank) return rank < otherRank
    return sequence < (this.sequences[index] as number)
  }

  private move(from: number, to: number): void {
    this.place(
      to,
      this.times[from] as number,
      this.ranks[from] as number,
      this.sequences[from] as number,
      this.items[from] as T,
    )
  }

  private place(index: number, time: number, rank: number, sequence: number, item: T): void {
    this.times[index] = time
    this.ranks[index] = rank
    this.sequences[index] = sequence
    this.items[index] = item
  }
}
