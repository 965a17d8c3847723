/**
 * Asks for the fills of an instrument since the oldest that may be missing, and some time before: what is known already
 * changes nothing. Goes on until nothing is missing that the venue said there is.
 */
import type { Clock } from '../../clock/clock.ts'
import { type TimeUs, timeUs } from '../../core/units.ts'
import { Backoff } from './backoff.ts'
import type { ExchangeWire, WireFill, WireOutcome } from './exchange-wire.ts'
import type { Pursuit } from './live-order.ts'
import type { MachineSettings } from './machine-settings.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderMerger } from './order-merger.ts'
import type { OrderTable } from './order-table.ts'
import type { Pursuits } from './pursuits.ts'

export interface SweeperOptions {
  readonly wire: ExchangeWire
  readonly clock: Clock
  readonly settings: MachineSettings
  readonly window: AnswerWindow
  readonly table: OrderTable
  readonly merger: OrderMerger
  readonly pursuits: Pursuits
}

interface Sweep extends Pursuit {
  /** A sweep was asked for while one was under way, or waits for a fill to come by itself. */
  isWanted: boolean
  isGraceRunning: boolean
  /** When the last sweep that was answered began. */
  completeAt: number
  /** Asked for once, whatever is missing: told when a sweep that began later has ended well. */
  waiting: (() => void)[]
}

export class FillSweeper {
  private readonly options: SweeperOptions
  private readonly sweeps = new Map<number, Sweep>()

  constructor(options: SweeperOptions) {
    this.options = options
  }

  /** A fill is missing. The stream gets a little time to bring it. */
  missing(instrument: number): void {
    const { pursuits, settings } = this.options
    const sweep = this.of(instrument)
    if (sweep.isGraceRunning) return
    sweep.isGraceRunning = true
    pursuits.after(settings.fillGrace, () => {
      sweep.isGraceRunning = false
      if (this.isMissing(instrument)) this.start(instrument, sweep)
    })
  }

  /** The stream was interrupted: everything since is asked for. @param done once it has been answered */
  sweep(instrument: number, done: () => void): void {
    const sweep = this.of(instrument)
    sweep.waiting.push(done)
    this.start(instrument, sweep)
  }

  private start(instrument: number, sweep: Sweep): void {
    if (sweep.isUnderWay) sweep.isWanted = true
    this.options.pursuits.start(sweep, () => this.ask(instrument, sweep))
  }

  private ask(instrument: number, sweep: Sweep): void {
    const { wire, window, clock } = this.options
    sweep.isWanted = false
    const { waiting } = sweep
    sweep.waiting = []
    const askedAt = clock.now()
    wire.fetchFills(
      instrument,
      { time: this.since(instrument, sweep) },
      onceWithin(window, (outcome) => {
        this.take(outcome)
        if (outcome.kind === 'ok') {
          sweep.completeAt = askedAt
          for (const done of waiting) done()
        } else sweep.waiting.push(...waiting)
        this.goOn(instrument, sweep, outcome)
      }),
    )
  }

  private take(outcome: WireOutcome<readonly WireFill[]>): void {
    if (outcome.kind !== 'ok') return
    for (const fill of outcome.value) this.options.merger.applyFill(fill)
  }

  private goOn(instrument: number, sweep: Sweep, outcome: WireOutcome<readonly WireFill[]>): void {
    const { pursuits } = this.options
    const isWanted = outcome.kind !== 'ok' || sweep.isWanted || sweep.waiting.length > 0
    if (!isWanted && !this.isMissing(instrument)) return pursuits.end(sweep)
    const atLeast = outcome.kind === 'not-sent' ? outcome.retryAfterUs : undefined
    pursuits.again(sweep, () => this.ask(instrument, sweep), atLeast)
  }

  private isMissing(instrument: number): boolean {
    return this.options.table.open(instrument).some(({ cumTold, cumVenue }) => cumTold < cumVenue)
  }

  /**
   * Nothing of an order can be older than its sending, nor is anything missing from before the last complete sweep but
   * what an order is known to miss; differences between the clocks and views that lag are in the overlap.
   */
  private since(instrument: number, { completeAt }: Sweep): TimeUs {
    const { table, clock, settings } = this.options
    let oldest: number = clock.now()
    for (const { sentAt, cumTold, cumVenue } of table.open(instrument)) {
      oldest = Math.min(oldest, cumTold < cumVenue ? sentAt : Math.max(sentAt, completeAt))
    }
    return timeUs(oldest - settings.sweepOverlap)
  }

  private of(instrument: number): Sweep {
    let sweep = this.sweeps.get(instrument)
    if (sweep === undefined) {
      const backoff = new Backoff(this.options.settings.backoff)
      const idle = { isUnderWay: false, timer: undefined, isWanted: false, isGraceRunning: false }
      const completeAt = Number.NEGATIVE_INFINITY
      sweep = { ...idle, completeAt, waiting: [], backoff }
      this.sweeps.set(instrument, sweep)
    }
    return sweep
  }
}
