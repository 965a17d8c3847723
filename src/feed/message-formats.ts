/** Files that hold messages as a venue sent them, one a line. */

/** `raw`: a receive time before each message; `json`: none; `capture`: in the lines of a capture tool. The last three: single orders. */
export const messageFormats = [
  ...(['binance-raw', 'hyperliquid-raw', 'bybit-raw', 'okx-raw'] as const),
  ...(['bybit-json', 'okx-json', 'capture'] as const),
  ...(['bitstamp-log', 'bitstamp-orders', 'lobster'] as const),
] as const
export type MessageFormat = (typeof messageFormats)[number]

export function isMessageFormat(format: string): format is MessageFormat {
  return messageFormats.some((one) => one === format)
}
