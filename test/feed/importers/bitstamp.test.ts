/** Bitstamp's order stream: what arrives whole and trades at once, events that overtake each other, unknown orders. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importTape } from '../../../src/feed/imported-tapes.ts'
import { rowKind } from '../../../src/model/tape.ts'
import { brief, importFiles, importTexts, recording, rowsOfKind } from '../../support/import-rows.ts'
import { compareSnapshots } from '../../support/snapshot-agreement.ts'

const exact = { lotSize: '0.00000001' }

/** One line; the amount in whole coins. `type` 0 buys. */
function order(ms: number, event: string, id: number, type: 0 | 1, price: string, amount: string): string {
  return `${1_430_438_400_000 + ms} order_${event} ${JSON.stringify({ price, amount, datetime: '1430438400', id, order_type: type })}\n`
}

const trade = (ms: number, price: number, amount: number): string =>
  `${1_430_438_400_000 + ms} trade ${JSON.stringify({ price, amount, id: 1 })}\n`

async function storyOf(...lines: readonly string[]) {
  const { rows, counters } = await importTexts([lines.join('')], { lotSize: '1' })
  return { rows: brief(rows), notes: counters.notes, ids: rows.map(({ orderId }) => orderId) }
}

describe("Bitstamp's order log", () => {
  it('starts with nothing and keeps what stands, both times being when it was received', async () => {
    const { importer, rows } = await importTexts(
      [
        order(4_518, 'created', 7, 0, '236.47', '2.00000000') +
          order(4_600, 'deleted', 7, 0, '236.47', '2.00000000'),
      ],
      exact,
    )
    expect(importer).toMatchObject({
      format: 'bitstamp-log',
      levels: ['l3', 'l2', 'l1', 'trades'],
      hasReceiveTime: false,
    })
    expect(importer.instrument).toMatchObject({
      id: 'BTCUSD',
      venue: 'bitstamp',
      kind: 'spot',
      tickSize: '0.01',
    })
    expect(brief(rows)).toEqual([
      'clear buy 0×0',
      'orderAdd buy 23647×200000000!',
      'orderDelete buy 23647×0!',
    ])
    expect(rows[1]).toMatchObject({
      exchangeTime: 1_430_438_404_518_000,
      receiveTime: 1_430_438_404_518_000,
      orderId: 7,
    })
  })

  it('lets an order that meets another stand only with what is left, whoever is told first', async () => {
    // The offer of 2 meets the bid of 3; the bid's own event comes first, then the offer's.
    const bidFirst = await storyOf(
      order(0, 'created', 1, 0, '10', '3'),
      order(1, 'created', 2, 1, '10', '5'),
      order(2, 'deleted', 1, 0, '10', '0'),
      order(3, 'changed', 2, 1, '10', '2'),
      trade(4, 10, 3),
    )
    expect(bidFirst.rows).toEqual([
      'clear buy 0×0',
      'orderAdd buy 1000×3!',
      'orderExecute buy 1000×3',
      'orderAdd sell 1000×2!',
      'trade sell 1000×3!',
    ])
    expect(bidFirst.ids).toEqual([0, 1, 1, 2, 0])
    const offerFirst = await storyOf(
      order(0, 'created', 1, 0, '10', '3'),
      order(1, 'created', 2, 1, '10', '5'),
      order(2, 'changed', 2, 1, '10', '2'),
      order(3, 'deleted', 1, 0, '10', '0'),
      trade(4, 10, 3),
    )
    expect(offerFirst.rows).toEqual(bidFirst.rows)
  })

  it('takes an order that was made whole by those it met for gone, and never shows it', async () => {
    const { rows } = await storyOf(
      order(0, 'created', 1, 0, '10', '3'),
      order(1, 'created', 2, 1, '10', '1'),
      order(2, 'changed', 1, 0, '10', '2'),
      order(3, 'deleted', 2, 1, '10', '0'),
      trade(4, 10, 1),
    )
    expect(rows).toEqual([
      'clear buy 0×0',
      'orderAdd buy 1000×3!',
      'orderExecute buy 1000×1!',
      'trade sell 1000×1!',
    ])
  })

  it('takes orders for gone that stand in the way of a later one for ten seconds', async () => {
    const { rows, notes } = await storyOf(
      order(0, 'created', 1, 0, '10', '3'),
      order(1, 'created', 2, 1, '9', '5'),
      order(10_002, 'created', 3, 0, '8', '1'),
    )
    expect(rows.slice(2)).toEqual(['orderAdd buy 800×1', 'orderDelete buy 1000×0', 'orderAdd sell 900×5!'])
    expect(notes).toContain('1 orders stood in the way of later ones and are taken to be gone')
  })

  it('counts what was never created and what comes after its end, and invents nothing for it', async () => {
    const { rows, notes } = await storyOf(
      order(0, 'created', 1, 0, '10', '3'),
      order(1, 'deleted', 90, 1, '11', '4'),
      order(2, 'deleted', 91, 1, '11', '0'),
      order(3, 'created', 90, 1, '11', '4'),
      order(4, 'changed', 92, 1, '12', '1'),
    )
    expect(rows).toEqual(['clear buy 0×0', 'orderAdd buy 1000×3!', 'orderAdd sell 1200×1!'])
    expect(notes).toEqual(
      expect.arrayContaining([
        '1 orders that were never created were deleted',
        '1 orders that were never created were executed to the end',
        '1 orders that were never created were changed, and stand from then on',
        '1 orders were created after they had ended, which is left out',
      ]),
    )
  })

  it('rounds what stands and not what happened, so that lots stay those of the order', async () => {
    // 2.9 → 2.3 → 1.1 of an order are 2, 2 and 1 lots: the first execution is less than a lot of it.
    const { rows } = await storyOf(
      order(0, 'created', 1, 0, '10', '2.9'),
      order(1, 'changed', 1, 0, '10', '2.3'),
      order(2, 'changed', 1, 0, '10', '1.1'),
    )
    expect(rows).toEqual(['clear buy 0×0', 'orderAdd buy 1000×2!', 'orderExecute buy 1000×1!'])
  })

  it('reads the orders alone as CSV, where executions are the prints', async () => {
    const { importer, rows } = await importTexts(
      [
        'id,timestamp,exchange.timestamp,price,volume,action,direction\n' +
          '1,1430438400000,1430438400000,236.47,200000000,created,bid\n' +
          '1,1430438400100,1430438400000,236.47,178855669,changed,bid\n' +
          '1,1430438400200,1430438400000,236.47,178855669,deleted,bid\n',
      ],
      exact,
    )
    expect(importer.format).toBe('bitstamp-orders')
    expect(brief(rows).slice(1)).toEqual([
      'orderAdd buy 23647×200000000!',
      'orderExecute buy 23647×21144331',
      'trade sell 23647×21144331!',
      'orderDelete buy 23647×0!',
    ])
  })

  it.each([
    ['a line that is cut off', '1430438404518 order_created {"price": "2\n', /part-1\.txt:2/],
    ['an id that is none', order(9, 'created', 0, 0, '10', '1'), /expected an id.*part-1\.txt:2/],
    ['a price that is none', order(9, 'created', 5, 0, 'x', '1'), /expected a price.*part-1\.txt:2/],
    ['an unknown event', `${1_430_438_400_009} order_moved {}\n`, /found order_moved.*part-1\.txt:2/],
    [
      'an order that changes sides',
      order(9, 'changed', 1, 1, '10', '2'),
      /order 1: expected its side to stay, found the other one.*part-1\.txt:2/,
    ],
    ['a time that runs backwards', order(-9, 'created', 5, 0, '10', '1'), /in order.*part-1\.txt:2/],
  ])('names file and line of %s', async (_, line, message) => {
    await expect(importTexts([order(0, 'created', 1, 0, '10', '3') + line])).rejects.toThrow(message)
  })
})

it('names file and line of a time that runs backwards before anything of that line is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bitstamp-'))
  const path = join(folder, 'log.txt')
  writeFileSync(path, order(0, 'created', 1, 0, '10', '3') + order(-9, 'created', 5, 0, '10', '1'))
  await expect(importTape([path], join(folder, 'out.parquet'))).rejects.toThrow(/times in order.*log\.txt:2/)
  rmSync(folder, { recursive: true })
})

describe('the recording of 2015-05-01', () => {
  it('agrees with the snapshots in it, but for what its notes and docs/L3.md explain', {
    timeout: 60_000,
  }, async (context) => {
    const path = recording(context, 'ob-analytics/2015-05-01.log.xz')
    expect(await compareSnapshots(path)).toEqual({
      snapshots: 5011,
      whole: 1796,
      touch: 4953,
      levels: 200_463,
      same: 179_264,
      timing: 53,
      toldLater: 3705,
      neverTold: 17_441,
      surpluses: 50,
      grown: 0,
      oursMore: 0,
    })
  })

  it('gives the same executions from its log and from its orders alone', {
    timeout: 60_000,
  }, async (context) => {
    const log = await importFiles([recording(context, 'ob-analytics/2015-05-01.log.xz')])
    const orders = await importFiles([recording(context, 'ob-analytics/orders.csv.xz')])
    const executions = rowsOfKind(log.rows, rowKind.orderExecute)
    // The CSV was written from doubles: a few of its volumes are a hundred-millionth short.
    expect(rowsOfKind(orders.rows, rowKind.orderExecute)).toEqual(
      executions.map((row) => ({
        ...row,
        isLast: expect.any(Boolean),
        qty: expect.toSatisfy((qty: number) => Math.abs(qty - row.qty) <= 1),
      })),
    )
    expect(rowsOfKind(log.rows, rowKind.orderAdd).length).toBe(24_630)
    expect(log.counters).toMatchObject({ touchChecks: 5011, touchAgreed: 4881 })
    expect(log.counters.notes).toEqual(
      expect.arrayContaining([
        '162 orders that were never created were deleted',
        '22 orders that were never created were executed to the end',
        '27 trades name no order that stood',
        '13 executions were never printed',
      ]),
    )
  })
})
