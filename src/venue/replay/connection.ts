/**
 * One connection to one venue: commands under way to it, reports under way to us. None overtakes another, so arrival
 * times never go back; other connections are independent.
 */
import { TimedQueue } from '../../core/timed-queue.ts'
import type { ExecutionReport, SubmitCommand } from '../../model/execution-report.ts'
import type { ReasonCode } from '../../model/order.ts'
import type { LatencyModel } from '../sim/latency-model.ts'
import type { ReportPipe } from '../sim/report-pipe.ts'
import { refuse, type VenueCommand } from '../sim/venue-command.ts'
import type { VenueGate } from '../sim/venue-gate.ts'
import type { VenueOrders } from '../sim/venue-orders.ts'

/** What the venue holds prices against at a moment, in half ticks; undefined without a market. */
export type ReferenceSource = (instrument: number, at: number) => number | undefined

export interface ConnectionOptions {
  readonly latency: LatencyModel
  readonly pipe: ReportPipe
  /** Told how long each command takes to arrive, in microseconds. */
  readonly onEntry?: (latencyUs: number) => void
  /** Only with conditions: see VenueGate. */
  readonly gate?: VenueGate | undefined
  /** Whoever looks at open orders. Told of arrivals here, and of reports by the pipe's filter. */
  readonly orders?: VenueOrders | undefined
}

export class Connection {
  readonly pipe: ReportPipe
  readonly orders: VenueOrders | undefined
  /** Told of each new order that is refused here, once that is reported, or lost: the market has orders linked with it. */
  onRefused: ((command: SubmitCommand, at: number) => void) | undefined
  /** When the next command arrives, or the venue next cancels by itself. */
  readonly arrivals: { readonly nextTime: number }
  private readonly latency: LatencyModel
  private readonly gate: VenueGate | undefined
  private readonly commands = new TimedQueue<VenueCommand>()
  /** Commands that the front door will refuse, with the moment when that reaches us, were it alone. */
  private readonly refusedDue = new Map<VenueCommand, number>()
  private readonly onEntry: ((latencyUs: number) => void) | undefined
  private lastArrival = 0
  private sweep = 0

  constructor(options: ConnectionOptions) {
    this.latency = options.latency
    this.pipe = options.pipe
    this.onEntry = options.onEntry
    this.gate = options.gate
    this.orders = options.orders
    const { gate, commands } = this
    const nextSweep = (): number => gate?.sweeps[this.sweep] ?? Number.POSITIVE_INFINITY
    this.arrivals = gate === undefined ? commands : new ArrivalsOrSweeps(commands, nextSweep)
  }

  /** @param now our clock */
  send(command: VenueCommand, now: number): void {
    const entryUs = this.latency.entryUs(now, command.kind, command.command.instrument)
    // A refusal takes the round trip: the door is half way.
    const isRefused = entryUs < 0
    const arrival = now + Math.max(1, isRefused ? Math.floor(-entryUs / 2) : entryUs)
    this.lastArrival = Math.max(this.lastArrival, arrival)
    this.commands.push(this.lastArrival, command)
    if (isRefused) this.refusedDue.set(command, now - entryUs)
    this.onEntry?.(this.lastArrival - now)
  }

  /** True when the venue cancels all open orders now, before any command that arrives at the same moment. */
  takeSweep(at: number): boolean {
    if (this.gate?.sweeps[this.sweep] !== at) return false
    this.sweep++
    return true
  }

  /**
   * The next command, at its arrival.
   *
   * @returns undefined when it did not get through: it is then refused, or lost
   */
  take(at: number, referenceTimes2: ReferenceSource): VenueCommand | undefined {
    const command = this.commands.take()
    if (this.refusedDue.size > 0 && this.isRefusedAtDoor(command, at)) return undefined
    if (this.gate !== undefined && !this.passes(command, this.gate, at, referenceTimes2)) return undefined
    if (this.orders !== undefined && command.kind === 'submit') this.orders.arrived(command.command)
    return command
  }

  private isRefusedAtDoor(command: VenueCommand, at: number): boolean {
    const due = this.refusedDue.get(command)
    if (due === undefined) return false
    this.refusedDue.delete(command)
    this.pipe.pushDue(this.refusal(command, 'refused-before-engine', at), due)
    if (command.kind === 'submit') this.onRefused?.(command.command, at)
    return true
  }

  private passes(command: VenueCommand, gate: VenueGate, at: number, source: ReferenceSource): boolean {
    const referenceTimes2 = source(command.command.instrument, at)
    for (const condition of gate.conditions) {
      const verdict = condition.check(command, at, referenceTimes2)
      if (verdict === undefined) continue
      if (verdict !== 'lost') this.pipe.push(this.refusal(command, verdict, at))
      // Of a lost order the venue knows nothing, but that a message which it has a part of is not whole.
      const isKnown = verdict !== 'lost' || (command.kind === 'submit' && command.command.isJoint === true)
      if (isKnown && command.kind === 'submit') this.onRefused?.(command.command, at)
      return false
    }
    return true
  }

  private refusal(command: VenueCommand, reason: ReasonCode, at: number): ExecutionReport {
    const cumQty = this.orders?.find(command.command.clientOrderId)?.cumQty ?? 0
    return refuse(command, { reason, at, cumQty })
  }
}

/** What happens next at a venue that cancels by itself now and then. Infinity when neither is ahead. */
class ArrivalsOrSweeps {
  private readonly arrivals: { readonly nextTime: number }
  private readonly nextSweep: () => number

  constructor(arrivals: { readonly nextTime: number }, nextSweep: () => number) {
    this.arrivals = arrivals
    this.nextSweep = nextSweep
  }

  get nextTime(): number {
    return Math.min(this.arrivals.nextTime, this.nextSweep())
  }
}
