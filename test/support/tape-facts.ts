/** Facts of a recording as an importer writes them, for tests that need some. */
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import type { TapeFacts } from '../../src/model/tape.ts'

export function tapeFacts(
  instrument: InstrumentSpec,
  { firstTime, spanUs }: { readonly firstTime: number; readonly spanUs: number },
): TapeFacts {
  return {
    formatVersion: 1,
    instrument,
    isSynthetic: false,
    sources: ['btcusdt_20240808.gz'],
    format: 'binance-raw',
    levels: ['l2'],
    rows: 2_184_311,
    rowsByKind: { depth: 2_160_905, snapshot: 2_000, trade: 21_313, clear: 1, quote: 92 },
    firstTime,
    lastTime: firstTime + spanUs,
    hasReceiveTime: true,
    gaps: 0,
    crossedBooks: 0,
    offMarketTrades: 1,
    offLotQuantities: 0,
    touchChecks: 126,
    touchAgreed: 126,
    clock: { offsetUs: -1_270_412, driftPpm: -5.03 },
    latency: { p50: 2_410, p90: 7_933, p99: 21_870, max: 88_214 },
    tradedLots: 4_812_337,
    notes: ['The receive clock is 1.27 s behind the exchange; times were corrected before use.'],
    dataHash: '51b8e0c7f4a92d63810be5d7c29f4a60b3e817d5946f02ca8b7d3e105f96c824',
  }
}
