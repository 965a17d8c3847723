import { describe, expect, it } from 'vitest'
import { grouped, isoTime, renderRows, summaryRows, verdictOf } from '../../src/cli/summary-table.ts'
import { qtyLots } from '../../src/core/units.ts'
import type { Order, OrderState } from '../../src/model/order.ts'
import type { RunRecord } from '../../src/model/run-record.ts'
import { buildRunRecord } from '../support/run-record.ts'

const base = buildRunRecord()
const [someOrder] = base.orders
if (someOrder === undefined) throw new Error('the fixture has orders')
const ordersOf = (...states: OrderState[]): Order[] => states.map((state) => ({ ...someOrder, state }))
const recordOf = (fills: number, changes: Partial<RunRecord>): RunRecord => ({
  ...base,
  parents: [],
  ...changes,
  summary: { ...base.summary, isPartial: false, riskState: 'active', fills, ...changes.summary },
})

describe('the verdict', () => {
  it.each([
    ['no order', recordOf(0, { orders: [] }), 'No order was sent.'],
    [
      'reasons, most frequent first, when nothing filled',
      recordOf(0, {
        orders: ordersOf(
          { kind: 'denied', rule: 'balance' },
          { kind: 'expired', reason: 'no-liquidity' },
          { kind: 'expired', reason: 'no-liquidity' },
        ),
      }),
      'Nothing filled: 2 × expired no-liquidity, 1 × denied balance.',
    ],
    [
      'that all is well, cancels of its own included',
      recordOf(1, {
        orders: ordersOf({ kind: 'filled' }, { kind: 'canceled', reason: 'canceled-by-strategy' }),
      }),
      'Every order filled or was canceled on purpose.',
    ],
    [
      'what was left over',
      recordOf(1, { orders: ordersOf({ kind: 'filled' }, { kind: 'canceled', reason: 'end-of-data' }) }),
      'Refused or left over: 1 × canceled end-of-data.',
    ],
  ])('tells %s', (_title, record, verdict) => {
    expect(verdictOf(record)).toBe(verdict)
  })

  it('says first that a run was interrupted, and last what the risk guard did', () => {
    const summary = { ...base.summary, isPartial: true, riskState: 'halted' as const }
    expect(verdictOf({ ...base, orders: [], parents: [], summary })).toBe(
      'INTERRUPTED: these figures cover only the time until then. No order was sent. The risk guard ended HALTED.',
    )
  })

  it('measures goals that were not filled whole', () => {
    const [parent] = base.parents
    if (parent === undefined) throw new Error('the fixture has parents')
    const done = { kind: 'done', reason: 'schedule-over' } as const
    const parents = [
      { ...parent, state: { kind: 'filled' } as const },
      { ...parent, state: done, qty: qtyLots(8), cumQty: qtyLots(3) },
    ]
    // 3 of 8 lots.
    const orders = ordersOf({ kind: 'filled' })
    expect(verdictOf(recordOf(5, { parents, orders }))).toBe(
      '1 of 2 goals not filled whole; the least to 37.5 %.',
    )
  })
})

describe('the verdict on goals', () => {
  const [parent] = base.parents
  if (parent === undefined) throw new Error('the fixture has parents')
  const parents = [{ ...parent, state: { kind: 'filled' } as const }]

  it('names what was refused on the way, although all was filled', () => {
    const orders = ordersOf(
      { kind: 'filled' },
      { kind: 'denied', rule: 'max-value' },
      { kind: 'rejected', reason: 'post-only-would-take' },
      { kind: 'denied', rule: 'max-value' },
    )
    expect(verdictOf(recordOf(5, { parents, orders }))).toBe(
      'Filled whole; on the way 2 × denied max-value, 1 × rejected post-only-would-take.',
    )
  })

  it('tells how a goal ended that never sent an order', () => {
    const idle = [{ ...parent, state: { kind: 'done', reason: 'schedule-over' } as const }]
    expect(verdictOf(recordOf(0, { parents: idle, orders: [] }))).toBe(
      'No order was sent; goals ended 1 × schedule-over.',
    )
  })

  it('is short when nothing was', () => {
    const orders = ordersOf({ kind: 'filled' }, { kind: 'expired', reason: 'ioc-remainder' })
    expect(verdictOf(recordOf(5, { parents, orders }))).toBe('Filled whole.')
  })
})

describe('the summary', () => {
  it('aligns labels and names the fingerprint', () => {
    const lines = renderRows(summaryRows(base)).split('\n')
    expect(lines.every((line) => /^(\S+ +|\s+)\S/.test(line))).toBe(true)
    expect(lines.join('\n')).toContain(`fingerprint  ${base.summary.fingerprint}`)
  })

  it.each([
    [2, 'band equity 999,990.5 to 1,000,004 USDT: the stop or the target first in 2 ambiguous bars'],
    [0, 'band no bar held both a stop and a target'],
  ])('tells the band of a run on bars, ambiguous bars: %d', (ambiguousBars, text) => {
    const band = { pessimistic: '999990.5', optimistic: '1000004.0', ambiguousBars, firstTimes: [] }
    const rows = summaryRows({ ...base, summary: { ...base.summary, band } })
    expect(rows.map((row) => row.join(' '))).toContain(text)
    expect(summaryRows(base).some(([label]) => label === 'band')).toBe(false)
  })

  it.each([
    ['1234567.5', '1,234,567.5'],
    ['-1000', '-1,000'],
    ['999', '999'],
    ['0.12345', '0.12345'],
  ])('groups %s as %s', (text, expected) => {
    expect(grouped(text)).toBe(expected)
  })

  it('writes times in UTC', () => {
    expect(isoTime(1_723_075_200_123_456)).toBe('2024-08-08T00:00:00.123Z')
  })
})
