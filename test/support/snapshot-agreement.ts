/**
 * The book built from the orders of a Bitstamp log, against the snapshots of 20 levels a side inside the same log, level
 * by level and exact to the last hundred-millionth. Every difference falls into one of the classes of docs/L3.md.
 */
import { BitstampReader } from '../../src/feed/importers/bitstamp.ts'
import { type BitstampEvent, readBitstampLog } from '../../src/feed/importers/bitstamp-lines.ts'
import { InstrumentGrid } from '../../src/feed/instrument-grid.ts'
import { SourcePosition } from '../../src/feed/source-position.ts'
import { isOrderKind, type SideCode, sideCode } from '../../src/model/tape.ts'
import { testInstrument } from './tape-rows.ts'

const spec = { ...testInstrument, id: 'BTCUSD', tickSize: '0.01', lotSize: '0.00000001' }
/** A snapshot may show what the level was so long before its line of the log, or becomes so long after it. */
const beforeUs = 3_000_000
const afterUs = 1_000_000

export interface Agreement {
  readonly snapshots: number
  /** Snapshots of which every level agrees, and of which the best bid and ask do. */
  readonly whole: number
  readonly touch: number
  /** Levels shown by a snapshot, or by ours within its span. */
  readonly levels: number
  readonly same: number
  /** The level had this quantity up to 3 s before, or has it up to 1 s after. */
  readonly timing: number
  /** The snapshot shows more, by an order from before the recording whose end is told later. */
  readonly toldLater: number
  /** The snapshot shows more, by orders from before the recording that end without a word or not at all. */
  readonly neverTold: number
  /** Different surpluses (side, price, quantity) among those never told. */
  readonly surpluses: number
  /** Times at which such a surplus grew: an order from before the recording cannot come back. */
  readonly grown: number
  /** We show more than the snapshot, and not by a matter of timing. */
  readonly oursMore: number
}

export async function compareSnapshots(path: string): Promise<Agreement> {
  const history = new LevelHistory()
  const { snapshots, older } = await readLog(path, history)
  const counts = {
    whole: 0,
    touch: 0,
    levels: 0,
    same: 0,
    timing: 0,
    toldLater: 0,
    neverTold: 0,
    oursMore: 0,
  }
  const surpluses = new Set<string>()
  const lastSurplus = new Map<string, number>()
  let grown = 0
  for (const { time, sides } of snapshots) {
    let differences = 0
    for (const { side, level, shown, ours } of sides.flatMap(levelsOf)) {
      counts.levels++
      if (shown === ours) {
        counts.same++
        continue
      }
      differences++
      const key = `${side} ${level}`
      const told = older.get(key)?.filter((order) => order.until > time - beforeUs) ?? []
      const missing = told.reduce((sum, { lots }) => sum + lots, 0)
      if (history.valuesAround(key, time).has(shown)) counts.timing++
      else if (missing > 0 && shown - ours === missing) counts.toldLater++
      else if (shown < ours) counts.oursMore++
      else {
        counts.neverTold++
        surpluses.add(`${key} ${shown - ours}`)
        if (shown - ours > (lastSurplus.get(key) ?? Number.POSITIVE_INFINITY)) grown++
        lastSurplus.set(key, shown - ours)
      }
    }
    if (differences === 0) counts.whole++
    if (sides.every(isSameTouch)) counts.touch++
  }
  return { snapshots: snapshots.length, ...counts, surpluses: surpluses.size, grown }
}

interface SnapshotSide {
  readonly side: SideCode
  /** Ticks → lots. */
  readonly shown: ReadonlyMap<number, number>
  readonly ours: ReadonlyMap<number, number>
}

interface Snapshot {
  readonly time: number
  readonly sides: readonly SnapshotSide[]
}

interface OlderOrder {
  readonly lots: number
  readonly until: number
}

async function readLog(path: string, history: LevelHistory) {
  const position = new SourcePosition()
  const grid = new InstrumentGrid(spec, position)
  const touched: [side: SideCode, price: number][] = []
  const row = (
    kind: Parameters<typeof isOrderKind>[0],
    side: SideCode,
    _e: number,
    _r: number,
    price: number,
  ) => {
    if (isOrderKind(kind)) touched.push([side, price])
  }
  const reader = new BitstampReader({ spec, position, sink: { row }, hasTrades: true })
  /** Orders whose first event has been read, whatever it was. */
  const met = new Set<number>()
  const older = new Map<string, OlderOrder[]>()
  const snapshots: Snapshot[] = []
  await readBitstampLog([path], position, (event, time) => {
    reader.apply(event, time)
    for (const [side, price] of touched.splice(0)) {
      history.add(`${side} ${price}`, time, reader.standing.qtyAt(side, price))
    }
    if (event.kind === 'book') snapshots.push(snapshotOf(event, time, grid, reader))
    else if (event.kind !== 'trade' && !met.has(event.id)) {
      met.add(event.id)
      if (event.kind === 'created') return
      const key = `${event.side} ${grid.price(event.price)}`
      older.set(key, [...(older.get(key) ?? []), { lots: grid.qty(event.amount), until: time }])
    }
  })
  return { snapshots, older }
}

function snapshotOf(
  { bids, asks }: BitstampEvent & { kind: 'book' },
  time: number,
  grid: InstrumentGrid,
  { standing }: BitstampReader,
): Snapshot {
  const sideOf = (side: SideCode, levels: typeof bids): SnapshotSide => {
    const shown = new Map(levels.map(([price, amount]) => [grid.price(price), grid.qty(amount)]))
    const prices = [...shown.keys()]
    const [low, high] = [Math.min(...prices), Math.max(...prices)]
    const isShown = (price: number): boolean => (side === sideCode.buy ? price >= low : price <= high)
    const ours = [...standing.prices(side)].filter(isShown)
    return { side, shown, ours: new Map(ours.map((price) => [price, standing.qtyAt(side, price)])) }
  }
  return { time, sides: [sideOf(sideCode.buy, bids), sideOf(sideCode.sell, asks)] }
}

function levelsOf({ side, shown, ours }: SnapshotSide) {
  const prices = new Set([...shown.keys(), ...ours.keys()])
  return [...prices].map((level) => ({
    side,
    level,
    shown: shown.get(level) ?? 0,
    ours: ours.get(level) ?? 0,
  }))
}

function isSameTouch({ side, shown, ours }: SnapshotSide): boolean {
  const best = (levels: ReadonlyMap<number, number>): number =>
    side === sideCode.buy ? Math.max(...levels.keys()) : Math.min(...levels.keys())
  return best(shown) === best(ours) && shown.get(best(shown)) === ours.get(best(ours))
}

/** What each level was, and when. */
class LevelHistory {
  private readonly changes = new Map<string, { readonly time: number; readonly lots: number }[]>()

  add(key: string, time: number, lots: number): void {
    const changes = this.changes.get(key)
    if (changes === undefined) this.changes.set(key, [{ time, lots }])
    else changes.push({ time, lots })
  }

  valuesAround(key: string, time: number): Set<number> {
    const changes = this.changes.get(key) ?? []
    const before = changes.findLast((change) => change.time < time - beforeUs)
    const within = changes.filter((change) => change.time >= time - beforeUs && change.time <= time + afterUs)
    return new Set([before?.lots ?? 0, ...within.map(({ lots }) => lots)])
  }
}
