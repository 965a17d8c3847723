/** Facts of a market whose rows are still to come. */
import type { InstrumentSpec } from '../model/instrument.ts'
import type { DataLevel, TapeFacts } from '../model/tape.ts'

export function liveFacts(instrument: InstrumentSpec, level: DataLevel): TapeFacts {
  return {
    formatVersion: 1,
    instrument,
    isSynthetic: false,
    sources: ['live'],
    format: 'live',
    levels: [level],
    rows: 0,
    // There will be prints: triggers go by them, as in a recording that has some.
    rowsByKind: { trade: 1 },
    firstTime: 0,
    lastTime: 0,
    hasReceiveTime: true,
    gaps: 0,
    crossedBooks: 0,
    offMarketTrades: 0,
    offLotQuantities: 0,
    touchChecks: 0,
    touchAgreed: 0,
    clock: { offsetUs: 0, driftPpm: 0 },
    tradedLots: 0,
    notes: [],
    dataHash: '',
  }
}
