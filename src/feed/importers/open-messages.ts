/** Files of messages as a venue sent them → the importer of that venue. */
import { ConfigError } from '../../core/errors.ts'
import type { MessageFormat } from '../message-formats.ts'
import { readLineBlocks } from '../read-lines.ts'
import { unrecognized } from '../recognize.ts'
import type { Importer, ImportOptions } from '../tape-sink.ts'
import { openBinance } from './binance-raw.ts'
import { openBitstampCsv, openBitstampLog } from './bitstamp.ts'
import { bybitFormat } from './bybit-format.ts'
import { captureExchangeOf } from './capture-lines.ts'
import { captureSource } from './capture-source.ts'
import { openHyperliquidRaw } from './hyperliquid-raw.ts'
import { isRecord, parseOrUndefined } from './json-fields.ts'
import { krakenFormat } from './kraken-format.ts'
import { openLobster } from './lobster.ts'
import { bareLines, rawLines } from './message-source.ts'
import { okxFormat } from './okx-format.ts'
import { openVenueImporter } from './venue-import.ts'

export async function openMessages(
  format: MessageFormat,
  paths: readonly string[],
  options: ImportOptions,
): Promise<Importer> {
  switch (format) {
    case 'binance-raw':
      return openBinance(rawLines(paths), 'raw', options)
    case 'hyperliquid-raw':
      return openHyperliquidRaw(paths, options)
    case 'bybit-raw':
      return openVenueImporter(rawLines(paths), bybitFormat, 'raw', options)
    case 'okx-raw':
      return openVenueImporter(rawLines(paths), okxFormat, 'raw', options)
    case 'bybit-json':
      return openVenueImporter(bareLines(paths), bybitFormat, 'json', options)
    case 'okx-json':
      return openVenueImporter(bareLines(paths), okxFormat, 'json', options)
    case 'bitstamp-log':
      return openBitstampLog(paths, options)
    case 'bitstamp-orders':
      return openBitstampCsv(paths, options)
    case 'lobster':
      return openLobster(paths, options)
    case 'capture':
      return openCapture(paths, options)
  }
}

async function openCapture(paths: readonly string[], options: ImportOptions): Promise<Importer> {
  const exchanges = new Set<string>()
  for (const path of paths) exchanges.add(await exchangeOf(path))
  const [exchange = '', second] = exchanges
  if (second !== undefined) {
    throw new ConfigError(
      'CAPTURES_DIFFER',
      `expected captures of one exchange, found ${[...exchanges].join(', ')}`,
    )
  }
  const source = captureSource(paths)
  if (/^BINANCE(_FUTURES|_DELIVERY)?$/.test(exchange)) return openBinance(source, 'capture', options)
  if (/^OKE?X$/.test(exchange)) return openVenueImporter(source, okxFormat, 'capture', options)
  if (exchange === 'KRAKEN') return openVenueImporter(source, krakenFormat, 'capture', options)
  if (exchange === 'BYBIT') return openVenueImporter(source, bybitFormat, 'capture', options)
  throw unrecognized(paths[0] ?? '', `a capture of ${exchange}`)
}

async function exchangeOf(path: string): Promise<string> {
  for await (const { lines } of readLineBlocks(path)) {
    const record = parseOrUndefined(lines.find((line) => line !== '') ?? '')
    const exchange = isRecord(record) ? captureExchangeOf(record) : undefined
    if (exchange !== undefined) return exchange
  }
  throw unrecognized(path, 'a capture without a header')
}
