/** A whole session on paper, on a clock that stands still between events: what a replay of its market does must be the same. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { explainOrders } from '../../src/analysis/explain-orders.ts'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { timeUs } from '../../src/core/units.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { Instrument } from '../../src/model/instrument.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import { rowKind } from '../../src/model/tape.ts'
import { preparePaper } from '../../src/run/paper-venue.ts'
import { checkParity } from '../../src/run/parity.ts'
import { findStrategy, prepareStrategy } from '../../src/run/prepare-session.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { recordOfSession } from '../../src/run/session-report.ts'
import { startFeed, TradeSession } from '../../src/run/trade-session.ts'
import type { LiveFeed, LiveFeedEvents } from '../../src/venue/live-feed.ts'
import { messagesOf, toMarketRow } from '../support/paper-stage.ts'
import { randomMarket } from '../support/random-market.ts'
import { testInstrument } from '../support/tape-rows.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paper-'))
  vi.useFakeTimers({
    now: 1_700_000_000_000,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const messageEveryMs = 20

/** One message every 20 ms; the stage is the test's own. */
class ScriptedFeed implements LiveFeed {
  on: LiveFeedEvents | undefined
  private readonly messages: readonly (readonly TapeRow[])[]

  constructor(rows: readonly TapeRow[]) {
    this.messages = messagesOf(rows)
  }

  async start(on: LiveFeedEvents): Promise<void> {
    this.on = on
    this.messages.forEach((message, index) => {
      setTimeout(() => on.rows(0, message.map(present)), messageEveryMs * (index + 1))
    })
  }

  instruments() {
    return [testInstrument]
  }

  async close(): Promise<void> {}
}

const present = (row: TapeRow): MarketRow => ({
  ...toMarketRow(row),
  exchangeTime: timeUs(Date.now() * 1000),
})

interface SessionPlan {
  readonly messages?: number
  readonly strategy?: string
  readonly params?: Readonly<Record<string, string>>
  readonly config?: object
  /** Called after so many milliseconds. */
  readonly interlude?: readonly [ms: number, act: (session: TradeSession, feed: ScriptedFeed) => void]
}

const quoting = { interval: '100ms', quantity: '0.010', maxInventory: '0.100', halfSpread: '1ticks' }

/** @returns the session's folder */
async function trade(plan: SessionPlan = {}): Promise<string> {
  const { messages = 400, strategy: name = 'market-maker', params = quoting, interlude } = plan
  const given = parseRunConfig({
    latency: { model: 'constant', entryUs: 5000, responseUs: 4000 },
    ...plan.config,
  })
  const { config, connect } = await preparePaper(given)
  const feed = new ScriptedFeed(randomMarket({ seed: 11, messages }))
  const started = await startFeed(feed)
  const found = await findStrategy(name, params)
  const { strategy } = prepareStrategy(found, new Instrument(testInstrument), 'l2')
  const origin = { format: 1, version: 'test', strategy: name }
  const session = new TradeSession({
    feed: started,
    strategy,
    config,
    level: 'l2',
    connect,
    clock: new WallClock(),
    journal: { path: join(folder, 'journal'), origin, keepsPartial: true },
  })
  session.done.catch(() => {})
  if (interlude !== undefined) {
    const [ms, act] = interlude
    setTimeout(() => act(session, feed), ms)
  }
  // A third or so of the messages are prints of their own.
  await vi.advanceTimersByTimeAsync(messageEveryMs * messages * 1.5)
  session.end()
  await vi.advanceTimersByTimeAsync(1000)
  await session.done
  return folder
}

async function explained(session: string) {
  const { reexecution, comparison } = await checkParity(session, { isReplayed: true })
  expect(reexecution.difference).toBeUndefined()
  if (comparison === undefined) throw new Error('the market was not replayed')
  return { ...comparison, explanation: explainOrders(comparison.session, comparison.replay) }
}

describe('a paper session on a clock without delays', () => {
  it('does what a replay of its market does, to the microsecond', async () => {
    const { session, explanation } = await explained(await trade())
    const fills = session.orders.reduce((sum, order) => sum + order.fills.length, 0)
    expect(fills).toBeGreaterThan(10)
    // Only its end differs: the session is stopped, the replay goes on to the end of the data.
    expect(explanation.differences.filter(({ cause }) => cause !== 'session-ended')).toEqual([])
    expect(explanation.matched).toBeGreaterThan(50)
  })

  it('comes out of its journal again, byte for byte, and its report from the journal alone', async () => {
    const session = await trade()
    const { reexecution, isWhole } = await checkParity(session, { isReplayed: false })
    expect(isWhole).toBe(true)
    const text = readFileSync(join(session, 'journal'), 'latin1')
    expect(text.endsWith(reexecution.fingerprint ?? 'none')).toBe(true)
    const record = await recordOfSession(session)
    expect(record.summary.fingerprint).toBe(reexecution.fingerprint)
    expect(record.fills.length).toBeGreaterThan(10)
    expect(record.equity.time.length).toBeGreaterThan(10)
    // 5 ms to the venue; 4 ms back.
    expect(new Set(record.latency.entryUs)).toEqual(new Set([5000]))
    expect(new Set(record.latency.responseUs)).toEqual(new Set([4000]))
  })

  it('leaves nothing working when it ends', async () => {
    await trade()
    const { orders } = (await checkParity(folder, { isReplayed: true })).comparison?.session ?? { orders: [] }
    for (const { id, denied, end, fills, qty } of orders) {
      const filled = fills.reduce((sum, fill) => sum + fill.qty, 0)
      expect(denied !== undefined || end !== undefined || filled === qty, `order ${id}`).toBe(true)
    }
  })

  it('explains what another machine would have done: a session whose events come late', async () => {
    // For 250 ms nothing is handled; then all of it at once, as when a machine was busy.
    const late = (_: TradeSession, { on }: ScriptedFeed): void => {
      if (on === undefined) return
      const { rows } = on
      const waiting: (() => void)[] = []
      on.rows = (instrument, message) => waiting.push(() => rows.call(on, instrument, message))
      setTimeout(() => {
        on.rows = rows
        for (const deliver of waiting) deliver()
      }, 250)
    }
    const { explanation } = await explained(await trade({ interlude: [2000, late] }))
    // The replay sees the rows when the session received them: they are late in both.
    expect(explanation.differences.every(({ cause }) => cause !== 'unexplained')).toBe(true)
  })

  it('takes nothing from a book that nobody sees', async () => {
    const fall = (_: TradeSession, feed: ScriptedFeed): void => feed.on?.connection(0, false)
    await trade({ interlude: [2000, fall] })
    const { session, replay } = await explained(folder)
    const after = timeUs((1_700_000_000_000 + 2000) * 1000)
    const taken = (orders: typeof session.orders) =>
      orders.flatMap(({ fills }) => fills).filter(({ exchangeTime }) => exchangeTime === after)
    expect(taken(session.orders)).toEqual(taken(replay.orders))
  })

  it('goes on without a book while a message leaves it crossed', async () => {
    const cross = (_: TradeSession, feed: ScriptedFeed): void => {
      const row = {
        kind: rowKind.depth,
        side: 0,
        exchangeTime: timeUs(Date.now() * 1000),
        isLast: true,
      } as const
      feed.on?.rows(0, [{ ...row, price: 900_000, qty: 5 }])
      setTimeout(() => feed.on?.rows(0, [{ ...row, price: 900_000, qty: 0 }]), 50)
    }
    const { session, explanation } = await explained(await trade({ interlude: [3000, cross] }))
    expect(explanation.differences.filter(({ cause }) => cause !== 'session-ended')).toEqual([])
    const prices = session.orders.flatMap(({ fills }) => fills.map(({ price }) => price))
    expect(prices.length).toBeGreaterThan(10)
    expect(Math.max(...prices)).toBeLessThan(700_000)
  })

  it('ends the session with the error of its venue, and keeps the journal so far', async () => {
    const breakIt = (session: TradeSession): void => session.session.abort(new Error('the venue is gone'))
    await expect(trade({ interlude: [3000, breakIt] })).rejects.toThrow('the venue is gone')
    expect(existsSync(join(folder, 'journal'))).toBe(false)
    const { reexecution, isWhole } = await checkParity(folder, { isReplayed: false })
    expect({ difference: reexecution.difference, isWhole }).toEqual({ difference: undefined, isWhole: false })
  })
})

describe('the settings of a paper session', () => {
  it.each([
    [{ latency: { model: 'measured', scale: 1 } }, /^latency: measured needs a recording/],
    [{ fillModel: 'hftbacktest' }, /^fillModel: hftbacktest is for recordings/],
    [{ barPath: 'pessimistic' }, /^barPath: a feed has no bars/],
    [{ funding: { source: 'data' } }, /^funding: a feed brings no rates/],
    [{ impact: { model: 'square-root' } }, /^impact: nothing is measured/],
  ])('refuses %j, which it would ignore', async (settings, message) => {
    await expect(preparePaper(parseRunConfig(settings))).rejects.toThrow(message)
  })

  it('wants parameters whose defaults would come from a recording, and only those', async () => {
    const instrument = new Instrument(testInstrument)
    const found = await findStrategy('market-maker', {})
    expect(() => prepareStrategy(found, instrument, 'l2')).toThrow(
      'strategy market-maker: give --param quantity=…, --param maxInventory=…',
    )
    // Ten times the quantity, whatever the recording.
    const given = await findStrategy('market-maker', { quantity: '0.010' })
    expect(prepareStrategy(given, instrument, 'l2').params.config).toMatchObject({ maxInventory: '0.100' })
  })

  it('says which session is missing, and refuses one whose strategy has changed', async () => {
    await expect(checkParity(join(folder, 'none'), { isReplayed: true })).rejects.toThrow(/no session there/)
    writeFileSync(join(folder, 'journal'), 'no journal')
    await expect(checkParity(folder, { isReplayed: true })).rejects.toThrow(/is no journal/)
  })
})
