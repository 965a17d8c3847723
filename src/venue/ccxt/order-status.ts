/**
 * The venues' words for the state of an order, as their own messages have them. ccxt has tables of its own, coarser in
 * places: where they differ on purpose is said in test/venue/ccxt/order-status.test.ts, which compares every word.
 */
import { isRecord, textOf } from './ccxt-exchange.ts'
import type { WireStatus } from './exchange-wire.ts'

/** `done`: over, and filled exactly when nothing is left of it. */
export type StatusWord = WireStatus | 'done'

export interface StatusTable {
  /** Fields of the venue's own message that hold the word, the first one that is there. */
  readonly fields: readonly string[]
  readonly words: Readonly<Record<string, StatusWord>>
}

const binance: StatusTable = {
  fields: ['status', 'X', 'algoStatus'],
  words: {
    NEW: 'open',
    PARTIALLY_FILLED: 'open',
    PENDING_CANCEL: 'open',
    ACCEPTED: 'open',
    TRIGGERING: 'open',
    FILLED: 'filled',
    TRIGGERED: 'done',
    FINISHED: 'done',
    CANCELED: 'canceled',
    REJECTED: 'rejected',
    EXPIRED: 'expired',
    EXPIRED_IN_MATCH: 'expired',
  },
}

export const statusTables: Readonly<Record<string, StatusTable>> = {
  binance,
  binanceusdm: binance,
  binancecoinm: binance,
  okx: {
    fields: ['state'],
    words: {
      live: 'open',
      partially_filled: 'open',
      filled: 'filled',
      canceled: 'canceled',
      mmp_canceled: 'canceled',
      effective: 'done',
      partially_effective: 'open',
      order_failed: 'rejected',
    },
  },
  bybit: {
    fields: ['orderStatus'],
    words: {
      Created: 'open',
      New: 'open',
      PartiallyFilled: 'open',
      PendingCancel: 'open',
      Untriggered: 'open',
      Triggered: 'open',
      Active: 'open',
      Filled: 'filled',
      PartiallyFilledCanceled: 'canceled',
      Cancelled: 'canceled',
      Deactivated: 'canceled',
      Rejected: 'rejected',
    },
  },
  kraken: {
    fields: ['order_status', 'status'],
    words: {
      pending: 'open',
      pending_new: 'open',
      new: 'open',
      open: 'open',
      partially_filled: 'open',
      filled: 'filled',
      closed: 'done',
      canceled: 'canceled',
      expired: 'expired',
    },
  },
  coinbase: {
    fields: ['status'],
    words: {
      PENDING: 'open',
      QUEUED: 'open',
      CANCEL_QUEUED: 'open',
      OPEN: 'open',
      FILLED: 'filled',
      CANCELLED: 'canceled',
      EXPIRED: 'expired',
      FAILED: 'rejected',
    },
  },
  kucoin: {
    // Spot says whether it is active, and why not; the unified account says a number.
    fields: ['status'],
    words: {
      '0': 'open',
      '1': 'open',
      '2': 'open',
      '4': 'open',
      '3': 'filled',
      '5': 'canceled',
      '6': 'canceled',
    },
  },
  gate: {
    fields: ['finish_as', 'status'],
    words: {
      open: 'open',
      _new: 'open',
      filled: 'filled',
      cancelled: 'canceled',
      liquidated: 'canceled',
      ioc: 'expired',
      expired: 'expired',
      failed: 'rejected',
      finished: 'done',
      closed: 'done',
    },
  },
  bitget: {
    fields: ['status', 'state', 'orderStatus', 'planStatus'],
    words: {
      init: 'open',
      new: 'open',
      live: 'open',
      not_trigger: 'open',
      partial_fill: 'open',
      partially_fill: 'open',
      partially_filled: 'open',
      full_fill: 'filled',
      filled: 'filled',
      triggered: 'done',
      executed: 'done',
      cancel: 'canceled',
      cancelled: 'canceled',
      canceled: 'canceled',
      fail_trigger: 'rejected',
      fail_execute: 'rejected',
    },
  },
  mexc: {
    fields: ['status', 'state'],
    words: {
      NEW: 'open',
      PARTIALLY_FILLED: 'open',
      FILLED: 'filled',
      CANCELED: 'canceled',
      PARTIALLY_CANCELED: 'canceled',
      '2': 'open',
      '3': 'done',
      '4': 'canceled',
      '5': 'rejected',
    },
  },
  htx: {
    fields: ['state', 'status', 'orderStatus'],
    words: {
      created: 'open',
      submitted: 'open',
      'partial-filled': 'open',
      filled: 'filled',
      'partial-canceled': 'canceled',
      canceled: 'canceled',
      '1': 'open',
      '2': 'open',
      '3': 'open',
      '4': 'open',
      '5': 'canceled',
      '6': 'filled',
      '7': 'canceled',
      '11': 'open',
      active: 'open',
      new: 'open',
      partially_filled: 'open',
      partially_canceled: 'canceled',
    },
  },
  bitstamp: {
    fields: ['status'],
    words: {
      'In Queue': 'open',
      Open: 'open',
      'Cancel pending': 'open',
      Finished: 'filled',
      Canceled: 'canceled',
      Expired: 'expired',
    },
  },
}

/** ccxt's own words, for messages without one that we know. */
const unified: Readonly<Record<string, StatusWord>> = {
  open: 'open',
  canceling: 'open',
  closed: 'done',
  canceled: 'canceled',
  expired: 'expired',
  rejected: 'rejected',
}

/**
 * @param order as ccxt parsed it, the venue's message in `info`
 * @returns undefined when nothing in it tells
 */
export function statusOf(
  exchangeId: string,
  order: Readonly<Record<string, unknown>>,
  isWhole: boolean,
): WireStatus | undefined {
  const word = venueWord(exchangeId, order.info) ?? unified[textOf(order.status) ?? '']
  if (word === undefined) return undefined
  return word === 'done' ? (isWhole ? 'filled' : 'canceled') : word
}

function venueWord(exchangeId: string, info: unknown): StatusWord | undefined {
  const table = statusTables[exchangeId]
  if (table === undefined || !isRecord(info)) return undefined
  for (const field of table.fields) {
    const word = table.words[textOf(info[field]) ?? '']
    if (word !== undefined) return word
  }
  return undefined
}
