/**
 * The journal: fixed records of eight little-endian doubles (64 bytes), `[head, time, a, b, c, d, e, f]`, where
 * head = kind + 256 × instrument + 65536 × sub. All values are integers, so a double holds them exactly.
 * A text record is followed by ⌈bytes / 64⌉ blocks of UTF-8, padded with zeros; its `a` is the byte length.
 * Numbers are never re-used: a retired kind stays retired.
 *
 * A file is one line of JSON (where the run came from; not hashed), the records, and, once it is whole, 64 hex digits:
 * the SHA-256 of the records, which is the fingerprint of the run.
 */
import type { TimeUs } from '../core/units.ts'

export const recordKind = {
  /** Text: canonical JSON of what decides the outcome (strategy, parameters, models, seed, instruments). First record. */
  config: 1,
  /** Text: a line logged by the strategy. */
  log: 2,

  // Inputs: everything that comes from outside. Together with the config they are the run.
  /** a timer id */
  timer: 10,
  /** sub: report kind × 2 + (taker ? 1 : 0). a clientOrderId, b exchangeTime, c cumQty, d tradeId (amended: trigger price or 0), e price or reason code, f qty */
  report: 11,
  /** a exchangeTime, b price, c qty, d side, e rowKind, f last of message */
  marketRow: 12,
  /** sub: operatorCommand */
  operator: 13,
  /** sub: channel (0 market, 1 orders) × 2 + (up ? 1 : 0). Of the instrument: its feed, or the way its orders take, went down or came back */
  connection: 14,
  /** First input of each process that runs the session. a fencing token */
  epoch: 15,
  /** What the venue says we hold of the instrument. a signed position in lots */
  venuePosition: 16,
  /** a exchangeTime, b amount (positive was paid), c signed position at the venue, d mark × 2, e rate in 1e-10 */
  funding: 18,
  /** sub: side + (2 when the insurance fund took it). a exchangeTime, b tradeId, c price, d qty, e fee */
  liquidation: 19,

  // Outputs: what the engine decided.
  /** sub: flags (1 sell, 2 limit, 4 ioc, 8 fok, 16 postOnly, 32 reduceOnly, 64 gtd). a clientOrderId, b price (0 for market), c qty, d parentOrderId or 0, e arrival mid × 2 or 0 */
  submit: 30,
  /** a clientOrderId */
  cancel: 31,
  /** a clientOrderId, b price or 0, c qty (as far as we know when none is asked for: the venue then keeps its own), d trigger price or 0 */
  amend: 32,
  /**
   * Just before its submit, of an order that is more than a plain one. sub: see codes.ts. a clientOrderId, b trigger price (trailing: activation price) or 0,
   * c trailing offset or 0, d display qty or 0, e expireTime or 0
   */
  terms: 33,
  /** Just before its submit. a clientOrderId, b ocoWith or 0, c exitOf or 0 */
  link: 34,
  /** a clientOrderId, b rule code, then as submit: c price, d qty; sub: flags */
  denied: 40,
  /** sub: new state (0 active, 1 reducing, 2 halted), a rule code */
  riskState: 41,
  /** sub: side + 2 × algo code. a parentOrderId, b qty, c arrival mid × 2 or 0 */
  parentStart: 50,
  /** a parentOrderId, b cumQty, c state code */
  parentEnd: 51,
  /** After a fill. a signed position, b openCost, c realizedPnl, d fees, e fee of this fill, f clientOrderId */
  position: 60,
  /** After the position, of a fill whose fee was kept of what was bought. a fee, b dust held then, both in base quanta, c clientOrderId */
  feeBase: 61,
  /** After funding. a signed position as we know it, b funding so far, c this payment, d equity */
  fundingPaid: 65,
  /** Last record. a rows, b realizedPnl, c unrealizedPnl, d fees, e equity, f 1 when the run was interrupted */
  end: 90,
} as const
export type RecordKind = (typeof recordKind)[keyof typeof recordKind]

/** Doubles per record. */
export const recordDoubles = 8
export const recordBytes = recordDoubles * 8

/** `sub` of an operator record. */
export const operatorCommand = {
  /** Cancel everything and let nothing new out. */
  stop: 1,
  /** The session is over: what still works ends here. */
  end: 2,
  /** As stop; also the operator's kill switch, whose state outlives a restart. */
  kill: 3,
  /** Trade again, after a stop, a kill or a breach that wants a person. */
  resume: 4,
  /** Only what shrinks a position leaves. */
  reduce: 5,
} as const
export type OperatorCommand = Exclude<keyof typeof operatorCommand, 'end'>

/** A record read back, without its kind and time. */
export interface RecordBody {
  readonly instrument: number
  readonly sub: number
  /** a … f as the kind defines them. */
  readonly fields: readonly number[]
}

export interface JournalSink {
  /** Fields not given are 0. `sub` and `instrument` are small non-negative integers. */
  record(
    kind: RecordKind,
    time: TimeUs,
    instrument: number,
    sub: number,
    a?: number,
    b?: number,
    c?: number,
    d?: number,
    e?: number,
    f?: number,
  ): void
  text(kind: RecordKind, time: TimeUs, text: string): void
}
