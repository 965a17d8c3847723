/** `sim verify` of a session's folder: the inputs are in its journal, the strategy is found by its name. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { timeUs } from '../../src/core/units.ts'
import { SessionDirectory } from '../../src/journal/session-directory.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import { LiveSession } from '../../src/run/live-session.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { sessionOrigin } from '../../src/run/session-origin.ts'
import { verifyJournal } from '../../src/run/verify-journal.ts'
import marketMaker from '../../strategies/market-maker/strategy.ts'
import { HonestExchange } from '../support/honest-exchange.ts'
import { testInstrument } from '../support/tape-rows.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-verify-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const params = { interval: '1s', halfSpread: '1', quantity: '0.004', maxInventory: '0.04' }
const values = marketMaker.params.parse(params)

function start(exchange: HonestExchange): LiveSession {
  const directory = new SessionDirectory({
    folder,
    newId: () => 'verified1',
    origin: sessionOrigin('market-maker'),
    accounts: [],
    accountsFolder: join(folder, 'accounts'),
  })
  return new LiveSession({
    strategy: {
      name: marketMaker.name,
      params,
      subscriptions: {},
      create: (context) => marketMaker.create(values, context),
    },
    setup: { config: parseRunConfig({}), level: 'l2', instruments: [testInstrument] },
    directory,
    connect: (post) => exchange.client(post, () => true),
    clock: new WallClock({ timeOfDay: () => 1_700_000_000_000, monotonic: () => 0 }),
  })
}

function show(session: LiveSession): void {
  const row = (side: 'buy' | 'sell', price: number, isLast: boolean) => ({
    kind: rowKind.depth,
    side: sideCode[side],
    exchangeTime: timeUs(1),
    price,
    qty: 5,
    isLast,
  })
  session.post({ kind: 'market', instrument: 0, rows: [row('buy', 1000, false), row('sell', 1001, true)] })
}

describe('the folder of a session', () => {
  it('is verified when it was left, and when it has ended', async () => {
    const exchange = new HonestExchange()
    const first = start(exchange)
    show(first)
    expect(exchange.orders.size).toBeGreaterThan(0)
    first.leave()
    expect(await first.done).toMatchObject({ fingerprint: undefined })
    expect(await verifyJournal(folder)).toMatchObject({ isSame: true, difference: undefined })
    const second = start(exchange)
    show(second)
    second.post({ kind: 'end' })
    const { fingerprint } = await second.done
    expect(await verifyJournal(folder)).toMatchObject({ isSame: true, fingerprint })
    expect(await verifyJournal(join(folder, 'journal'))).toMatchObject({ isSame: true, fingerprint })
  })

  it('is refused when a byte of its journal was changed', async () => {
    const first = start(new HonestExchange())
    show(first)
    first.leave()
    const path = join(folder, 'journal')
    const bytes = readFileSync(path)
    bytes[bytes.length - 80] = (bytes[bytes.length - 80] ?? 0) ^ 4
    writeFileSync(path, bytes)
    await expect(verifyJournal(folder)).rejects.toMatchObject({ code: 'JOURNAL_DAMAGED' })
  })
})
