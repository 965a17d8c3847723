import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { BarBuilder, type BarPoint } from '../../src/book/bar-builder.ts'
import { openImporter } from '../../src/feed/open-importer.ts'
import type { Bar } from '../../src/model/market-data.ts'
import { type RowKind, rowKind } from '../../src/model/tape.ts'

const minute = 60_000_000
const recording = (name: string): string =>
  fileURLToPath(new URL(`../../../shared/data/freqtrade/${name}`, import.meta.url))

/** Bars of a source of prints or of bars; receive times left out, because bars made elsewhere have none. */
async function barsOf(path: string): Promise<Omit<Bar, 'receiveTime'>[]> {
  const importer = await openImporter([path], {})
  const builder = new BarBuilder(0, minute)
  const bars: Bar[] = []
  const keep = (bar: Bar | undefined): void => {
    if (bar !== undefined) bars.push(bar)
  }
  let last = 0
  await importer.read({
    row(kind, _side, exchangeTime, receiveTime, tick, lots): void {
      const print = { tick, lots, exchangeTime, receiveTime }
      keep(kind === rowKind.trade ? builder.addPrint(print) : builder.addPoint(pointOf(kind), print))
      last = exchangeTime
    },
  })
  // A print of the next minute closes the last bar of prints; after bars it closes nothing.
  const closing = builder.addPrint({
    tick: 1,
    lots: 1,
    exchangeTime: last + minute,
    receiveTime: last + minute,
  })
  if (closing !== undefined && closing.openTime !== bars.at(-1)?.openTime) keep(closing)
  return bars.map(({ receiveTime, ...bar }) => bar)
}

function pointOf(kind: RowKind): BarPoint {
  if (kind === rowKind.barOpen) return 'open'
  return kind === rowKind.barClose ? 'close' : 'between'
}

it('trades give the very one-minute bars that were recorded; a minute without a trade has none', async (ctx) => {
  if (!existsSync(recording('XRP_ETH-1m.feather'))) ctx.skip('../shared/data/freqtrade is absent')
  const fromTrades = await barsOf(recording('XRP_ETH-trades.parquet'))
  const recorded = await barsOf(recording('XRP_ETH-1m.feather'))
  // 9,876 points of four; 1,091 of the 3,560 minutes are empty.
  expect(recorded).toHaveLength(2_469)
  expect(fromTrades).toEqual(recorded)
  // The same trades from another file format.
  expect(await barsOf(recording('XRP_OLD-trades.json.gz'))).toEqual(recorded)
})
