/**
 * Recordings of hftbacktest (`.npz`): VENUE.md B1. One file has two streams, what the exchange did in the order of
 * `exch_ts` and what we received in the order of `local_ts`; a row may belong to either or both. Its own times are
 * nanoseconds; ours are cut to microseconds and keep the order of the file.
 */
import { rowKind, type SideCode, sideCode } from '../../model/tape.ts'
import { chooseInstrument } from '../choose-instrument.ts'
import { decimalTextOf } from '../decimal-steps.ts'
import { GridSample } from '../grid-sample.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import { SourcePosition } from '../source-position.ts'
import type { Importer, ImportOptions, TapeSink } from '../tape-sink.ts'
import { NoteCounts } from './note-counts.ts'
import { findEventArray, type NpzArray, readRecords, recordBytes } from './npz-entry.ts'
import { eventFlag, eventKind, TwoClocks } from './two-clocks.ts'

/** Of each file, for the grid of prices and quantities. */
const scannedRows = 200_000

interface Source {
  readonly path: string
  readonly array: NpzArray
}

export async function openHftbacktestNpz(
  paths: readonly string[],
  options: ImportOptions,
): Promise<Importer> {
  const sources: Source[] = []
  for (const path of paths) {
    const array = await findEventArray(path)
    if (array !== undefined) sources.push({ path, array })
  }
  const scan = await scanEvents(sources)
  const seen = { id: undefined, venue: undefined, kind: undefined, sample: scan.sample, lotTolerance: 0 }
  const { spec, notes } = chooseInstrument(seen, options)
  return {
    format: 'hftbacktest-npz',
    instrument: spec,
    levels: scan.hasDepth ? ['l2', 'trades'] : ['trades'],
    barUs: undefined,
    hasReceiveTime: true,
    isClockTrusted: true,
    read: async (sink) => {
      const position = new SourcePosition()
      const reader = new EventReader(new InstrumentGrid(spec, position), position, sink)
      await eachRecord(sources, position, (view, at) => {
        reader.row(view, at)
        return true
      })
      return reader.counters(notes)
    },
  }
}

async function scanEvents(sources: readonly Source[]): Promise<{ sample: GridSample; hasDepth: boolean }> {
  const sample = new GridSample()
  let hasDepth = false
  await eachRecord(sources, new SourcePosition(), (view, at, row) => {
    const kind = view.getUint8(at)
    const isLevel = kind === eventKind.depth || kind === eventKind.snapshot
    if (isLevel) hasDepth = true
    if (isLevel || kind === eventKind.trade) {
      sample.addPrice(decimalTextOf(view.getFloat64(at + 24, true)))
      sample.addQty(decimalTextOf(view.getFloat64(at + 32, true)))
    }
    return row < scannedRows
  })
  return { sample, hasDepth }
}

/** @param onRecord false goes on with the next file */
async function eachRecord(
  sources: readonly Source[],
  position: SourcePosition,
  onRecord: (view: DataView, at: number, row: number) => boolean,
): Promise<void> {
  for (const { path, array } of sources) {
    position.open(path, 'row')
    let isWanted = true
    for await (const view of readRecords(path, array)) {
      for (let at = 0; at < view.byteLength && isWanted; at += recordBytes) {
        position.line++
        isWanted = onRecord(view, at, position.line)
      }
      if (!isWanted) break
    }
  }
}

class EventReader {
  readonly #grid: InstrumentGrid
  readonly #position: SourcePosition
  readonly #clocks: TwoClocks
  readonly #notes = new NoteCounts()
  /** Decimal text of a double is dear, and most prices come again. */
  readonly #prices = new Map<number, number>()

  constructor(grid: InstrumentGrid, position: SourcePosition, sink: TapeSink) {
    this.#grid = grid
    this.#position = position
    this.#clocks = new TwoClocks(sink, position)
  }

  row(view: DataView, at: number): void {
    const kind = view.getUint8(at)
    const flags = view.getUint32(at, true)
    const isSell = (flags & eventFlag.sell) !== 0
    const side = isSell ? sideCode.sell : sideCode.buy
    const hasSide = isSell !== ((flags & eventFlag.buy) !== 0)
    const seenBy = ((flags & eventFlag.exchange) === 0 ? 0 : 1) + ((flags & eventFlag.local) === 0 ? 0 : 2)
    const clocks = this.#clocks
    clocks.at(view.getBigInt64(at + 8, true), view.getBigInt64(at + 16, true))
    if (seenBy === 0) {
      this.#notes.add('rows that neither side sees were left out')
    } else if (kind === eventKind.clear) {
      if (hasSide) this.#clearSide(side, view.getFloat64(at + 24, true), seenBy)
      else clocks.row(rowKind.clear, sideCode.buy, 0, 0, seenBy)
    } else if (kind === eventKind.depth || kind === eventKind.snapshot || kind === eventKind.trade) {
      if (!hasSide) throw this.#noSide(kind)
      const qty = this.#grid.qty(decimalTextOf(view.getFloat64(at + 32, true)))
      const price = this.#price(view.getFloat64(at + 24, true))
      if (kind !== eventKind.trade) clocks.row(rowKind.depth, side, price, qty, seenBy)
      else if (qty > 0) clocks.row(rowKind.trade, side, price, qty, seenBy)
      else this.#notes.add('trades without a quantity were left out')
    } else this.#notes.add(`rows of kind ${kind} were not used`)
  }

  counters(notes: readonly string[]) {
    this.#clocks.finish()
    this.#notes.add('rows reach us before they were sent and count as received then', this.#clocks.early)
    return {
      gaps: 0,
      offLotQuantities: this.#grid.offLotQuantities,
      touchChecks: 0,
      touchAgreed: 0,
      notes: [...notes, ...this.#notes.sentences()],
    }
  }

  /** From the best price to `price`, or the whole side when that is no number. */
  #clearSide(side: SideCode, price: number, seenBy: number): void {
    const isBeyondAll = Number.isFinite(price) && price <= 0
    if (isBeyondAll && side === sideCode.sell) {
      this.#notes.add('clears of asks up to a price of zero forget nothing and were left out')
      return
    }
    const isWhole = isBeyondAll || !Number.isFinite(price)
    this.#clocks.row(rowKind.clearSide, side, isWhole ? 0 : this.#price(price), 0, seenBy)
  }

  #price(price: number): number {
    const known = this.#prices.get(price)
    if (known !== undefined) return known
    const ticks = this.#grid.price(decimalTextOf(price))
    if (this.#prices.size > 100_000) this.#prices.clear()
    this.#prices.set(price, ticks)
    return ticks
  }

  #noSide(kind: number): Error {
    return this.#position.error(
      'NPZ_SIDE',
      `expected a side, buy or sell, found none in a row of kind ${kind}`,
    )
  }
}
