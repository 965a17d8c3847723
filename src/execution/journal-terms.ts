/** What an order asks for beyond a plain one, as it is written down before its submit. Layout: model/journal-record.ts. */
import type { TimeUs } from '../core/units.ts'
import { orderTypeCode, selfTradeCode, triggerSourceCode } from '../model/codes.ts'
import { type JournalSink, recordKind } from '../model/journal-record.ts'
import type { Order, OrderTerms } from '../model/order.ts'

export function journalTerms(
  journal: JournalSink,
  { clientOrderId, instrument, type }: Pick<Order, 'clientOrderId' | 'instrument' | 'type'>,
  terms: OrderTerms,
  now: TimeUs,
): void {
  const { trigger, displayQty, expireTime, ocoWith, exitOf, selfTradePrevention: mode } = terms
  if (trigger !== undefined || displayQty !== undefined || expireTime !== undefined || mode !== undefined) {
    const isTrailing = trigger?.kind === 'trailing-stop'
    const sub =
      orderTypeCode[type] +
      16 * (mode === undefined ? 0 : selfTradeCode[mode]) +
      128 * (trigger?.source === undefined ? 0 : triggerSourceCode[trigger.source]) +
      (isTrailing && trigger.isBps ? 512 : 0)
    const price = isTrailing ? (trigger.activation ?? 0) : (trigger?.price ?? 0)
    const offset = isTrailing ? trigger.offset : 0
    const { terms: kind } = recordKind
    journal.record(kind, now, instrument, sub, clientOrderId, price, offset, displayQty ?? 0, expireTime ?? 0)
  }
  if (ocoWith === undefined && exitOf === undefined) return
  journal.record(recordKind.link, now, instrument, 0, clientOrderId, ocoWith ?? 0, exitOf ?? 0)
}
