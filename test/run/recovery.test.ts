/** How a session goes on after its process died or its disk failed: driven by hand, on a simulated disk and clock. */
import { describe, expect, it } from 'vitest'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { partialJournal, readRecords } from '../../src/journal/journal-reader.ts'
import { SessionDirectory } from '../../src/journal/session-directory.ts'
import { recordKind } from '../../src/model/journal-record.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import { rowKind, sideCode } from '../../src/model/tape.ts'
import { LiveSession } from '../../src/run/live-session.ts'
import { reexecute } from '../../src/run/reexecute.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import type { RunnableStrategy } from '../../src/run/run-replay.ts'
import type { StrategyContext } from '../../src/strategy/strategy.ts'
import { HonestExchange } from '../support/honest-exchange.ts'
import { diskFaults, SimDisk } from '../support/sim-disk.ts'
import { testInstrument } from '../support/tape-rows.ts'

const touch: readonly MarketRow[] = (['buy', 'sell'] as const).map((side, index) => ({
  kind: rowKind.depth,
  side: sideCode[side],
  exchangeTime: timeUs(1),
  price: 1000 + index,
  qty: 5,
  isLast: index === 1,
}))

/** In turn: a bid, a larger bid, two takers at once, and away with everything. Every order has a word in the log. */
function rotate(context: StrategyContext) {
  let books = 0
  const buy = (price: number, qty: number): number =>
    context.submit({ instrument: 0, type: 'limit', side: 'buy', price: priceTicks(price), qty: qtyLots(qty) })
  return {
    onBook() {
      if (context.market().bestAsk() === undefined) return
      const turn = books++ % 4
      const working = context.workingOrders()
      if (turn === 0) buy(999, 3)
      if (turn === 1)
        for (const { clientOrderId } of working) context.amend(clientOrderId, { qty: qtyLots(4 + books) })
      if (turn === 2) for (const qty of [1, 2]) buy(1001, qty)
      if (turn === 3) for (const { clientOrderId } of working) context.cancel(clientOrderId)
      context.log(`turn ${turn}`)
    },
  }
}

const rotating: RunnableStrategy = {
  name: 'rotating',
  params: {},
  subscriptions: { book: true },
  create: rotate,
}
const settings = { risk: { maxMessagesPerSecond: null, duplicateWindowMs: null } }

interface World {
  readonly disk: SimDisk
  readonly exchange: HonestExchange
  /** Milliseconds. */
  now: number
  /** Processes so far. */
  pid: number
}

const newWorld = (): World => ({ disk: new SimDisk(), exchange: new HonestExchange(), now: 0, pid: 1 })

interface StartOptions {
  readonly strategy?: RunnableStrategy
  readonly config?: object
}

/** A new process: those before it are dead. */
function start(world: World, { strategy = rotating, config = settings }: StartOptions = {}): LiveSession {
  const pid = ++world.pid
  const { disk } = world
  const directory = new SessionDirectory({
    folder: '/s',
    newId: () => 'recovery1',
    origin: {},
    accounts: [],
    accountsFolder: '/a',
    disk,
    processes: {
      self: () => ({ pid, startedAt: '' }),
      isAlive: (mark) => mark.pid === world.pid,
    },
  })
  const session = new LiveSession({
    strategy,
    setup: { config: parseRunConfig(config), level: 'l2', instruments: [testInstrument] },
    directory,
    connect: (post) => world.exchange.client(post, () => world.pid === pid && !disk.isDead),
    clock: new WallClock({ timeOfDay: () => 1_700_000_000_000 + world.now, monotonic: () => world.now }),
  })
  // Whoever wants to know asks `done`; a session that dies with its process tells nobody.
  session.done.catch(() => {})
  return session
}

function trade(world: World, session: LiveSession, messages: number): void {
  for (let message = 0; message < messages; message++) {
    world.now += 50
    session.post({ kind: 'market', instrument: 0, rows: touch })
  }
}

function expectAgreement({ exchange }: World, session: LiveSession, at = ''): void {
  const { engine, positions } = session.wired
  expect(
    engine.workingOrders().map(({ clientOrderId }) => clientOrderId),
    at,
  ).toEqual(exchange.live)
  expect(positions.position(0).qty, at).toBe(exchange.position)
  expect(engine.fills.length, at).toBe(exchange.trades)
  expect(exchange.doubled, at).toBe(0)
}

const journalOf = ({ disk }: World) =>
  partialJournal(Buffer.from(disk.read('/s/journal') ?? []), '/s/journal')

describe('a session that goes on', () => {
  it('is in the state that it had, and its journal is one run', async () => {
    const world = newWorld()
    const first = start(world)
    trade(world, first, 11)
    const before = first.wired
    const again = start(world)
    const { engine, positions } = again.wired
    expect(engine.orders.map(({ qty, state }) => [qty, state])).toEqual(
      before.engine.orders.map(({ qty, state }) => [qty, state]),
    )
    expect(engine.fills).toEqual(before.engine.fills)
    expect(positions.position(0)).toEqual(before.positions.position(0))
    expectAgreement(world, again)
    trade(world, again, 6)
    expectAgreement(world, again)
    again.post({ kind: 'end' })
    const { fingerprint } = await again.done
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(reexecute(journalOf(world), rotating)).toMatchObject({ difference: undefined, fingerprint })
  })

  it('begins each process with its fence, and a resumed one with an empty book', () => {
    const world = newWorld()
    trade(world, start(world), 2)
    start(world)
    start(world)
    const kinds = [...readRecords(journalOf(world))]
      .filter(({ kind }) => kind === recordKind.epoch || kind === recordKind.marketRow)
      .map(({ kind, fields }) => (kind === recordKind.epoch ? `epoch ${fields[0]}` : `row ${fields[4]}`))
    const rows = [`row ${rowKind.depth}`, `row ${rowKind.depth}`]
    const cleared = `row ${rowKind.clear}`
    expect(kinds).toEqual(['epoch 1', ...rows, ...rows, 'epoch 2', cleared, 'epoch 3', cleared])
  })

  it('tells the venue of each order, who sent it, and what it was asked', () => {
    const world = newWorld()
    const deaf = { ...world, disk: world.disk }
    const first = start(deaf)
    trade(deaf, first, 1)
    // Nobody answers any more: the amend and, later, the cancel are on their way when the process dies.
    const { client } = deaf.exchange
    deaf.exchange.client = (post, isAlive) => ({
      ...client.call(deaf.exchange, post, isAlive),
      amend: () => {},
      cancel: () => {},
    })
    const second = start(deaf)
    // The second process begins with the third turn of the strategy's counting: books before it count.
    trade(deaf, second, 3)
    start(deaf)
    const recovery = deaf.exchange.recoveries.at(-1)
    expect(recovery).toMatchObject({ sessionId: 'recovery1', fence: 3 })
    expect(recovery?.epochs).toEqual([
      { fence: 1, firstOrderId: 1 },
      { fence: 2, firstOrderId: 2 },
      { fence: 3, firstOrderId: 4 },
    ])
    expect(recovery?.orders).toMatchObject([
      { order: { clientOrderId: 1 }, fence: 1, cancelReason: 'canceled-by-strategy', amend: { qty: 6 } },
    ])
  })

  it('does it again when it dies in the middle of it, and twice gives what once gives', () => {
    const world = newWorld()
    trade(world, start(world), 7)
    const states = [1, 2, 3].map(() => {
      const { engine } = start(world).wired
      return engine.orders.map(({ state, cumQty, qty }) => [state.kind, cumQty, qty])
    })
    expect(states[1]).toEqual(states[0])
    expect(states[2]).toEqual(states[0])
  })

  it.each(['kill', 'stop'] as const)('stays halted after a %s', (kind) => {
    const world = newWorld()
    const first = start(world)
    trade(world, first, 1)
    first.post({ kind })
    expect(world.exchange.live).toEqual([])
    const again = start(world)
    expect(again.wired.risk.state).toBe('halted')
    trade(world, again, 8)
    expect(world.exchange.orders.size).toBe(1)
    again.post({ kind: 'resume' })
    expect(start(world).wired.risk.state).toBe('active')
  })

  it('has its timers again: one that came due meanwhile goes off at once', async () => {
    const world = newWorld()
    const ringing: RunnableStrategy = {
      ...rotating,
      create: (context) => ({
        onStart() {
          context.setTimer(timeUs(context.now() + 1_000_000), () => context.log('rang'))
          context.cancelTimer(context.setTimer(timeUs(context.now() + 10), () => context.log('never')))
        },
      }),
    }
    const first = start(world, { strategy: ringing })
    trade(world, first, 1)
    // A market alone is not worth a sync; what an operator says is.
    first.post({ kind: 'reduce' })
    world.now += 5_000
    const again = start(world, { strategy: ringing })
    await new Promise((resolve) => setTimeout(resolve, 5))
    again.post({ kind: 'end' })
    await again.done
    const texts = [...readRecords(journalOf(world))].flatMap(({ kind, text }) =>
      kind === recordKind.log ? [text] : [],
    )
    expect(texts).toEqual(['rang'])
  })
})

describe('a session that may not go on', () => {
  const codeOf = (open: () => unknown): string => {
    try {
      open()
    } catch (error) {
      if (error instanceof Error && 'code' in error) return `${error.code}: ${error.message}`
    }
    return 'went on'
  }
  const traded = (): World => {
    const world = newWorld()
    trade(world, start(world), 7)
    return world
  }

  it('is refused with another configuration, naming what has changed', () => {
    const world = traded()
    const config = { ...settings, seed: 8 }
    expect(codeOf(() => start(world, { config }))).toBe(
      'SESSION_CHANGED: the session was begun with other settings or another strategy: settings.seed was 1, is 8; go on with those, or begin a new one',
    )
    expect(codeOf(() => start(world, { strategy: { ...rotating, codeHash: 'ff' } }))).toMatch(
      /codeHash was null, is "ff"/,
    )
    // It is none the worse for it.
    expectAgreement(world, start(world))
  })

  it('is refused when the strategy does something else, naming where', () => {
    const world = traded()
    const other: RunnableStrategy = {
      ...rotating,
      create: (context) => rotate({ ...context, log: (text) => context.log(`${text}!`) }),
    }
    expect(codeOf(() => start(world, { strategy: other }))).toMatch(
      /^JOURNAL_DIFFERS: the session cannot go on: .* record 5 \(log, .*\): expected log "turn 0"; found log "turn 0!"/,
    )
    const silent: RunnableStrategy = { ...rotating, create: () => ({}) }
    expect(codeOf(() => start(world, { strategy: silent }))).toMatch(/^JOURNAL_DIFFERS: /)
    expectAgreement(world, start(world))
  })

  it('is refused when it has ended, or the clock is far behind', async () => {
    const world = traded()
    world.now = -120_000
    expect(codeOf(() => start(world))).toMatch(
      /^CLOCK_BEHIND: the clock of this machine is \d+ s behind the journal/,
    )
    world.now = 1000
    const last = start(world)
    last.post({ kind: 'end' })
    await last.done
    expect(codeOf(() => start(world))).toBe(
      'SESSION_ENDED: the session of /s/journal has ended; begin a new one',
    )
  })

  it('is refused when its journal was damaged', () => {
    const world = traded()
    const bytes = Buffer.from(world.disk.read('/s/journal') ?? [])
    bytes[600] = (bytes[600] ?? 0) ^ 1
    const file = world.disk.create('/s/journal')
    file.write(bytes)
    expect(codeOf(() => start(world))).toMatch(/^JOURNAL_DAMAGED: .* frame \d+ at byte \d+: it was changed/)
  })
})

describe('a session that fails', () => {
  it('cancels what works, and fails on the same input when it is taken up', async () => {
    const world = newWorld()
    let books = 0
    const failing: RunnableStrategy = {
      ...rotating,
      create: (context) => {
        books = 0
        const { onBook } = rotate(context)
        return {
          onBook() {
            if (++books === 2) throw new Error('a mistake')
            onBook()
          },
        }
      },
    }
    const session = start(world, { strategy: failing })
    trade(world, session, 1)
    expect(world.exchange.live).toEqual([1])
    trade(world, session, 1)
    await expect(session.done).rejects.toThrow('a mistake')
    expect(world.exchange.live).toEqual([])
    expect(() => start(world, { strategy: failing })).toThrow('a mistake')
  })
})

describe('a session whose disk fails', () => {
  it('sends no new order, cancels what works from memory, and says why', async () => {
    const world = newWorld()
    const session = start(world)
    trade(world, session, 1)
    expect(world.exchange.live).toEqual([1])
    world.disk.failAt(world.disk.points, 'ENOSPC')
    // Turn 1 is an amend, turn 2 two takers: neither leaves.
    trade(world, session, 2)
    expect(world.exchange.orders.size).toBe(1)
    expect(world.exchange.live).toEqual([])
    await expect(session.done).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    // With room again it goes on, and learns what it could not write down.
    const again = start(world)
    expectAgreement(world, again)
  })

  it('says why also when the disk takes nothing at all any more, not even that the lease is free', async () => {
    const world = newWorld()
    const session = start(world)
    trade(world, session, 1)
    world.disk.failAll('/s/journal', 'EIO')
    // The next calls after the failed write: the reserve is given up, the lease is left.
    const { rename, create } = world.disk
    const fail = (): never => {
      throw Object.assign(new Error('EIO: simulated'), { code: 'EIO' })
    }
    world.disk.rename = fail
    world.disk.create = fail
    trade(world, session, 1)
    await expect(session.done).rejects.toMatchObject({ code: 'JOURNAL_FAILED' })
    expect(world.exchange.live).toEqual([])
    Object.assign(world.disk, { rename, create })
  })

  it('names the journal when it cannot even be opened to be written on', () => {
    const world = newWorld()
    trade(world, start(world), 1)
    world.disk.append = () => {
      throw Object.assign(new Error('EIO: simulated'), { code: 'EIO' })
    }
    expect(() => start(world)).toThrow('cannot write the journal /s/journal: EIO: simulated')
  })

  it('takes up what there is on a disk that is still full, and begins nothing new', () => {
    const world = newWorld()
    trade(world, start(world), 1)
    world.disk.remove('/s/reserve')
    world.disk.failAll('/s/reserve', 'ENOSPC')
    const again = start(world)
    expect(again.wired.risk.state).toBe('halted')
    expect(world.exchange.live).toEqual([])
    expectAgreement(world, again)
  })

  // A crash after one call is one before the next; ENOSPC and EIO are one to us. FAULTS=all does them all the same.
  const faults =
    process.env.FAULTS === 'all' ? diskFaults : (['EIO', 'short-then-ENOSPC', 'crash-before'] as const)

  it('agrees with the exchange again wherever it failed: every call of the disk, with and without power', () => {
    const whole = newWorld()
    const messages = 5
    trade(whole, start(whole), messages)
    const { points, calls } = whole.disk
    expect(points).toBeGreaterThan(30)
    for (let point = 0; point < points; point++) {
      for (const kind of faults) {
        for (const power of kind === 'EIO' ? [true] : [false, true]) {
          const at = `${kind} at ${point} (${calls[point]}), power lost ${power}`
          const world = newWorld()
          world.disk.failAt(point, kind)
          try {
            trade(world, start(world), messages)
          } catch {
            // It did not even begin.
          }
          if (!world.disk.isDead) expect(world.exchange.live, at).toEqual([])
          world.disk.restart({ power })
          const again = start(world)
          expectAgreement(world, again, at)
          trade(world, again, 3)
          expectAgreement(world, again, at)
        }
      }
    }
  }, 120_000)
})
