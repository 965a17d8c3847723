/** How a live session takes its inputs, driven by hand: no socket, and a clock that the test moves. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { ConfigError, DataError } from '../../src/core/errors.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { openPartialJournal, readRecords } from '../../src/journal/journal-reader.ts'
import type { JournalRecord } from '../../src/journal/record-stream.ts'
import type { SubmitCommand } from '../../src/model/execution-report.ts'
import { recordKind } from '../../src/model/journal-record.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import { LiveSession } from '../../src/run/live-session.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { PostInput } from '../../src/run/session-input.ts'
import type { Strategy, StrategyContext } from '../../src/strategy/strategy.ts'
import { testInstrument } from '../support/tape-rows.ts'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-live-'))
  path = join(folder, 'live.journal')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function levels(
  ...prices: readonly (readonly [side: 'buy' | 'sell', price: number, qty: number])[]
): MarketRow[] {
  return prices.map(([side, price, qty], index) => ({
    kind: rowKind.depth,
    side: sideCode[side],
    exchangeTime: timeUs(1),
    price,
    qty,
    isLast: index === prices.length - 1,
  }))
}

const touch = levels(['buy', 1000, 5], ['sell', 1001, 5])

interface Stage {
  readonly session: LiveSession
  readonly post: PostInput
  /** Lets time pass on the clock that stamps inputs. */
  pass(us: number): void
}

interface StageOptions {
  readonly create: (context: StrategyContext) => Strategy
  readonly onSubmit?: (command: SubmitCommand, post: PostInput) => void
}

function stage({ create, onSubmit }: StageOptions): Stage {
  let nowMs = 0
  const strategy: RunnableStrategy = {
    name: 'test',
    params: {},
    subscriptions: { book: true, trades: true },
    create,
  }
  const session = new LiveSession({
    strategy,
    setup: { config: parseRunConfig({}), level: 'l2', instruments: [testInstrument] },
    connect: (post) => ({
      submit: (command) => onSubmit?.(command, post),
      amend: () => {},
      cancel: () => {},
    }),
    journal: { path, origin: {}, keepsPartial: true },
    clock: new WallClock({ timeOfDay: () => 1_700_000_000_000, monotonic: () => nowMs }),
  })
  return {
    session,
    post: (input) => session.post(input),
    pass: (us) => {
      nowMs += us / 1000
    },
  }
}

const buyOne = (context: StrategyContext): void => {
  context.submit({ instrument: 0, type: 'limit', side: 'buy', qty: qtyLots(1), price: priceTicks(1000) })
}

function partialRecords(): JournalRecord[] {
  return [...readRecords(openPartialJournal(`${path}.partial`))]
}

const kindsOf = (records: readonly JournalRecord[]): number[] => records.map(({ kind }) => kind)

describe('a live session', () => {
  it('starts with the message that completes the book, and is told of that one first', async () => {
    const told: string[] = []
    const { session, post } = stage({
      create: (context) => ({
        onStart: () => told.push(`start ${context.market().midTimes2()}`),
        onBook: () => told.push(`book ${context.market().midTimes2()}`),
        onTrade: ({ price }) => told.push(`trade ${price}`),
      }),
    })
    const print = levels(['sell', 998, 1]).map((row) => ({ ...row, kind: rowKind.trade }))
    post({ kind: 'market', instrument: 0, rows: print })
    post({ kind: 'market', instrument: 0, rows: levels(['buy', 1000, 5]) })
    expect(told).toEqual([])
    post({ kind: 'market', instrument: 0, rows: levels(['sell', 1003, 5]) })
    expect(told).toEqual(['start 2003', 'book 2003'])
    post({ kind: 'market', instrument: 0, rows: print })
    post({ kind: 'end' })
    expect(told).toEqual(['start 2003', 'book 2003', 'trade 998'])
    await session.done
  })

  it('shows a message only when it is whole', () => {
    const seen: (number | undefined)[] = []
    const { post } = stage({ create: (context) => ({ onBook: () => seen.push(context.market().bestBid()) }) })
    post({ kind: 'market', instrument: 0, rows: touch })
    // Crossed on the way: 1002 comes before 1001 goes.
    post({
      kind: 'market',
      instrument: 0,
      rows: levels(['buy', 1002, 1], ['sell', 1001, 0], ['sell', 1003, 1]),
    })
    expect(seen).toEqual([1000, 1002])
  })

  it('stamps an input when it is taken, and time stands still while it is handled', () => {
    const times: number[] = []
    const { post, pass } = stage({
      create: (context) => ({
        onBook: () => {
          times.push(context.now())
          pass(500)
          times.push(context.now())
        },
      }),
    })
    pass(100)
    post({ kind: 'market', instrument: 0, rows: touch })
    post({ kind: 'market', instrument: 0, rows: touch })
    const start = 1_700_000_000_000_000
    expect(times.map((time) => time - start)).toEqual([100, 100, 600, 600])
  })

  it('has each order in its journal on disk before the order leaves', async () => {
    const onDisk: JournalRecord[] = []
    const { session, post } = stage({
      create: (context) => ({ onBook: () => buyOne(context) }),
      onSubmit: () => onDisk.push(...partialRecords().slice(-1)),
    })
    post({ kind: 'market', instrument: 0, rows: touch })
    expect(onDisk).toMatchObject([{ kind: recordKind.submit }])
    expect(onDisk[0]?.fields.slice(0, 3)).toEqual([1, 1000, 1])
    post({ kind: 'end' })
    await session.done
  })

  it('lets an answer that comes while it is busy wait for its turn', async () => {
    const told: string[] = []
    const { session, post } = stage({
      create: (context) => ({
        onStart: () => {
          buyOne(context)
          told.push('submitted')
        },
        onOrder: ({ state }) => told.push(state.kind),
      }),
      onSubmit: ({ clientOrderId }, answer) =>
        answer({
          kind: 'report',
          report: {
            kind: 'accepted',
            clientOrderId,
            instrument: 0,
            exchangeTime: timeUs(1),
            cumQty: qtyLots(0),
          },
        }),
    })
    post({ kind: 'market', instrument: 0, rows: touch })
    expect(told).toEqual(['submitted', 'open'])
    post({ kind: 'end' })
    await session.done
  })

  it('writes each input before what it causes', async () => {
    const { session, post } = stage({ create: (context) => ({ onStart: () => buyOne(context) }) })
    post({ kind: 'market', instrument: 0, rows: touch })
    post({ kind: 'stop' })
    post({ kind: 'end' })
    const { fingerprint, inputs } = await session.done
    const journal = openPartialJournal(path)
    expect(journal).toMatchObject({ fingerprint, isWhole: true })
    expect(inputs).toBe(3)
    const { config, marketRow, submit, operator, riskState, cancel, end } = recordKind
    expect(kindsOf([...readRecords(journal)])).toEqual([
      config,
      marketRow,
      marketRow,
      submit,
      operator,
      riskState,
      cancel,
      operator,
      end,
    ])
  })

  it('ends once, and takes nothing afterwards', async () => {
    const { session, post } = stage({ create: () => ({}) })
    post({ kind: 'market', instrument: 0, rows: touch })
    post({ kind: 'end' })
    post({ kind: 'end' })
    post({ kind: 'market', instrument: 0, rows: touch })
    expect((await session.done).inputs).toBe(2)
    expect(existsSync(`${path}.partial`)).toBe(false)
  })

  it('can end before there was a market', async () => {
    let calls = 0
    const { session, post } = stage({ create: () => ({ onStart: () => calls++, onEnd: () => calls++ }) })
    post({ kind: 'end' })
    expect((await session.done).inputs).toBe(1)
    expect(calls).toBe(0)
  })

  it('fails with the input that it cannot handle, and leaves its journal to look into', async () => {
    const { session, post } = stage({ create: () => ({}) })
    post({ kind: 'market', instrument: 0, rows: touch })
    post({ kind: 'market', instrument: 0, rows: levels(['buy', 1001, 1]) })
    await expect(session.done).rejects.toThrow(DataError)
    const { config, marketRow } = recordKind
    expect(kindsOf(partialRecords())).toEqual([config, marketRow, marketRow, marketRow])
    post({ kind: 'market', instrument: 0, rows: touch })
    expect(session.inputCount).toBe(2)
  })

  it('does not begin with settings that do not fit', () => {
    const open = (level: 'bars' | 'l2', minOrderSize: string) =>
      new LiveSession({
        strategy: { name: 'test', params: {}, subscriptions: {}, create: () => ({}) },
        setup: { config: parseRunConfig({ risk: { minOrderSize } }), level, instruments: [testInstrument] },
        connect: () => ({ submit: () => {}, amend: () => {}, cancel: () => {} }),
        journal: { path, origin: {} },
      })
    expect(() => open('bars', '1')).toThrow(ConfigError)
    // The lot is 0.001.
    expect(() => open('l2', '0.0001')).toThrow(ConfigError)
    expect(existsSync(`${path}.partial`)).toBe(false)
  })
})
