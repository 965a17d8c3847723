/** The instrument of a source: what the user says, else what is known of the venue, else what the data shows. */

import { parseDecimal } from '../core/decimal.ts'
import { ConfigError, DataError } from '../core/errors.ts'
import { defaultSettleQuantum, type InstrumentKind, type InstrumentSpec } from '../model/instrument.ts'
import { DecimalSteps } from './decimal-steps.ts'
import type { GridSample } from './grid-sample.ts'
import { countsContracts, type KnownGrid, knownContractSize, knownGrid } from './known-instruments.ts'
import type { ImportOptions } from './tape-sink.ts'

/** What a venue says about an instrument, or its name tells. */
export interface InstrumentListing {
  readonly venue?: string
  readonly kind?: InstrumentKind
  /** Quantities are contracts of a fixed worth in dollars, settled in the coin. */
  readonly isInverse?: boolean
  /** Decimals. */
  readonly tickSize?: string
  readonly lotSize?: string
  readonly minNotional?: string
  /** Units of base currency per contract; of an inverse contract, dollars. */
  readonly contractSize?: string
  readonly settleCurrency?: string
}

/** What the data itself says. */
export interface SeenInstrument {
  readonly id: string | undefined
  readonly venue: string | undefined
  readonly kind: InstrumentKind | undefined
  readonly sample: GridSample
  /** Share of quantities, 0–1, that may be finer than an inferred lot. */
  readonly lotTolerance: number
  /** When `id` is no more than a guess. */
  readonly isNameGuessed?: boolean
  readonly listing?: InstrumentListing | undefined
}

export interface ChosenInstrument {
  readonly spec: InstrumentSpec
  readonly notes: readonly string[]
}

/** @throws {ConfigError} for a tick or lot that is no positive decimal @throws {DataError} DATA_NO_PRICES */
export function chooseInstrument(seen: SeenInstrument, options: ImportOptions): ChosenInstrument {
  const id = (options.instrument ?? seen.id ?? 'UNKNOWN').toUpperCase()
  const venue = options.venue ?? seen.venue ?? 'unknown'
  const { base, settle } = currenciesOf(id)
  const isInverseHere = seen.listing?.isInverse ?? isInverse(venue, base, settle)
  const kind = options.kind ?? (isInverseHere ? 'inverse' : (seen.kind ?? kindOf(venue, id)))
  const notes: string[] = []
  const known = gridOf(seen.listing) ?? knownGrid(venue, id)
  const tickSize = options.tickSize ?? tickOf(seen.sample, known, notes)
  const lotSize = options.lotSize ?? lotOf(seen, known, notes)
  if (isQuanto(venue, base, settle)) {
    notes.push(`${id} of ${venue} is settled in a third currency; it is treated as linear in ${settle}`)
  }
  if (options.instrument === undefined && (seen.id === undefined || seen.isNameGuessed === true)) {
    const guess = seen.id === undefined ? '' : `, ${seen.id} is taken from the name of the file`
    notes.push(`the source does not name its instrument${guess}; pass --instrument to name it`)
  }
  const step = { tickSize: positive('tick', tickSize), lotSize: positive('lot', lotSize) }
  // In the unit of the kind that the venue says it is.
  const listed = isInverseHere === (kind === 'inverse') ? seen.listing?.contractSize : undefined
  const said = options.contractSize ?? listed
  const contractSize = contractSizeOf({ said, id, venue, kind, base, settle }, notes)
  const sized = { ...step, contractSize: positive('contract', contractSize) }
  const settleQuantum = defaultSettleQuantum({ kind, ...sized })
  // Known minima are in quote currency; inverse contracts have none beyond the lot.
  const minNotional = kind === 'inverse' ? '0' : (known?.minNotional ?? '0')
  const currencies = { baseCurrency: base, settleCurrency: kind === 'inverse' ? base : settle }
  return {
    spec: { id, venue, kind, ...currencies, ...sized, minNotional, settleQuantum },
    notes,
  }
}

function gridOf(listing: InstrumentListing | undefined): KnownGrid | undefined {
  if (listing?.tickSize === undefined || listing.lotSize === undefined) return undefined
  const decimal = (text: string): string => parseDecimal(text).toFixed()
  return {
    tickSize: decimal(listing.tickSize),
    lotSize: decimal(listing.lotSize),
    minNotional: decimal(listing.minNotional ?? '0'),
  }
}

interface Contract {
  /** By the user, or by the venue in the recording. */
  readonly said: string | undefined
  readonly id: string
  readonly venue: string
  readonly kind: InstrumentKind
  readonly base: string
  readonly settle: string
}

/** Where quantities are contracts, how much one is worth is nowhere in the trades and books themselves. */
function contractSizeOf({ said, id, venue, kind, base, settle }: Contract, notes: string[]): string {
  if (said !== undefined) return said
  if (kind === 'inverse') {
    const size = inverseContractSize(venue, base)
    notes.push(`a contract of ${id} is taken to be ${size} ${settle}; pass --contract-size to set it`)
    return size
  }
  const known = knownContractSize(venue, id)
  if (known !== undefined) {
    notes.push(`quantities are contracts of ${known} units of base currency each`)
  } else if (countsContracts(venue)) {
    notes.push('quantities are contracts of unknown size, taken for 1; pass --contract-size to set it')
  }
  return known ?? '1'
}

function tickOf(sample: GridSample, known: KnownGrid | undefined, notes: string[]): string {
  const divisor = sample.priceDivisor()
  if (known !== undefined) {
    if (divisor === undefined || new DecimalSteps(known.tickSize).exact(divisor) !== undefined) {
      return known.tickSize
    }
    notes.push(`prices are finer than the tick size ${known.tickSize} known for this instrument`)
  }
  const tickSize = sample.tickSize()
  if (tickSize === undefined)
    throw new DataError('DATA_NO_PRICES', 'expected prices, found none in the source')
  notes.push(`tick size ${tickSize} is inferred from the prices; pass --tick to set it`)
  return tickSize
}

function lotOf(seen: SeenInstrument, known: KnownGrid | undefined, notes: string[]): string {
  if (known !== undefined && seen.sample.shareFinerThan(known.lotSize) <= 0.01) return known.lotSize
  const lotSize = seen.sample.lotSize(seen.lotTolerance) ?? '1'
  notes.push(`lot size ${lotSize} is inferred from the quantities; pass --lot to set it`)
  return lotSize
}

function positive(what: string, text: string): string {
  const decimal = parseDecimal(text)
  if (decimal.lte(0))
    throw new ConfigError('STEP_NOT_POSITIVE', `expected a ${what} size above zero, found ${text}`)
  return decimal.toFixed()
}

function kindOf(venue: string, id: string): InstrumentKind {
  const isDerivative =
    /usdm|coinm|futures|swap|perp|delivery|deribit|bitmex|hyperliquid|dydx|linear/i.test(venue) ||
    /PERP|SWAP|[-_]\d{6}$/.test(id)
  return isDerivative ? 'linear' : 'spot'
}

const paysInCoins = /coinm|delivery|bitmex|deribit|dm-swap|dm$|okex-(swap|futures)/

/** Contracts of these venues against plain USD pay out in their base currency. */
function isInverse(venue: string, base: string, settle: string): boolean {
  return settle === 'USD' && paysInCoins.test(venue) && !isQuanto(venue, base, settle)
}

/** BitMEX settles what is not bitcoin against USD in bitcoin all the same. */
function isQuanto(venue: string, base: string, settle: string): boolean {
  return venue === 'bitmex' && settle === 'USD' && base !== 'XBT'
}

/**
 * Of an inverse contract in quote currency: 1 where quantities are in dollars (BitMEX, Deribit, Bybit), else 100 for
 * bitcoin and 10 for other coins (Binance COIN-M, OKX and Huobi; contract tables of 2023–2024).
 */
function inverseContractSize(venue: string, base: string): string {
  if (!/coinm|delivery|okex|okx|huobi|dm/.test(venue)) return '1'
  return base === 'BTC' ? '100' : '10'
}

/** Longest first, so that FDUSD is not read as USD. */
const quoteSuffixes = [
  ...['FDUSD', 'USDT', 'USDC', 'BUSD', 'TUSD', 'USDP', 'USD', 'DAI', 'EUR', 'GBP', 'TRY', 'BRL'],
  ...['JPY', 'AUD', 'BTC', 'ETH', 'BNB', 'SOL', 'XRP', 'TRX'],
]

/** `BTCUSDT`, `BTC-USD`, `XRP/ETH`, `BTC-PERPETUAL`; `UNKNOWN` where the name does not tell. */
export function currenciesOf(id: string): { base: string; settle: string } {
  // Not `XB` against the dollar of another issuer.
  if (/^XBT[A-Z]{3,4}$/.test(id)) return { base: 'XBT', settle: id.slice(3) }
  const pair = id.replace(/[-_:]?(PERPETUAL|PERP|SWAP|\d{6})$/, '').replace(/:.*$/, '')
  const parts = pair.split(/[/_-]/)
  const [base = pair, quote] = parts
  if (quote !== undefined && quote !== '') return { base, settle: quote }
  if (pair !== id && !quoteSuffixes.some((suffix) => base.endsWith(suffix) && base !== suffix)) {
    return { base, settle: 'USD' }
  }
  const settle = quoteSuffixes.find((suffix) => base.endsWith(suffix) && base !== suffix)
  if (settle === undefined) return { base: 'UNKNOWN', settle: 'UNKNOWN' }
  return { base: base.slice(0, -settle.length), settle }
}
