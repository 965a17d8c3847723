import { beforeEach, describe, expect, it } from 'vitest'
import {
  BinanceBookSync,
  type BookSnapshot,
  type DepthDiff,
} from '../../../src/feed/importers/binance-book-sync.ts'
import { BookRows } from '../../../src/feed/importers/book-rows.ts'
import { brief, type ImportedRow } from '../../support/import-rows.ts'

let rows: ImportedRow[]
let sync: BinanceBookSync

beforeEach(() => {
  rows = []
  const book = new BookRows({
    row: (kind, side, exchangeTime, receiveTime, price, qty, isLast) => {
      rows.push({ kind, side, exchangeTime, receiveTime, price, qty, isLast, orderId: 0 })
    },
  })
  sync = new BinanceBookSync(book)
})

/** Times are 10 × the last id on the venue's clock, 10 × + 3 on ours; the bid quantity is the last id. */
function spot(firstId: number, lastId: number): DepthDiff {
  return {
    firstId,
    lastId,
    previousId: undefined,
    exchangeTime: lastId * 10,
    receiveTime: lastId * 10 + 3,
    bids: [100, lastId],
    asks: [],
  }
}

function futures(previousId: number, firstId: number, lastId: number): DepthDiff {
  return { ...spot(firstId, lastId), previousId }
}

function snapshot(lastId: number, receiveTime: number, exchangeTime?: number): BookSnapshot {
  return { lastId, receiveTime, exchangeTime, bids: [100, 7], asks: [101, 9] }
}

const snapshotRows = ['clear buy 0×0', 'snapshot buy 100×7', 'snapshot sell 101×9!']

describe('BinanceBookSync', () => {
  it('drops the diffs that the snapshot contains and applies the rest on top of it', () => {
    sync.onDiff(spot(1, 5))
    sync.onDiff(spot(6, 9))
    sync.onDiff(spot(10, 12))
    expect(rows).toEqual([])
    sync.onSnapshot(snapshot(9, 200), 120)
    sync.onDiff(spot(13, 13))
    expect(brief(rows)).toEqual([...snapshotRows, 'depth buy 100×12!', 'depth buy 100×13!'])
    expect(sync.gaps).toBe(0)
    expect(sync.lastId).toBe(13)
  })

  it('stamps what waited with the time the snapshot was received, and keeps exchange times in order', () => {
    sync.onDiff(spot(10, 12))
    sync.onSnapshot(snapshot(10, 200), 150)
    expect(rows.map(({ exchangeTime, receiveTime }) => [exchangeTime, receiveTime])).toEqual([
      // Without a stamp of its own, the snapshot takes the time of the diff that follows it.
      [120, 200],
      [120, 200],
      [120, 200],
      [120, 200],
    ])
  })

  it('takes the stamp of a futures snapshot, but not past the diff that follows it', () => {
    sync.onDiff(futures(9, 10, 12))
    sync.onSnapshot(snapshot(11, 200, 115), 150)
    expect(rows.map(({ exchangeTime }) => exchangeTime)).toEqual([115, 115, 115, 120])
  })

  it('moves a futures snapshot stamped after the diff that follows it back to that diff', () => {
    sync.onDiff(futures(9, 10, 12))
    sync.onSnapshot(snapshot(11, 200, 125), 150)
    expect(rows.map(({ exchangeTime }) => exchangeTime)).toEqual([120, 120, 120, 120])
  })

  it('accepts a diff that overlaps the snapshot', () => {
    sync.onSnapshot(snapshot(9, 95), 90)
    sync.onDiff(spot(8, 12))
    expect(brief(rows)).toEqual([...snapshotRows, 'depth buy 100×12!'])
    expect(sync.gaps).toBe(0)
  })

  it('accepts a futures snapshot that lies between two diffs', () => {
    // Ids are shared by all symbols: nothing of this one happened between 12 and 20.
    sync.onDiff(futures(9, 10, 12))
    sync.onDiff(futures(12, 20, 25))
    sync.onSnapshot(snapshot(15, 300, 250), 250)
    expect(brief(rows)).toEqual([...snapshotRows, 'depth buy 100×25!'])
    expect(sync.gaps).toBe(0)
  })

  it.each([
    ['spot, the very next id', spot(10, 12), 0],
    ['spot, one id missing', spot(11, 12), 1],
    ['futures, chained to the snapshot', futures(9, 11, 12), 0],
    ['futures, one id missing', futures(10, 11, 12), 1],
  ])('joins a later diff to the snapshot only without a hole: %s', (_name, diff, gaps) => {
    sync.onSnapshot(snapshot(9, 95), 90)
    sync.onDiff(diff)
    expect(sync.gaps).toBe(gaps)
    expect(brief(rows).at(-1)).toBe(gaps === 0 ? 'depth buy 100×12!' : 'clear buy 0×0!')
  })

  it.each([
    ['spot', spot(1, 5), spot(11, 12)],
    ['futures', futures(0, 1, 5), futures(10, 11, 12)],
  ])('refuses a snapshot that falls into a hole between the diffs before it: %s', (_name, before, after) => {
    sync.onDiff(before)
    sync.onDiff(after)
    sync.onSnapshot(snapshot(9, 130), 120)
    expect(rows).toEqual([])
    expect(sync.unusableSnapshots).toBe(1)
  })

  it.each([
    ['spot', spot(14, 20)],
    ['futures', futures(13, 14, 20)],
  ])('ends the book at a gap and counts it: %s', (_name, late) => {
    sync.onSnapshot(snapshot(9, 95), 90)
    sync.onDiff(late.previousId === undefined ? spot(10, 12) : futures(9, 10, 12))
    sync.onDiff(late)
    expect(brief(rows).slice(4)).toEqual(['clear buy 0×0!'])
    expect(rows.at(-1)).toMatchObject({ exchangeTime: 200, receiveTime: 203 })
    expect(sync.gaps).toBe(1)
    expect(sync.lastId).toBeUndefined()
  })

  it('knows the book again from the next snapshot on', () => {
    sync.onSnapshot(snapshot(9, 95), 90)
    sync.onDiff(spot(14, 20))
    sync.onDiff(spot(21, 22))
    sync.onSnapshot(snapshot(20, 230), 220)
    expect(brief(rows).slice(3)).toEqual(['clear buy 0×0!', ...snapshotRows, 'depth buy 100×22!'])
    expect(sync.gaps).toBe(1)
  })

  it('uses a snapshot that came before the diff which shows the cut', () => {
    sync.onSnapshot(snapshot(9, 95), 90)
    sync.onDiff(spot(10, 12))
    sync.onSnapshot(snapshot(30, 310), 300)
    sync.onDiff(spot(29, 32))
    expect(brief(rows).slice(4)).toEqual(['clear buy 0×0!', ...snapshotRows, 'depth buy 100×32!'])
    expect(rows.at(-1)?.receiveTime).toBe(323)
    expect(sync.gaps).toBe(1)
  })

  it('refuses a snapshot older than the diffs, which nothing connects to it', () => {
    sync.onDiff(spot(20, 22))
    sync.onSnapshot(snapshot(9, 230), 220)
    expect(rows).toEqual([])
    expect(sync.unusableSnapshots).toBe(1)
    sync.onSnapshot(snapshot(21, 240), 220)
    expect(brief(rows)).toEqual([...snapshotRows, 'depth buy 100×22!'])
  })

  it('leaves an unbroken book alone when a snapshot or a diff repeats what it knows', () => {
    sync.onSnapshot(snapshot(9, 95), 90)
    sync.onDiff(spot(10, 12))
    sync.onSnapshot(snapshot(11, 125), 120)
    sync.onDiff(spot(10, 12))
    expect(brief(rows).slice(4)).toEqual([])
    expect([sync.unneededSnapshots, sync.staleDiffs, sync.gaps]).toEqual([1, 1, 0])
  })
})
