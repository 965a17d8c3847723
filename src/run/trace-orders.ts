/** The records of a journal → what became of each order. */

import type { JournalRecord } from '../journal/record-stream.ts'
import { nameOfCode } from '../model/code-names.ts'
import { orderFlag, reasonNumber, reportKindCode, riskRuleCode } from '../model/codes.ts'
import { operatorCommand, recordKind } from '../model/journal-record.ts'
import type { OrderTrace, RunTotals, RunTrace, TracedEnd } from '../model/order-trace.ts'

/** Takes records one by one, in their order. */
export class OrderTracer {
  private readonly byId = new Map<number, OrderTrace>()
  private stoppedAt: number | undefined
  private endedAt: number | undefined
  private totals: RunTotals | undefined
  /** Its fee comes with the next position record. */
  private lastFill: { fee: number } | undefined

  add(record: JournalRecord): void {
    const { kind, fields, time, sub } = record
    const [id = 0, b = 0, c = 0, d = 0, e = 0] = fields
    switch (kind) {
      case recordKind.submit:
        this.open(record, { price: b, qty: c })
        break
      case recordKind.denied:
        this.open(record, { price: c, qty: d, rule: b })
        break
      case recordKind.cancel: {
        const order = this.byId.get(id)
        if (order !== undefined) order.cancelSentAt ??= time
        break
      }
      case recordKind.amend: {
        const order = this.byId.get(id)
        if (order !== undefined) order.amendSentAt ??= time
        break
      }
      case recordKind.report:
        this.report(record)
        break
      case recordKind.position:
        if (this.lastFill !== undefined) this.lastFill.fee = e
        this.lastFill = undefined
        break
      case recordKind.operator:
        if (sub !== operatorCommand.resume) this.stoppedAt ??= time
        break
      case recordKind.end:
        this.endedAt = time
        this.totals = { realized: b, unrealized: c, fees: d, equity: e }
        break
      default:
    }
  }

  finish(): RunTrace {
    const { byId, stoppedAt, endedAt, totals } = this
    return { orders: [...byId.values()], stoppedAt, endedAt, totals }
  }

  private open(
    { instrument, sub, time, fields }: JournalRecord,
    { price, qty, rule }: { readonly price: number; readonly qty: number; readonly rule?: number },
  ): void {
    const id = fields[0] ?? 0
    this.byId.set(id, {
      id,
      instrument,
      side: (sub & orderFlag.sell) === 0 ? 'buy' : 'sell',
      flags: sub,
      price,
      qty,
      sentAt: time,
      denied: rule === undefined ? undefined : nameOfCode(riskRuleCode, rule),
      arrivedAt: undefined,
      fills: [],
      cancelSentAt: undefined,
      amendSentAt: undefined,
      end: undefined,
    })
  }

  private report({ sub, fields, time }: JournalRecord): void {
    const [id = 0, exchangeTime = 0, , , e = 0, qty = 0] = fields
    const order = this.byId.get(id)
    if (order === undefined) return
    const kind = nameOfCode(reportKindCode, Math.floor(sub / 2))
    order.arrivedAt ??= exchangeTime
    if (kind === 'fill') {
      const fill = { price: e, qty, isTaker: sub % 2 === 1, exchangeTime, knownAt: time, fee: 0 }
      order.fills.push(fill)
      this.lastFill = fill
    } else if (isEnd(kind)) order.end = { kind, reason: nameOfCode(reasonNumber, e), exchangeTime }
  }
}

const isEnd = (kind: string | undefined): kind is TracedEnd['kind'] =>
  kind === 'rejected' || kind === 'canceled' || kind === 'expired'
