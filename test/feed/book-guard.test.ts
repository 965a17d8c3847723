/** Messages that leave the book crossed or locked: told as gaps, and the book comes back whole when it is sound again. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradeData } from '../../src/analysis/data-grade.ts'
import { FlatBook } from '../../src/book/flat-book.ts'
import { qtyLots, timeUs } from '../../src/core/units.ts'
import { BookGuard } from '../../src/feed/book-guard.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { TapeSink } from '../../src/feed/tape-sink.ts'
import { crossedMessages } from '../../src/model/crossed-books.ts'
import type { Side } from '../../src/model/order.ts'
import { type DataLevel, rowKind, sideCode } from '../../src/model/tape.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { runJournaled } from '../support/run-rows.ts'
import { clear, depth, testInstrument, trade } from '../support/tape-rows.ts'

const nameOf = new Map<number, string>(Object.entries(rowKind).map(([name, kind]) => [kind, name]))

/** `depth bid 100×5`, a message in one string. */
function guarded(level: DataLevel, rows: readonly TapeRow[]): string[] {
  const messages: string[] = []
  let message: string[] = []
  const out: TapeSink = {
    row: (kind, side, _exchange, _receive, price, qty, isLast) => {
      const name = nameOf.get(kind)
      message.push(price === 0 ? `${name}` : `${name} ${side === 0 ? 'bid' : 'ask'} ${price}×${qty}`)
      if (!isLast) return
      messages.push(message.join(', '))
      message = []
    },
  }
  const guard = new BookGuard(level, out)
  for (const { kind, side, exchangeTime, receiveTime = 0, price = 0, qty = 0, isLast = true } of rows) {
    guard.row(kind, side, exchangeTime, receiveTime, price, qty, isLast)
  }
  return messages
}

const quote = (at: number, side: 'buy' | 'sell', price: number, qty: number, isLast = true): TapeRow => ({
  kind: rowKind.quote,
  side: sideCode[side],
  exchangeTime: at,
  receiveTime: at + 10,
  price,
  qty,
  isLast,
})

describe('a message that leaves the book crossed', () => {
  it('is a gap, what comes until it is sound again is time, and then the whole book is told', () => {
    const rows = [
      ...depth(1, ['bid', 99, 5], ['bid', 100, 4], ['ask', 101, 3]),
      ...depth(2, ['bid', 102, 7]),
      ...depth(3, ['bid', 98, 1]),
      ...depth(4, ['bid', 102, 0]),
      ...depth(5, ['ask', 101, 2]),
    ]
    expect(guarded('l2', rows)).toEqual([
      'depth bid 99×5, depth bid 100×4, depth ask 101×3',
      'clear',
      'markPrice',
      'clear, snapshot bid 99×5, snapshot bid 100×4, snapshot bid 98×1, snapshot ask 101×3',
      'depth ask 101×2',
    ])
  })

  it('is one that locks it, too; not one that is crossed on the way', () => {
    expect(
      guarded('l2', [...depth(1, ['bid', 100, 4], ['ask', 101, 3]), ...depth(2, ['bid', 101, 7])]),
    ).toEqual(['depth bid 100×4, depth ask 101×3', 'clear'])
    expect(
      guarded('l2', depth(1, ['ask', 101, 3], ['bid', 102, 1], ['bid', 102, 0], ['bid', 100, 1])),
    ).toHaveLength(1)
  })

  it('lets its prints through, and ends with a gap or a snapshot of the source', () => {
    const rows = [
      ...depth(1, ['bid', 100, 4], ['ask', 101, 3]),
      ...depth(2, ['bid', 102, 7]).map((row) => ({ ...row, isLast: false })),
      ...trade(2, 'buy', 101, 3),
      ...trade(3, 'sell', 100, 1),
      ...clear(4),
      ...depth(5, ['bid', 100, 9]),
    ]
    expect(guarded('l2', rows)).toEqual([
      'depth bid 100×4, depth ask 101×3',
      'trade bid 101×3, clear',
      'trade ask 100×1, markPrice',
      'clear',
      'depth bid 100×9',
    ])
  })

  it('is the same of quotes, where there is nothing else', () => {
    const rows = [
      quote(1, 'buy', 100, 5, false),
      quote(1, 'sell', 101, 5),
      quote(2, 'buy', 101, 6),
      quote(3, 'sell', 102, 7),
    ]
    expect(guarded('l1', rows)).toEqual([
      'quote bid 100×5, quote ask 101×5',
      'clear',
      'quote bid 101×6, quote ask 102×7',
    ])
  })

  it('never shows: the guarded book is the one that was told whenever that is sound, and empty otherwise', () => {
    const change = fc.tuple(
      fc.constantFrom('bid' as const, 'ask' as const),
      fc.integer({ min: 95, max: 105 }),
      fc.nat(2),
    )
    const message = fc.array(change, { minLength: 1, maxLength: 3 })
    const same = fc.property(fc.array(message, { maxLength: 40 }), (list) => {
      const rows = list.map((changes, index) => depth(index + 1, ...changes))
      const told = new FlatBook({ isChecked: false })
      const shown = new FlatBook()
      const out: TapeSink = {
        row: (kind, side, at, _receive, price, qty, isLast) => {
          if (kind === rowKind.clear) shown.clear()
          else if (kind !== rowKind.markPrice) shown.set(side === 0 ? 'buy' : 'sell', price, qty)
          if (isLast) shown.endMessage(at)
        },
      }
      const guard = new BookGuard('l2', out)
      for (const one of rows) {
        for (const { kind, side, exchangeTime, price = 0, qty = 0, isLast = true } of one) {
          told.set(side === 0 ? 'buy' : 'sell', price, qty)
          guard.row(kind, side, exchangeTime, 0, price, qty, isLast)
        }
        const [bid, ask] = [told.bestPrice('buy'), told.bestPrice('sell')]
        const isSound = bid === undefined || ask === undefined || bid < ask
        const levels = (book: FlatBook, side: Side) => book.levels(side, 20)
        expect(levels(shown, 'buy')).toEqual(isSound ? levels(told, 'buy') : [])
        expect(levels(shown, 'sell')).toEqual(isSound ? levels(told, 'sell') : [])
      }
      told.close()
      shown.close()
    })
    fc.assert(same, { seed: 22, numRuns: 100 })
  })
})

describe('a run over a crossed message', () => {
  const second = 1_000_000
  const t0 = 1_700_006_400 * second
  const at = (s: number) => t0 + s * second
  /** Crossed from 2 s to 4 s by a bid of 120 in the middle of 200 sound messages. */
  const rows = [
    ...depth(at(0), ['bid', 100, 50], ['ask', 102, 50]),
    ...depth(at(2), ['bid', 120, 50]),
    ...depth(at(4), ['bid', 120, 0]),
    ...Array.from({ length: 200 }, (_, i) => depth(at(5 + i), ['bid', 99, 1 + (i % 7)])).flat(),
  ]

  function strategy(told: string[]): RunnableStrategy {
    const trade = (s: number, side: Side, price?: number) => ({ s, side, price })
    return {
      name: 'steps',
      params: {},
      subscriptions: {},
      create: (context) => ({
        onStart: () => {
          const [instrument] = context.instruments
          for (const { s, side, price } of [trade(1, 'sell', 110), trade(3, 'buy'), trade(5, 'buy')]) {
            context.setTimer(timeUs(at(s)), () => {
              const order = { instrument: 0, side, qty: qtyLots(1) }
              if (price === undefined || instrument === undefined)
                context.submit({ ...order, type: 'market' })
              else
                context.submit({ ...order, type: 'limit', price: instrument.parsePrice(String(price / 10)) })
            })
          }
          for (const s of [1, 3, 4.5]) {
            context.setTimer(timeUs(at(s)), () => void told.push(`${s}: bid ${context.market().bestBid()}`))
          }
        },
        onOrder: ({ clientOrderId, state }) => {
          const why = 'reason' in state ? ` ${state.reason}` : 'rule' in state ? ` ${state.rule}` : ''
          told.push(`order ${clientOrderId} ${state.kind}${why}`)
        },
        onFill: ({ clientOrderId, price }) => void told.push(`order ${clientOrderId} fills at ${price}`),
      }),
    }
  }

  it('goes on without a book: nothing fills against it, and afterwards all is as before', async () => {
    const tape = createMemoryTape({ instrument: testInstrument, rows, hidesCrossed: true })
    const told: string[] = []
    const { record } = await runJournaled([tape], strategy(told), {
      latency: { model: 'constant', entryUs: 1500, responseUs: 1500 },
      risk: { priceDeviationPct: null, maxDataAgeMs: null },
    })
    // The offer at 110 lies below the bid of 120 that is none, and does not fill.
    expect(told.filter((line) => !line.startsWith('order 1'))).toEqual([
      '1: bid 100',
      'order 2 denied no-reference-price',
      '3: bid undefined',
      '4.5: bid 100',
      'order 3 open',
      'order 3 fills at 102',
    ])
    expect(told.filter((line) => line.startsWith('order 1'))).toEqual([
      'order 1 open',
      'order 1 expired end-of-data',
    ])
    expect(record?.assumptions.find(({ name }) => name === 'Crossed books')?.value).toBe(
      '1 crossed of 203 messages of the book: there is no book from each to the next that is not; nothing is taken or matched meanwhile',
    )
  })

  it('counts as that in the grade, not as a refusal; one of more than a hundred messages is few, of fewer is many', () => {
    const facts = (list: readonly TapeRow[]) =>
      createMemoryTape({ instrument: testInstrument, rows: list, hidesCrossed: true }).facts
    const few = facts(rows)
    expect(crossedMessages([few], 'l2')).toMatchObject({
      crossed: 1,
      locked: 0,
      of: 203,
      firstTime: at(2),
      isPassable: true,
    })
    expect(crossedMessages([few], 'trades')).toBeUndefined()
    expect(crossedMessages([facts(rows.slice(0, 60))], 'l2')?.isPassable).toBe(false)
    const grade = gradeData(few)
    expect(grade.clean).toContain('refusedBook')
    expect(gradeData(facts(rows.slice(0, 60))).grade).toBe('F')
  })
})
