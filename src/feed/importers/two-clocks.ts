/**
 * Rows with two times of their own, and seen by one side or both → rows of a tape in receive order, such that each side
 * still sees its rows in the order of the file. What only the exchange sees waits until we receive something later.
 */
import { type RowKind, type SideCode, type Visibility, visibility } from '../../model/tape.ts'
import type { SourcePosition } from '../source-position.ts'
import { visibilityOf } from '../tape-columns.ts'
import type { TapeSink } from '../tape-sink.ts'

/** Low byte of `ev`. 10 to 13 are orders one by one (L3). */
export const eventKind = { depth: 1, trade: 2, clear: 3, snapshot: 4, bestBidOffer: 5 } as const
/** Bits of `ev`; the highest makes a negative int32, which does for a test of bits. */
export const eventFlag = { exchange: 1 << 31, local: 1 << 30, buy: 1 << 29, sell: 1 << 28 } as const

interface Waiting {
  readonly kind: RowKind
  readonly side: SideCode
  readonly exchangeTime: number
  readonly price: number
  readonly qty: number
}

export class TwoClocks {
  /** Rows that we received before the exchange sent them. */
  early = 0
  readonly #sink: TapeSink
  readonly #position: SourcePosition
  #waiting: Waiting[] = []
  #exchangeNs = 0n
  #localNs = 0n
  #exchangeTime = 0
  #localTime = 0
  #lastExchange = Number.NEGATIVE_INFINITY
  #lastLocal = Number.NEGATIVE_INFINITY
  #lastReceive = Number.NEGATIVE_INFINITY

  constructor(sink: TapeSink, position: SourcePosition) {
    this.#sink = sink
    this.#position = position
  }

  /** Times of the row to come, in nanoseconds. */
  at(exchangeNs: bigint, localNs: bigint): void {
    this.#exchangeNs = exchangeNs
    this.#localNs = localNs
    this.#exchangeTime = microseconds(exchangeNs)
    this.#localTime = microseconds(localNs)
  }

  /** @param seenBy a sum of visibilities, not 0 @throws {DataError} DATA_OUT_OF_ORDER, DATA_BAD_TIME */
  row(kind: RowKind, side: SideCode, price: number, qty: number, seenBy: number): void {
    const who = visibilityOf(seenBy)
    const exchangeTime = this.#exchangeTime
    if (!isTime(exchangeTime)) throw this.#noTime('exch_ts', this.#exchangeNs)
    if (who !== visibility.exchange && !isTime(this.#localTime)) throw this.#noTime('local_ts', this.#localNs)
    if (who !== visibility.local)
      this.#lastExchange = this.#inOrder('exch_ts', exchangeTime, this.#lastExchange)
    if (who === visibility.exchange) {
      this.#waiting.push({ kind, side, exchangeTime, price, qty })
      return
    }
    this.#lastLocal = this.#inOrder('local_ts', this.#localTime, this.#lastLocal)
    if (this.#localTime < exchangeTime) this.early++
    this.#release(who === visibility.both ? Number.POSITIVE_INFINITY : this.#localTime, this.#localTime)
    this.#send(kind, side, exchangeTime, this.#localTime, price, qty, who)
  }

  finish(): void {
    this.#release(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
  }

  /** Rows that only the exchange sees, up to an exchange time; none is received later than `latest`. */
  #release(until: number, latest: number): void {
    const waiting = this.#waiting
    let sent = 0
    for (const { kind, side, exchangeTime, price, qty } of waiting) {
      if (exchangeTime > until) break
      this.#send(kind, side, exchangeTime, Math.min(exchangeTime, latest), price, qty, visibility.exchange)
      sent++
    }
    if (sent > 0) this.#waiting = waiting.slice(sent)
  }

  #send(
    kind: RowKind,
    side: SideCode,
    exchangeTime: number,
    receiveTime: number,
    price: number,
    qty: number,
    who: Visibility,
  ): void {
    this.#lastReceive = Math.max(this.#lastReceive, receiveTime)
    this.#sink.row(kind, side, exchangeTime, this.#lastReceive, price, qty, true, who)
  }

  #noTime(column: string, ns: bigint): Error {
    const message = `expected ${column} in nanoseconds since 1970, found ${ns}`
    return this.#position.error('DATA_BAD_TIME', message)
  }

  #inOrder(column: string, time: number, last: number): number {
    if (time >= last) return time
    throw this.#position.error(
      'DATA_OUT_OF_ORDER',
      `expected ${column} of ${last} µs or later, as in the row before, found ${time} µs`,
    )
  }
}

/** @param us microseconds */
const isTime = (us: number): boolean => us > 0 && Number.isSafeInteger(us)

const thousand = 1000n

/** Cut, not rounded: what happened within one microsecond keeps the order of the file. */
const microseconds = (ns: bigint): number => Number(ns / thousand)
