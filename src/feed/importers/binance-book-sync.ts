/**
 * Joins Binance's depth stream to a REST snapshot, as "How to manage a local order book correctly" of the spot and
 * the USDⓈ-M documentation tells (read 2025-11). The snapshot is asked for after the stream was opened, so diffs that it
 * already contains come before it in a recording: applied on top of it, they would cross the book.
 *
 * waiting → (snapshot) → joining → (first diff that overlaps it) → live → (broken chain) → waiting
 */
import type { BookMessage, BookRows, FlatLevels } from './book-rows.ts'

export interface DiffIds {
  /** `U`, `u`: first and last update id it contains. */
  readonly firstId: number
  readonly lastId: number
  /** `pu`: the last id of the diff before it. Futures only. */
  readonly previousId: number | undefined
}

export type DepthDiff = BookMessage & DiffIds
type ChainIds = Pick<DiffIds, 'firstId' | 'previousId'>

export interface BookSnapshot {
  readonly lastId: number
  /** Microseconds; undefined on spot, where the venue does not stamp it. */
  readonly exchangeTime: number | undefined
  readonly receiveTime: number
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}

/** Diffs kept while there is no snapshot: about ten minutes of the 100 ms stream. What is dropped shows as a gap. */
const maxWaiting = 6_000

export class BinanceBookSync {
  /** Breaks in the chain of update ids while a book was known. */
  gaps = 0
  /** Diffs that the known book already contains: repeated, or older than the snapshot. */
  staleDiffs = 0
  /** Snapshots older than the oldest diff that is still there, so that nothing connects them. */
  unusableSnapshots = 0
  /** Snapshots that came while the book was known and unbroken. */
  unneededSnapshots = 0
  /** Diffs received before the snapshot that they were joined to: those it contains, and those that follow it. */
  earlyContained = 0
  earlyApplied = 0
  readonly #rows: BookRows
  /** A snapshot ahead of a book that is still unbroken: asked for after a cut that no diff has shown yet. */
  #standby: BookSnapshot | undefined
  #state: 'waiting' | 'joining' | 'live' = 'waiting'
  #lastId = 0
  #waiting: DepthDiff[] = []
  /** Diffs that waited for longer than can be kept, since the last snapshot. */
  #dropped = 0

  constructor(rows: BookRows) {
    this.#rows = rows
  }

  /** Update id of the known book; undefined while there is none. */
  get lastId(): number | undefined {
    return this.#state === 'waiting' ? undefined : this.#lastId
  }

  /** Diffs that wait for a snapshot. */
  get waitingDiffs(): number {
    return this.#dropped + this.#waiting.length
  }

  onDiff(diff: DepthDiff): void {
    if (this.#state === 'waiting') {
      this.#keep(diff)
    } else if (diff.lastId <= this.#lastId) {
      this.staleDiffs++
    } else if (this.#follows(diff)) {
      this.#rows.diff(diff)
      this.#lastId = diff.lastId
      this.#state = 'live'
    } else {
      this.#breakAt(diff)
    }
  }

  /**
   * The rows carry the receive time of the snapshot, also those of the diffs that waited for it: before it, nobody
   * could have known the book. `stampedTime` is the newest exchange time seen in any stream.
   */
  onSnapshot(snapshot: BookSnapshot, stampedTime: number): void {
    if (this.#state === 'live') {
      if (snapshot.lastId > this.#lastId) this.#standby = snapshot
      else this.unneededSnapshots++
      return
    }
    const needed = this.#waiting.filter((diff) => diff.lastId > snapshot.lastId)
    const first = needed[0]
    if (first !== undefined && !connects(first, snapshot.lastId)) {
      this.unusableSnapshots++
      return
    }
    this.earlyContained += this.#waiting.length - needed.length
    this.earlyApplied += needed.length
    this.#waiting = []
    this.#dropped = 0
    this.#lastId = snapshot.lastId
    this.#state = 'joining'
    this.#rows.snapshot({ ...snapshot, exchangeTime: snapshotTime(snapshot, first, stampedTime) })
    for (const diff of needed) this.onDiff({ ...diff, receiveTime: snapshot.receiveTime })
  }

  /** Whether a diff with these ids is the next one of the known book. */
  continuesWith({ firstId, lastId, previousId }: DiffIds): boolean {
    if (this.#state === 'waiting') return false
    return lastId > this.#lastId && this.#follows({ firstId, previousId })
  }

  /** Forgets a book that may have changed unseen. Times in microseconds. */
  end(exchangeTime: number, receiveTime: number): void {
    if (this.#state === 'waiting') return
    this.gaps++
    this.#state = 'waiting'
    this.#standby = undefined
    this.#rows.clear(exchangeTime, receiveTime)
  }

  #breakAt(diff: DepthDiff): void {
    const standby = this.#standby
    this.#standby = undefined
    this.gaps++
    this.#rows.clear(diff.exchangeTime, diff.receiveTime)
    this.#state = 'waiting'
    this.#keep(diff)
    if (standby !== undefined) {
      this.onSnapshot({ ...standby, receiveTime: diff.receiveTime }, diff.exchangeTime)
    }
  }

  #keep(diff: DepthDiff): void {
    this.#waiting.push(diff)
    if (this.#waiting.length <= maxWaiting) return
    this.#waiting.splice(0, maxWaiting / 2)
    this.#dropped += maxWaiting / 2
  }

  #follows(diff: ChainIds): boolean {
    if (this.#state === 'joining') return connects(diff, this.#lastId)
    return diff.previousId === undefined
      ? diff.firstId === this.#lastId + 1
      : diff.previousId === this.#lastId
  }
}

/**
 * No update lies between the snapshot and the diff. Spot: U ≤ lastUpdateId + 1. Futures: the documented U ≤ lastUpdateId,
 * or pu ≤ lastUpdateId, because ids are shared by all symbols there and a snapshot may fall between two diffs.
 */
function connects(diff: ChainIds, snapshotId: number): boolean {
  return diff.previousId === undefined ? diff.firstId <= snapshotId + 1 : diff.previousId <= snapshotId
}

/**
 * Its own stamp, but not after the first diff that follows it. Spot has no stamp: the time of that diff, else the
 * newest time seen, so that the book is known rather a little late than early.
 */
function snapshotTime(snapshot: BookSnapshot, first: DepthDiff | undefined, stampedTime: number): number {
  const own = snapshot.exchangeTime ?? first?.exchangeTime ?? stampedTime
  return first === undefined ? own : Math.min(own, first.exchangeTime)
}
