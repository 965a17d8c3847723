/** CRC-32 (ISO 3309, as zlib computes it) of the numbers of a book, as venues write them. */
import { crc32 } from 'node:zlib'
import type { TextBook, TextLevel } from './text-book.ts'

/**
 * OKX: the best 25 bids and asks in turn, `price:quantity` joined with colons; where a side has fewer, the other goes on
 * alone (https://www.okx.com/docs-v5, WebSocket, order book channel, checksum; read 2025-11). Unsigned.
 */
export function okxChecksum({ bids, asks }: TextBook): number {
  const parts: string[] = []
  for (let i = 0; i < 25; i++) {
    const [bid, ask] = [bids.levels[i], asks.levels[i]]
    if (bid !== undefined) parts.push(bid.priceText, bid.qtyText)
    if (ask !== undefined) parts.push(ask.priceText, ask.qtyText)
  }
  return crc32(parts.join(':'))
}

/**
 * Kraken: the best 10 asks, then the best 10 bids, price and quantity without the point and without leading zeros
 * (https://docs.kraken.com/exchange/guides/websockets/book-checksum-v1, read 2025-11). Unsigned.
 */
export function krakenChecksum({ bids, asks }: TextBook): number {
  return crc32([...asks.levels.slice(0, 10), ...bids.levels.slice(0, 10)].map(krakenDigits).join(''))
}

function krakenDigits({ priceText, qtyText }: TextLevel): string {
  return significant(priceText) + significant(qtyText)
}

const significant = (text: string): string => text.replace('.', '').replace(/^0+/, '')
