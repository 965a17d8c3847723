/**
 * Everything around the processes that run the session, one after the other: clock, disk, exchange, market, and what is
 * watched while they trade. A process that dies is started again.
 */
import { ConfigError, SimError } from '../../src/core/errors.ts'
import { timeUs } from '../../src/core/units.ts'
import { partialJournal } from '../../src/journal/journal-reader.ts'
import { type Side, signOf } from '../../src/model/order.ts'
import type { SessionInput } from '../../src/run/session-input.ts'
import type { Done, ExchangeWire, WireOrder, WireOrderState } from '../../src/venue/ccxt/exchange-wire.ts'
import { FakeExchange, type FakeOrder } from '../support/fake-exchange-wire.ts'
import { type DiskFault, SimDisk, SimulatedCrash } from '../support/sim-disk.ts'
import { SteppedTime } from '../support/stepped-time.ts'
import type { FaultPlan } from './fault-plan.ts'
import { FaultSource } from './fault-source.ts'
import { FaultyWire, type WireHost, WireWeather } from './faulty-wire.ts'
import { SimMarket } from './sim-market.ts'
import { ids, positionLotsMax, SimProcess } from './sim-process.ts'

/** Something between machine and wire, or under the journal, that is wrong: to see that it is noticed. */
export interface Mutant {
  readonly wire?: (wire: ExchangeWire, world: SimWorld) => ExchangeWire
  readonly disk?: (disk: SimDisk) => SimDisk
}

export interface WorldOptions {
  readonly seed: number
  readonly plan: FaultPlan
  readonly mutant?: Mutant | undefined
  readonly onTrace?: ((text: string) => void) | undefined
}

const start = 1_700_000_000_000_000
/** From the death of a process to the next one; and from a failure to the exit, in which cancels reach the wire. */
const restartUs = 300_000
const lastWordsUs = 1_500_000
/** Of a stream, from the start of a process. */
const connectUs = 5_000

export class SimWorld implements WireHost {
  readonly time = new SteppedTime(start)
  readonly faults: FaultSource
  readonly exchange: FakeExchange
  readonly disk: SimDisk
  readonly weather: WireWeather
  readonly market: SimMarket
  process: SimProcess
  /** What must not happen and did. */
  readonly failures: string[] = []
  /** Orders that were sent, by our id: who sent them, and as what. */
  readonly sent = new Map<number, WireOrder>()
  /** Processes so far. */
  starts = 0
  /** A process found that the one before it had ended the session: what is on the disk, sealed or not. */
  endedWith: { readonly fingerprint: string | undefined } | undefined
  private readonly options: WorldOptions
  private isPowerLost = false

  constructor(options: WorldOptions) {
    this.options = options
    const { seed, plan, mutant } = options
    this.faults = new FaultSource(plan, (text) => this.trace(text))
    this.weather = new WireWeather(this)
    this.market = new SimMarket(seed)
    const disk = new SimDisk((call) => this.diskFault(call))
    this.disk = mutant?.disk?.(disk) ?? disk
    this.exchange = new FakeExchange({
      time: this.time,
      fault: (call) => this.weather.takeCall(call),
      stream: () => this.weather.takeMessage(),
      admit: (order) => this.market.admit(order),
      arrived: (order) => this.arrived(order),
      hasDeadMan: true,
      hidesClientId: true,
    })
    this.weather.attach(this.exchange)
    this.process = this.startProcess()
  }

  /** A process runs the session, and is past its start. */
  get isRunning(): boolean {
    return this.process.isAlive && this.process.session !== undefined
  }

  /** A process that dies in the middle of something does no more; the world goes on. */
  survive(act: () => void): void {
    try {
      act()
    } catch (error) {
      if (!(error instanceof SimulatedCrash) || this.process.isAlive) throw error
    }
  }

  post(input: SessionInput): void {
    this.survive(() => this.process.post(input))
  }

  trace(text: string): void {
    const { onTrace } = this.options
    if (onTrace !== undefined)
      onTrace(`${((this.time.now() - start) / 1e6).toFixed(6)} ${this.starts}: ${text}`)
  }

  broken(text: string): void {
    this.failures.push(`${text} (${((this.time.now() - start) / 1e6).toFixed(3)} s after the start)`)
  }

  /** The process is gone at once, whatever it is doing, and another one follows. */
  die({ power }: { readonly power: boolean }): void {
    const { process, exchange, disk, time } = this
    if (!process.isAlive) return
    process.die()
    disk.isDead = true
    exchange.isStreamUp = false
    this.isPowerLost = power
    time.set(timeUs(time.now() + restartUs), () => {
      disk.restart({ power: this.isPowerLost })
      this.process = this.startProcess()
    })
  }

  private startProcess(): SimProcess {
    const { seed, mutant } = this.options
    const { time, disk, exchange } = this
    const process = new SimProcess({
      ...{ seed, time, disk, trace: (text) => this.trace(text) },
      pid: ++this.starts,
      wire: (owner) => {
        const wire = new FaultyWire({
          host: this,
          weather: this.weather,
          exchange,
          isAlive: () => owner.isAlive,
        })
        const watched = this.watch(wire, owner)
        return mutant?.wire?.(watched, this) ?? watched
      },
      onFailed: (owner, error) => this.failed(owner, error),
    })
    this.process = process
    if (this.starts > 50) throw new Error('the session does not come up again')
    try {
      process.start()
    } catch (error) {
      this.failedToStart(process, error)
      return process
    }
    time.set(timeUs(time.now() + connectUs), () => process.isAlive && exchange.connect(true))
    return process
  }

  private failedToStart(process: SimProcess, error: unknown): void {
    if (error instanceof SimError && error.code === 'SESSION_ENDED' && process.isAlive) {
      const journal = partialJournal(Buffer.from(this.disk.read('/s/journal') ?? []), '/s/journal')
      this.endedWith = { fingerprint: journal.isWhole ? journal.fingerprint : undefined }
      return
    }
    const isDisk = error instanceof SimError && /^(JOURNAL_FAILED|SESSION_NOT_WRITABLE)$/.test(error.code)
    if (process.isAlive && !isDisk) this.broken(`a start failed: ${textOf(error)}`)
    // Dead already when the disk killed it.
    this.die({ power: false })
  }

  /** What works was canceled just before; it is given time to leave. */
  private failed(process: SimProcess, error: unknown): void {
    if (!process.isAlive) return
    if (!(error instanceof SimError && error.code === 'JOURNAL_FAILED')) {
      this.broken(`the session failed: ${textOf(error)}`)
    }
    const { time } = this
    time.set(timeUs(time.now() + lastWordsUs), () => process.isAlive && this.die({ power: false }))
  }

  private diskFault(call: string): DiskFault | undefined {
    const fault = this.faults.pass('disk', call)
    switch (fault) {
      case 'kill-before':
      case 'power-before':
        this.die({ power: fault === 'power-before' })
        return 'crash-before'
      case 'kill-after':
      case 'power-after':
        this.die({ power: fault === 'power-after' })
        return 'crash-after'
      case 'short':
        return 'short-then-ENOSPC'
      case 'ENOSPC':
      case 'EIO':
        return fault
      default:
        return undefined
    }
  }

  /** No order leaves twice, and none while the session is halted. */
  private watch(wire: FaultyWire, process: SimProcess): ExchangeWire {
    const notHalted = (what: string): void => {
      const state = process.session?.wired.risk.state
      if (process.isAlive && state === 'halted') this.broken(`${what} was sent while halted`)
    }
    const createOrder = (order: WireOrder, done: Done<WireOrderState>): void => {
      if (!process.isAlive) return
      notHalted(`order ${order.clientId}`)
      const { clientOrderId } = order.command
      const before = this.sent.get(clientOrderId)
      if (before !== undefined)
        this.broken(`order ${clientOrderId} was sent as ${before.clientId} and as ${order.clientId}`)
      this.sent.set(clientOrderId, order)
      wire.createOrder(order, done)
    }
    return {
      listen: (events) => wire.listen(events),
      createOrder,
      amendOrder: (amend, done) => {
        notHalted(`an amend of ${amend.clientId}`)
        wire.amendOrder(amend, done)
      },
      cancelOrder: wire.cancelOrder,
      cancelAll: wire.cancelAll,
      fetchOrder: wire.fetchOrder,
      fetchOpenOrders: wire.fetchOpenOrders,
      fetchFills: wire.fetchFills,
      fetchPositions: wire.fetchPositions,
      fetchTime: wire.fetchTime,
      armDeadMan: wire.armDeadMan,
    }
  }

  /** Position and everything open on a side, at the exchange itself, is never more than was allowed. */
  private arrived(order: FakeOrder): void {
    const parsed = ids.parse(order.clientId)
    if (parsed === undefined) this.broken(`order ${order.clientId} is at the exchange and nobody's`)
    const worst = worstCase(this.exchange, order.side)
    if (worst > positionLotsMax) {
      this.broken(`${worst} lots could be held with ${order.clientId}, ${positionLotsMax} are allowed`)
    }
    this.market.arrive(this.exchange, order)
  }
}

function worstCase(exchange: FakeExchange, side: Side): number {
  let lots = signOf(side) * exchange.position(0)
  for (const order of exchange.orders.values()) {
    if (order.status === 'open' && order.side === side) lots += order.qty - order.cumQty
  }
  return lots
}

export function textOf(error: unknown): string {
  if (error instanceof SimulatedCrash) return 'simulated crash'
  if (error instanceof ConfigError || error instanceof SimError) return `${error.code}: ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
