import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createPrng } from '../../src/core/prng.ts'
import { GrowingTape } from '../../src/feed/growing-tape.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { rowKind } from '../../src/model/tape.ts'
import { BookMarket } from '../../src/venue/sim/book-market.ts'
import { createQueueModel } from '../../src/venue/sim/queue-model.ts'
import { commandOf, type OrderScript, type SteppedHarness } from '../contract/harness.ts'
import { paperHarness } from '../contract/paper-harness.ts'
import { replayHarness } from '../contract/replay-harness.ts'
import { messagesOf, PaperStage, toMarketRow } from '../support/paper-stage.ts'
import { randomMarket } from '../support/random-market.ts'
import { depth, testInstrument, trade } from '../support/tape-rows.ts'

const start = 1_000_000
const mid = 600_000

/** Both clocks are one: a row is with us when it is at the venue, as in paper trading. */
function market(seed: number): TapeRow[] {
  return randomMarket({ seed, messages: 400, start, gapUs: 40 }).map((row) => ({
    ...row,
    receiveTime: row.exchangeTime,
  }))
}

/** The same random commands at the same times. @returns every report, as it was made */
function trade400(harness: SteppedHarness, seed: number, level: 'l2' | 'trades'): readonly ExecutionReport[] {
  const random = createPrng(seed, 'paper-venue-test')
  const session = harness.open({ level, rows: market(seed) })
  const pick = <T>(values: readonly [T, ...T[]]): T => values[random.nextInt(values.length)] ?? values[0]
  const price = (): number => mid - 8 + random.nextInt(17)
  let time = start + 200
  for (let id = 1; id <= 400; id++) {
    time += random.nextInt(60)
    session.runTo(time)
    const target = { clientOrderId: 1 + random.nextInt(id), instrument: 0 }
    const kind = random.nextInt(8)
    if (kind === 0) session.cancel(target)
    else if (kind === 1) {
      const { price: tick, qty } = commandOf(1, { side: 'buy', qty: 1 + random.nextInt(9), price: price() })
      session.amend({ ...target, price: tick, qty })
    } else {
      const type = pick(['limit', 'limit', 'limit', 'market', 'stop'] as const)
      const base: OrderScript = { side: pick(['buy', 'sell']), qty: 1 + random.nextInt(9), type }
      const gtd = random.nextInt(4) === 0 ? ({ timeInForce: 'gtd', expireTime: time + 700 } as const) : {}
      const limit = { price: price(), ...gtd, postOnly: random.nextInt(4) === 0 }
      const own = type === 'limit' ? limit : type === 'stop' ? { triggerPrice: price() } : {}
      session.submit(commandOf(id, { ...base, ...own }))
    }
  }
  session.runTo(time + 5_000)
  return session.reports
}

describe('the paper venue on rows that are received when they are made', () => {
  it.each([
    [1, 'l2'],
    [2, 'l2'],
    [3, 'l2'],
    [4, 'trades'],
    [5, 'trades'],
  ] as const)('reports what the replay reports, seed %i on %s', (seed, level) => {
    const replayed = trade400(replayHarness, seed, level)
    expect(replayed.filter(({ kind }) => kind === 'fill').length).toBeGreaterThan(40)
    expect(trade400(paperHarness, seed, level)).toEqual(replayed)
  })
})

describe('the paper venue', () => {
  const open = (onReport: (text: string) => void) =>
    new PaperStage({
      instrument: new Instrument(testInstrument),
      level: 'l2',
      batchRows: 8,
      createMarket: (tape, pipe) =>
        new BookMarket({
          index: 0,
          instrument: new Instrument(testInstrument),
          tapes: [tape],
          pipe,
          queueModel: createQueueModel('risk-averse'),
        }),
      onReport: (report) => onReport(`${stage.clock.time} ${report.kind} made at ${report.exchangeTime}`),
      onMarket: () => onReport(`${stage.clock.time} market`),
    })
  let stage: PaperStage

  it('hands over a report when it is due, without another row', () => {
    const seen: string[] = []
    stage = open((text) => seen.push(text))
    stage.receive(depth(100, ['bid', 99, 5], ['ask', 101, 5]))
    stage.runTo(200)
    stage.venue.submit(commandOf(1, { side: 'buy', qty: 2 }))
    stage.runTo(300)
    // 5 µs to the venue, 7 µs back.
    expect(seen).toEqual(['100 market', '212 accepted made at 205', '212 fill made at 205'])
  })

  it('tells the session of a message before its market moves on, and of a report that was due before it first', () => {
    const seen: string[] = []
    stage = open((text) => seen.push(text))
    stage.receive(depth(100, ['bid', 99, 5], ['ask', 101, 5]))
    stage.runTo(200)
    stage.venue.submit(commandOf(1, { side: 'buy', qty: 2, price: 100 }))
    stage.clock.time = 220
    stage.venue.receive(0, trade(220, 'sell', 99, 1).map(toMarketRow))
    stage.runTo(300)
    expect(seen).toEqual(['100 market', '220 accepted made at 205', '220 market', '227 fill made at 220'])
  })
})

describe('a growing tape', () => {
  it('lets go of what its readers have read, whatever the batches', () => {
    setFlagsFromString('--expose-gc')
    const collect: unknown = runInNewContext('gc')
    const bytes = (): number => {
      // Buffers are given back beside the program: a second collection waits for what the first one found.
      if (typeof collect === 'function') for (let i = 0; i < 2; i++) collect()
      return process.memoryUsage().arrayBuffers
    }
    const stage = new PaperStage({
      instrument: new Instrument(testInstrument),
      level: 'l2',
      createMarket: (tape, pipe) =>
        new BookMarket({
          index: 0,
          instrument: new Instrument(testInstrument),
          tapes: [tape],
          pipe,
          queueModel: createQueueModel('risk-averse'),
        }),
      onReport: () => {},
    })
    const feed = (from: number, to: number): void => {
      for (let at = from; at < to; at++) stage.receive(depth(at, ['bid', 99, 1 + (at % 7)], ['ask', 101, 5]))
    }
    feed(1, 20_000)
    const before = bytes()
    feed(20_000, 220_000)
    // 400,000 rows of 20 bytes (time, code, quantity) would be 8 MB.
    expect(bytes() - before).toBeLessThan(1_000_000)
  })

  it('keeps its window where it is while messages of far levels alone come in', () => {
    const tape = new GrowingTape({ instrument: testInstrument, level: 'l2' })
    const rows = [
      { kind: rowKind.clear, side: 0, exchangeTime: 1, isLast: false } as const,
      ...depth(1, ['bid', 5_000_000, 5], ['ask', 5_000_010, 5]),
    ]
    const source = tape.open()
    tape.append(rows.map(toMarketRow), 1)
    const batch = [source.next(), source.next()].at(-1)
    const base = batch?.baseTick
    for (let at = 2; at < 50; at++) {
      tape.append(depth(at, ['bid', 1_000_000, at], ['ask', 2_000_000 + at, at]).map(toMarketRow), at)
    }
    expect(source.next()).toBeUndefined()
    expect(base).toBeLessThan(5_000_000)
    // Each far level takes two rows: its tick, and itself.
    expect(batch?.rows).toBe(3 + 48 * 4)
  })

  it('is read by who opens it late from its last batch on', () => {
    const tape = new GrowingTape({ instrument: testInstrument, level: 'l2', batchRows: 8 })
    for (const message of messagesOf(market(1)).slice(0, 50)) {
      tape.append(message.map(toMarketRow), message[0]?.exchangeTime ?? 0)
    }
    const batch = tape.open().next()
    expect(batch?.rows).toBeGreaterThan(0)
    expect(batch?.rows).toBeLessThanOrEqual(9)
  })
})
