/**
 * The seam between engine and venue: the engine runs on the wall clock against an exchange behind a real socket, and
 * its journal alone must give the same run again.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DataError } from '../../src/core/errors.ts'
import { sha256 } from '../../src/core/hash.ts'
import { type Journal, readJournal } from '../../src/journal/journal-reader.ts'
import { reportKindCode } from '../../src/model/codes.ts'
import { recordBytes, recordKind } from '../../src/model/journal-record.ts'
import { type LiveOutcome, LiveSession } from '../../src/run/live-session.ts'
import { loadStrategy } from '../../src/run/load-strategy.ts'
import { recallStrategy } from '../../src/run/recall-strategy.ts'
import { describedIn, reexecute } from '../../src/run/reexecute.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import { sessionOrigin } from '../../src/run/session-origin.ts'
import { verifyJournal } from '../../src/run/verify-journal.ts'
import type { WiredSession } from '../../src/run/wire-session.ts'
import { busyStrategy } from '../support/busy-strategy.ts'
import { SocketExchange, SocketVenue } from '../support/socket-venue.ts'
import type { StubTruth } from '../support/stub-exchange.ts'
import { testInstrument } from '../support/tape-rows.ts'

const busyParams = { lots: '24', tickUs: '3000' }
const busyValues = busyStrategy.params.parse(busyParams)
const busy: RunnableStrategy = {
  name: busyStrategy.name,
  params: busyParams,
  subscriptions: busyStrategy.subscriptions?.(busyValues) ?? {},
  create: (context) => busyStrategy.create(busyValues, context),
}

const config = parseRunConfig({
  seed: 7,
  answerTimeoutUs: 20_000,
  orderTimeoutUs: 60_000,
  risk: { maxMessagesPerSecond: null, duplicateWindowMs: 5, maxUnresolvedOrders: null },
})

interface LiveRun {
  readonly outcome: LiveOutcome
  readonly wired: WiredSession
  readonly truth: Readonly<StubTruth>
  readonly journal: Journal
}

/** Trades until the market is over, stops, waits for the last answer, and ends. */
async function runLive(path: string, strategy: RunnableStrategy, messages: number): Promise<LiveRun> {
  const server = new SocketExchange({ seed: 3, messages })
  const port = await server.listen()
  let venue: SocketVenue | undefined
  try {
    const session = new LiveSession({
      strategy,
      setup: { config, level: 'l2', instruments: [testInstrument] },
      connect: (post) => {
        venue = new SocketVenue(port, post)
        return venue
      },
      journal: { path, origin: sessionOrigin(strategy.name) },
    })
    await Promise.race([venue?.marketOver, session.done])
    session.post({ kind: 'stop' })
    await Promise.race([venue?.leave(), session.done])
    session.post({ kind: 'end' })
    const outcome = await session.done
    return { outcome, wired: session.wired, truth: server.truth, journal: readJournal(path) }
  } finally {
    await server.close()
  }
}

let folder = ''
let live: LiveRun
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-live-'))
  live = await runLive(join(folder, 'busy.journal'), busy, 600)
}, 30_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const countOf = (kind: number): number => live.journal.records.filter((record) => record.kind === kind).length

describe('a session on the wall clock over a socket', () => {
  it('meets everything that a bad exchange can do', () => {
    const { truth, journal, wired } = live
    // 600 messages: a taker each 12th, a quote or an amend each 5th, a cancel each 17th, TWAPs of 8 slices each 60th.
    expect(truth.submits).toBeGreaterThan(40)
    expect(truth.amends).toBeGreaterThan(5)
    expect(truth.cancels).toBeGreaterThan(5)
    expect(truth.lost).toBeGreaterThan(2)
    expect(truth.early).toBeGreaterThan(2)
    expect(truth.duplicates).toBeGreaterThan(5)
    expect(wired.engine.parents.length).toBeGreaterThan(3)
    expect(countOf(recordKind.timer)).toBeGreaterThan(10)
    expect(countOf(recordKind.marketRow)).toBeGreaterThan(600)
    const reports = journal.records.filter(({ kind }) => kind === recordKind.report)
    const kinds = new Set(reports.map(({ sub }) => Math.floor(sub / 2)))
    for (const kind of ['accepted', 'fill', 'canceled', 'amended'] as const) {
      expect(kinds, kind).toContain(reportKindCode[kind])
    }
    const times = reports.map(({ fields }) => fields[1] ?? 0)
    expect(times.some((time, index) => time < (times[index - 1] ?? 0))).toBe(true)
  })

  it('ends with the position, the fills and the duplicates that the exchange knows', () => {
    const { truth, wired } = live
    const { engine, positions } = wired
    expect(positions.position(0).qty).toBe(truth.position)
    expect(engine.fills).toHaveLength(truth.trades)
    expect(engine.oddities).toEqual({ unknownOrders: 0, duplicateFills: truth.duplicates, contradictions: 0 })
  })

  it('is left with just the orders that were lost, and has noticed that no answer came', () => {
    const { orders } = live.wired.engine
    const leftOver = orders.filter(({ state }) => state.kind === 'expired' && state.reason === 'end-of-data')
    expect(leftOver).toHaveLength(live.truth.lost)
    expect(leftOver.every(({ cumQty, acceptedAt }) => cumQty === 0 && acceptedAt === undefined)).toBe(true)
    expect(orders.every(({ isWorking }) => !isWorking)).toBe(true)
    const unanswered = live.journal.records.filter(({ text }) => text?.startsWith('no answer for'))
    expect(unanswered.length).toBeGreaterThan(0)
  })

  it('never answers an order before it has heard of it, and time never goes back', () => {
    const { records } = live.journal
    const submitted = new Set<number>()
    let time = 0
    for (const record of records) {
      expect(record.time).toBeGreaterThanOrEqual(time)
      time = record.time
      const [order = 0] = record.fields
      if (record.kind === recordKind.submit) submitted.add(order)
      if (record.kind === recordKind.report) expect(submitted).toContain(order)
    }
  })

  it('counts each message, report, timer and command as one input', () => {
    const { records } = live.journal
    const messages = records.filter(({ kind, fields }) => kind === recordKind.marketRow && fields[5] === 1)
    expect(messages).toHaveLength(600)
    const recorded =
      messages.length + countOf(recordKind.report) + countOf(recordKind.timer) + countOf(recordKind.operator)
    // Canceled timers ring too; they are handled and leave no record.
    expect(live.outcome.inputs).toBeGreaterThanOrEqual(recorded)
    expect(countOf(recordKind.operator)).toBe(2)
  })
})

describe('the journal of a session, executed again', () => {
  it('gives the same journal, byte for byte', () => {
    const again = reexecute(live.journal, busy)
    expect(again).toEqual({
      difference: undefined,
      fingerprint: live.outcome.fingerprint,
      records: live.journal.records.length,
    })
  })

  it('gives the same journal from the file alone, for a strategy that is found by name', async () => {
    const path = join(folder, 'market-maker.journal')
    const makerParams = { interval: '3ms', halfSpread: '1', quantity: '0.004', maxInventory: '0.04' }
    const { definition } = await loadStrategy('market-maker')
    const values = definition.params.parse(makerParams)
    const { outcome, truth } = await runLive(
      path,
      {
        name: definition.name,
        params: makerParams,
        subscriptions: {},
        create: (context) => definition.create(values, context),
      },
      100,
    )
    expect(truth.submits).toBeGreaterThan(0)
    const journal = readJournal(path)
    const strategy = await recallStrategy(describedIn(journal))
    expect(reexecute(journal, strategy)).toMatchObject({
      difference: undefined,
      fingerprint: outcome.fingerprint,
    })
    expect(await verifyJournal(path)).toMatchObject({
      isSame: true,
      fingerprint: outcome.fingerprint,
      records: journal.records.length,
    })
  })

  it('is compared as far as it goes when the session broke off', () => {
    const { body, path } = live.journal
    const cut = { ...live.journal, isWhole: false }
    for (const part of [0.1, 0.5, 0.9]) {
      const records = live.journal.records.length
      const end = offsets(live.journal)[Math.floor(records * part)] ?? 0
      const again = reexecute({ ...cut, path, body: body.subarray(0, end) }, busy)
      expect(again.difference, `cut at ${part}`).toBeUndefined()
    }
  })
})

/** Byte offset of each record. */
function offsets({ records }: Journal): number[] {
  let at = 0
  return records.map(({ text }) => {
    const start = at
    const textBytes = text === undefined ? 0 : Buffer.byteLength(text)
    at += recordBytes * (1 + Math.ceil(textBytes / recordBytes))
    return start
  })
}

/** The journal with one double of one record replaced, as a forger would seal it. @param field 0 head, 1 time, 2 … a … */
function bent(journal: Journal, record: number, field: number, change: (value: number) => number): Journal {
  const body = Buffer.from(journal.body)
  const at = (offsets(journal)[record] ?? 0) + 8 * field
  body.writeDoubleLE(change(body.readDoubleLE(at)), at)
  return { ...journal, body, fingerprint: sha256(body) }
}

function without(journal: Journal, record: number): Journal {
  const at = offsets(journal)[record] ?? 0
  const body = Buffer.concat([journal.body.subarray(0, at), journal.body.subarray(at + recordBytes)])
  return { ...journal, body, fingerprint: sha256(body) }
}

describe('a journal with one input changed', () => {
  const isFirstFill = (record: Journal['records'][number]): boolean =>
    record.kind === recordKind.report && Math.floor(record.sub / 2) === reportKindCode.fill
  const indexOf = (isWanted: (record: Journal['records'][number]) => boolean): number => {
    const index = live.journal.records.findIndex(isWanted)
    expect(index).toBeGreaterThan(0)
    return index
  }

  it('parts at the position when the price of a fill is another', () => {
    const fill = indexOf(isFirstFill)
    const { difference, fingerprint } = reexecute(
      bent(live.journal, fill, 6, (price) => price + 1),
      busy,
    )
    expect(difference).toMatchObject({ record: fill + 1, kind: 'position' })
    expect(difference?.message).toMatch(
      new RegExp(`^record ${fill + 1} \\(position, .*\\): expected position .*; found position `),
    )
    expect(fingerprint).toBeUndefined()
  })

  it('parts at the fee when a taker becomes a maker', () => {
    const fill = indexOf((record) => isFirstFill(record) && record.sub % 2 === 1)
    const again = reexecute(
      bent(live.journal, fill, 0, (head) => head - 65_536),
      busy,
    )
    expect(again.difference).toMatchObject({ record: fill + 1, kind: 'position' })
  })

  it('parts at a timer that was never set', () => {
    const timer = indexOf(({ kind }) => kind === recordKind.timer)
    const again = reexecute(
      bent(live.journal, timer, 2, () => 1_000_000),
      busy,
    )
    expect(again.difference).toMatchObject({
      record: timer,
      expected: expect.stringMatching(/^timer 1000000\b/),
    })
  })

  it('parts where a report is missing', () => {
    const fill = indexOf(isFirstFill)
    const again = reexecute(without(live.journal, fill), busy)
    expect(again.difference).toMatchObject({ record: fill, kind: 'position' })
  })

  it('parts where the configuration has another seed', () => {
    const body = Buffer.from(live.journal.body)
    const at = body.indexOf('"seed":7')
    body.write('"seed":8', at)
    const again = reexecute({ ...live.journal, body }, busy)
    // The description comes back as it was changed; the first decision that hangs on the seed does not.
    expect(again.difference?.record).toBeGreaterThan(0)
  })

  it('is refused when a time goes back or an input is nonsense', () => {
    const fill = indexOf(isFirstFill)
    const bad: Journal[] = [
      bent(live.journal, fill, 1, (time) => time - 60_000_000),
      bent(live.journal, fill, 0, (head) => head + 65_536 * 100),
      bent(live.journal, fill, 4, () => 0.5),
    ]
    for (const journal of bad) expect(() => reexecute(journal, busy)).toThrow(DataError)
  })

  it('is refused as a file, because its seal does not fit', () => {
    const path = join(folder, 'bent.journal')
    const bytes = readFileSync(join(folder, 'busy.journal'))
    const fill = indexOf(isFirstFill)
    const at = bytes.indexOf(10) + 1 + (offsets(live.journal)[fill] ?? 0) + 8 * 6
    bytes.writeDoubleLE(bytes.readDoubleLE(at) + 1, at)
    writeFileSync(path, bytes)
    expect(() => readJournal(path)).toThrow('its records were changed after they were written')
  })
})
