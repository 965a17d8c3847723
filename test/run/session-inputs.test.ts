/**
 * The same market, once as the columns of a tape and once row by row: a session decides the same. So what a strategy
 * does in a replay is what it would do on a feed that brings the same rows at the same times.
 */
import { describe, expect, it } from 'vitest'
import { SimulatedClock } from '../../src/clock/simulated-clock.ts'
import { TimerTable } from '../../src/clock/timer-table.ts'
import { timeUs } from '../../src/core/units.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { JournalTarget } from '../../src/journal/journal-file.ts'
import { readRecords } from '../../src/journal/journal-reader.ts'
import { JournalWriter } from '../../src/journal/journal-writer.ts'
import type { JournalRecord } from '../../src/journal/record-stream.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { recordKind } from '../../src/model/journal-record.ts'
import { TimerQueue } from '../../src/run/replay-loop.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { SessionInputs } from '../../src/run/session-inputs.ts'
import { Connection } from '../../src/venue/replay/connection.ts'
import { ReplayVenue } from '../../src/venue/replay/replay-venue.ts'
import { BookMarket } from '../../src/venue/sim/book-market.ts'
import { constantLatency } from '../../src/venue/sim/latency-model.ts'
import { createQueueModel } from '../../src/venue/sim/queue-model.ts'
import { ReportPipe } from '../../src/venue/sim/report-pipe.ts'
import is from '../../strategies/is/strategy.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import pegged from '../../strategies/pegged/strategy.ts'
import pov from '../../strategies/pov/strategy.ts'
import smaCross from '../../strategies/sma-cross/strategy.ts'
import twap from '../../strategies/twap/strategy.ts'
import vwap from '../../strategies/vwap/strategy.ts'
import { busyStrategy } from '../support/busy-strategy.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable, testConfig } from '../support/run-rows.ts'
import { testInstrument } from '../support/tape-rows.ts'

const config = parseRunConfig(testConfig)

/** The replay venue driven through the door of a live session: rows, reports and timers in order of time. */
class RowByRow {
  private readonly clock: SimulatedClock
  private readonly queue = new TimerQueue()
  private readonly venue: ReplayVenue
  private readonly inputs: SessionInputs
  private readonly writer: JournalWriter
  private readonly chunks: Uint8Array[] = []

  constructor(rows: readonly TapeRow[], strategy: RunnableStrategy) {
    this.clock = new SimulatedClock(timeUs(receiveTimeOf(rows[0])))
    const target: JournalTarget = {
      write: (bytes) => this.chunks.push(Buffer.from(bytes)),
      close: () => {},
      abort: () => {},
    }
    this.writer = new JournalWriter(target)
    const latency = constantLatency(testConfig.latency.entryUs, testConfig.latency.responseUs)
    const pipe = new ReportPipe(latency)
    const market = new BookMarket({
      index: 0,
      instrument: new Instrument(testInstrument),
      tapes: [memoryTape(rows)],
      pipe,
      queueModel: createQueueModel(config.queue),
    })
    this.venue = new ReplayVenue({
      clock: this.clock,
      connections: [new Connection({ latency, pipe })],
      markets: [market],
    })
    this.inputs = new SessionInputs({
      description: {
        strategy: strategy.name,
        params: strategy.params,
        codeHash: undefined,
        config,
        level: 'l2',
        instruments: [testInstrument],
      },
      strategy,
      clock: this.clock,
      timers: new TimerTable(this.queue),
      venue: this.venue,
      journal: this.writer,
    })
  }

  run(rows: readonly TapeRow[]): JournalRecord[] {
    for (const row of rows) {
      const time = receiveTimeOf(row)
      // Rows come first at one instant: the columns, too, show everything received up to now.
      this.passUntil(time - 1)
      this.clock.advanceTo(timeUs(time))
      const { kind, side, exchangeTime, price = 0, qty = 0, isLast = true } = row
      this.inputs.applyRow(0, { kind, side, exchangeTime: timeUs(exchangeTime), price, qty, isLast })
    }
    this.passUntil(this.clock.now())
    while (this.venue.nextReportTime < Number.POSITIVE_INFINITY) this.applyReport()
    this.inputs.end()
    this.writer.close()
    return [...readRecords({ body: Buffer.concat(this.chunks), path: 'memory' })]
  }

  private passUntil(end: number): void {
    for (;;) {
      const next = Math.min(this.queue.nextTime, end)
      this.venue.advance(next)
      if (this.venue.nextReportTime <= next) this.applyReport()
      else if (this.queue.nextTime <= end) {
        this.clock.advanceTo(timeUs(Math.max(this.queue.nextTime, this.clock.now())))
        this.inputs.fireTimer(this.queue.pop())
      } else return
    }
  }

  private applyReport(): void {
    this.clock.advanceTo(timeUs(this.venue.nextReportTime))
    this.inputs.applyReport(this.venue.takeReport())
  }
}

function receiveTimeOf(row: TapeRow | undefined): number {
  return row?.receiveTime ?? row?.exchangeTime ?? 0
}

/** What is not in both journals: the market itself, and the operator's end. */
const onlyLive: ReadonlySet<number> = new Set([
  recordKind.config,
  recordKind.marketRow,
  recordKind.operator,
  recordKind.end,
])
const decisions = (records: readonly JournalRecord[]): JournalRecord[] =>
  records.filter(({ kind }) => !onlyLive.has(kind))

describe.each([31, 32])('a session fed row by row, seed %i', (seed) => {
  const rows = randomMarket({ seed, messages: 1500 })
  const tape = memoryTape(rows)

  it.each([
    ['market-maker', runnable(marketMaker, { quantity: '0.01', maxInventory: '0.1', halfSpread: '1' }, tape)],
    ['twap', runnable(twap, { quantity: '0.2', slices: '10', duration: '20s' }, tape)],
    ['vwap', runnable(vwap, { quantity: '0.2', slices: '10', history: '4s', duration: '20s' }, tape)],
    ['pov', runnable(pov, { quantity: '0.2', rate: '0.1', duration: '30s', childType: 'limit' }, tape)],
    ['is', runnable(is, { quantity: '0.2', slices: '10', lookback: '3s', duration: '20s' }, tape)],
    ['pegged', runnable(pegged, { quantity: '2', timeout: '30s', replace: 'cancel' }, tape)],
    ['sma-cross', runnable(smaCross, { barInterval: '1s', fast: '3', slow: '8' }, tape)],
    ['busy', runnable(busyStrategy, { lots: '24', tickUs: '30000' }, tape)],
  ])('decides as the replay of the same rows: %s', async (_name, strategy) => {
    const replayed = decisions((await runJournaled([tape], strategy)).journal.records)
    const live = decisions(new RowByRow(rows, strategy).run(rows))
    expect(replayed.filter(({ kind }) => kind === recordKind.submit).length).toBeGreaterThan(4)
    const first = live.findIndex(
      (record, index) => JSON.stringify(record) !== JSON.stringify(replayed[index]),
    )
    expect([first, live[first], replayed[first]], `seed ${seed}`).toEqual([-1, undefined, undefined])
    expect(live).toHaveLength(replayed.length)
  })
})
