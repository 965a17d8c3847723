/** Inputs about the session itself: connections, epochs, the venue's word on positions, operators' commands. */
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/clock/simulated-clock.ts'
import { noTimerBackend, TimerTable } from '../../src/clock/timer-table.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { describeRecord } from '../../src/journal/describe-record.ts'
import { readRecords } from '../../src/journal/journal-reader.ts'
import { JournalWriter } from '../../src/journal/journal-writer.ts'
import { operatorCommand, recordKind } from '../../src/model/journal-record.ts'
import { channelCode } from '../../src/model/session-record.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import { reexecute } from '../../src/run/reexecute.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { SessionInputs } from '../../src/run/session-inputs.ts'
import { testInstrument } from '../support/tape-rows.ts'

/** Buys one lot at each book. */
const buyer: RunnableStrategy = {
  name: 'buyer',
  params: {},
  subscriptions: { book: true },
  create: (context) => ({
    onBook: () => {
      context.submit({ instrument: 0, type: 'limit', side: 'buy', qty: qtyLots(1), price: priceTicks(1000) })
    },
  }),
}

function stage() {
  const blocks: Uint8Array[] = []
  const target = { write: (bytes: Uint8Array) => blocks.push(Buffer.from(bytes)), close() {}, abort() {} }
  const writer = new JournalWriter(target)
  const clock = new SimulatedClock(timeUs(1_700_000_000_000_000))
  const inputs = new SessionInputs({
    description: {
      strategy: buyer.name,
      params: {},
      codeHash: undefined,
      config: parseRunConfig({ risk: { duplicateWindowMs: null } }),
      level: 'l2',
      instruments: [testInstrument],
    },
    strategy: buyer,
    clock,
    timers: new TimerTable(noTimerBackend),
    venue: { submit: () => {}, amend: () => {}, cancel: () => {} },
    journal: writer,
  })
  const row = (kind: number, side: 'buy' | 'sell', price: number, isLast: boolean) => {
    if (kind !== rowKind.depth && kind !== rowKind.clear) throw new Error('only these')
    inputs.applyRow(0, { kind, side: sideCode[side], exchangeTime: timeUs(1), price, qty: price, isLast })
  }
  const whole = (): void => {
    row(rowKind.depth, 'buy', 1000, false)
    row(rowKind.depth, 'sell', 1001, true)
  }
  const journal = () => {
    const fingerprint = writer.close()
    return { path: 'memory', origin: {}, body: Buffer.concat(blocks), fingerprint, isWhole: true }
  }
  return { inputs, row, whole, journal }
}

/** Of the first instrument. */
const isStale = (inputs: SessionInputs): boolean => inputs.markets[0]?.book.isStale() === true

describe('the inputs of a session about itself', () => {
  it('have numbers that have not changed', () => {
    expect(recordKind).toMatchObject({ operator: 13, connection: 14, epoch: 15, venuePosition: 16 })
    expect(operatorCommand).toEqual({ stop: 1, end: 2, kill: 3, resume: 4, reduce: 5 })
    expect(channelCode).toEqual({ market: 0, orders: 1 })
  })

  it('make a market stale until its feed is back and has shown it whole', () => {
    const { inputs, row, whole } = stage()
    whole()
    expect(isStale(inputs)).toBe(false)
    inputs.applyConnection({ channel: 'market', instrument: 0, isUp: false })
    expect(isStale(inputs)).toBe(true)
    // A message that was still under way does not make it fresh.
    whole()
    expect(isStale(inputs)).toBe(true)
    inputs.applyConnection({ channel: 'market', instrument: 0, isUp: true })
    expect(isStale(inputs)).toBe(true)
    row(rowKind.clear, 'buy', 0, true)
    expect(isStale(inputs)).toBe(true)
    whole()
    expect(isStale(inputs)).toBe(false)
    inputs.beginEpoch(2)
    expect(isStale(inputs)).toBe(true)
    whole()
    expect(isStale(inputs)).toBe(false)
  })

  it('tell which process sent which orders, whether they can leave, and what the venue says we hold', () => {
    const { inputs, whole } = stage()
    inputs.beginEpoch(1)
    whole()
    whole()
    inputs.applyConnection({ channel: 'orders', instrument: 0, isUp: false })
    expect(inputs.canReachVenue(0)).toBe(false)
    inputs.beginEpoch(4)
    expect(inputs.canReachVenue(0)).toBe(true)
    expect(inputs.epochs).toEqual([
      { fence: 1, firstOrderId: 1 },
      { fence: 4, firstOrderId: 3 },
    ])
    expect(inputs.venuePosition(0)).toBeUndefined()
    inputs.applyVenuePosition({ instrument: 0, qty: qtyLots(-7) })
    expect(inputs.venuePosition(0)).toBe(-7)
  })

  it('change the state of the risk guard when an operator says so', () => {
    const { inputs } = stage()
    const { risk } = inputs.wired
    inputs.operate('reduce')
    expect(risk.state).toBe('reducing')
    inputs.operate('kill')
    expect(risk.state).toBe('halted')
    inputs.operate('resume')
    expect(risk.state).toBe('active')
  })

  it('are executed again, and told in words', () => {
    const { inputs, whole, journal } = stage()
    inputs.beginEpoch(1)
    whole()
    inputs.applyConnection({ channel: 'market', instrument: 0, isUp: false })
    inputs.applyConnection({ channel: 'orders', instrument: 0, isUp: true })
    inputs.applyVenuePosition({ instrument: 0, qty: qtyLots(-7) })
    for (const command of ['reduce', 'kill', 'resume', 'stop'] as const) inputs.operate(command)
    inputs.end()
    const recorded = journal()
    const again = reexecute(recorded, buyer)
    expect(again).toMatchObject({ difference: undefined, fingerprint: recorded.fingerprint })
    const words = [...readRecords(recorded)].map(describeRecord)
    expect(words).toEqual(
      expect.arrayContaining([
        'epoch with fence 1',
        'connection of the market down',
        'connection of the orders up',
        'position at the venue: -7 lots',
        'operator: kill',
        'operator: resume',
        'operator: reduce',
      ]),
    )
  })
})
