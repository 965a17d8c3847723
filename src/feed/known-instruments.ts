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
  // https://api.bybit.com/v5/market/instruments-info as kept in QuantConnect/Lean's symbol-properties-database.
  'bybit-linear/BTCUSDT': ['0.1', '0.001'],
  'bybit-linear/XRPUSDT': ['0.0001', '1'],
}

/**
 * Units of base currency per contract, `ctVal` of OKX's list of instruments of 2022-05-13 (the one in the OKX capture of
 * docs/DATA.md). Recordings that carry such a list of their own use that instead.
 */
const contractSizes: Readonly<Record<string, string>> = {
  'okx-swap/ADA-USDT-SWAP': '100',
  'okx-swap/BTC-USDT-SWAP': '0.01',
  'okx-swap/DOGE-USDT-SWAP': '1000',
  'okx-swap/ETH-USDT-SWAP': '0.1',
  'okx-swap/LTC-USDT-SWAP': '1',
  'okx-swap/SOL-USDT-SWAP': '1',
  'okx-swap/UNI-USDT-SWAP': '1',
  'okx-swap/XRP-USDT-SWAP': '100',
}

export function knownContractSize(venue: string, id: string): string | undefined {
  return contractSizes[`${venue}/${id}`]
}

/** Whether quantities at a venue are numbers of contracts, not of coins. */
export function countsContracts(venue: string): boolean {
  return /^okx-(swap|futures)$/.test(venue)
}

/** 5 USDT was the lowest minimum in force on either venue in those years; no recording says when it was raised. */
const minNotionalOfUsdt = '5'

export function knownGrid(venue: string, id: string): KnownGrid | undefined {
  const grid = grids[`${venue}/${id}`]
  if (grid === undefined) return undefined
  const [tickSize, lotSize] = grid
  return { tickSize, lotSize, minNotional: id.endsWith('USDT') ? minNotionalOfUsdt : '0' }
}
