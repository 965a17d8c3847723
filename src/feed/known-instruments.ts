/**
 * Grids of well-known instruments as the venues published them in 2023–2024, for recordings that do not carry their
 * own. A grid changes over the years, so the data has the last word: see `chooseInstrument`.
 */

export interface KnownGrid {
  readonly tickSize: string
  readonly lotSize: string
  readonly minNotional: string
}

/** `venue/id: [tickSize, lotSize]` */
const grids: Readonly<Record<string, readonly [string, string]>> = {
  'binance-usdm/ADAUSDT': ['0.0001', '1'],
  'binance-usdm/BNBUSDT': ['0.01', '0.01'],
  'binance-usdm/BTCUSDT': ['0.1', '0.001'],
  'binance-usdm/DOGEUSDT': ['0.00001', '1'],
  'binance-usdm/ETHUSDT': ['0.01', '0.001'],
  'binance-usdm/SOLUSDT': ['0.01', '1'],
  'binance-usdm/XRPUSDT': ['0.0001', '0.1'],
  'binance-spot/ADAUSDT': ['0.0001', '0.1'],
  'binance-spot/BNBUSDT': ['0.01', '0.001'],
  'binance-spot/BTCUSDT': ['0.01', '0.00001'],
  'binance-spot/DOGEUSDT': ['0.00001', '1'],
  'binance-spot/ETHBTC': ['0.00001', '0.0001'],
  'binance-spot/ETHUSDT': ['0.01', '0.0001'],
  'binance-spot/SOLUSDT': ['0.01', '0.001'],
  'binance-spot/XRPUSDT': ['0.0001', '0.1'],
}

/** 5 USDT was the lowest minimum in force on either venue in those years; no recording says when it was raised. */
const minNotionalOfUsdt = '5'

export function knownGrid(venue: string, id: string): KnownGrid | undefined {
  const grid = grids[`${venue}/${id}`]
  if (grid === undefined) return undefined
  const [tickSize, lotSize] = grid
  return { tickSize, lotSize, minNotional: id.endsWith('USDT') ? minNotionalOfUsdt : '0' }
}
