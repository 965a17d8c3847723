/**
 * Compares the orders of an instrument with the venue's: what it lists is merged, and every order of ours that should be
 * there and is not is asked about. Then the fills. Also how a venue without a stream is followed.
 */
import type { Clock } from '../../clock/clock.ts'
import { Backoff } from './backoff.ts'
import type { ExchangeWire, WireOrderState } from './exchange-wire.ts'
import type { FillSweeper } from './fill-sweeper.ts'
import type { LiveOrder, Pursuit } from './live-order.ts'
import type { MachineSettings } from './machine-settings.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderInquiry } from './order-inquiry.ts'
import type { OrderMerger } from './order-merger.ts'
import type { OrderTable } from './order-table.ts'
import type { Pursuits } from './pursuits.ts'

export interface AuditOptions {
  readonly wire: ExchangeWire
  readonly clock: Clock
  readonly settings: MachineSettings
  readonly window: AnswerWindow
  readonly table: OrderTable
  readonly merger: OrderMerger
  readonly inquiry: OrderInquiry
  readonly sweeper: FillSweeper
  readonly pursuits: Pursuits
  readonly onShown: (order: LiveOrder) => void
  /** An open order that carries the mark of our session, or of somebody else. */
  readonly onStray: (state: WireOrderState) => void
  /** The venue does not trade it any more. */
  readonly onGone: (instrument: number) => void
}

interface Audit extends Pursuit {
  waiting: (() => void)[]
}

export class OrderAudit {
  private readonly options: AuditOptions
  private readonly audits = new Map<number, Audit>()

  constructor(options: AuditOptions) {
    this.options = options
  }

  /** @param done once everything has been asked and answered; not at all while the venue does not answer */
  start(instrument: number, done?: () => void): void {
    const audit = this.of(instrument)
    if (done !== undefined) audit.waiting.push(done)
    this.options.pursuits.start(audit, () => this.ask(instrument, audit))
  }

  private ask(instrument: number, audit: Audit): void {
    const { wire, window, clock } = this.options
    const askedAt = clock.now()
    const { waiting } = audit
    audit.waiting = []
    wire.fetchOpenOrders(
      instrument,
      onceWithin(window, (outcome) => {
        if (outcome.kind === 'ok') {
          this.compare(instrument, outcome.value, askedAt)
          this.options.sweeper.sweep(instrument, () => callAll(waiting))
          return this.goOn(instrument, audit)
        }
        if (outcome.kind === 'refused' && outcome.reason === 'not-trading') {
          this.options.onGone(instrument)
          callAll(waiting)
          return this.goOn(instrument, audit)
        }
        audit.waiting.push(...waiting)
        const atLeast = outcome.kind === 'not-sent' ? outcome.retryAfterUs : undefined
        this.options.pursuits.again(audit, () => this.ask(instrument, audit), atLeast)
      }),
    )
  }

  private goOn(instrument: number, audit: Audit): void {
    const { pursuits } = this.options
    pursuits.end(audit)
    if (audit.waiting.length > 0) pursuits.start(audit, () => this.ask(instrument, audit))
  }

  private compare(instrument: number, states: readonly WireOrderState[], askedAt: number): void {
    const { table, merger, inquiry, onShown, onStray } = this.options
    const listed = new Set<LiveOrder>()
    for (const state of states) {
      const order = merger.applyState(state)
      if (order === undefined) onStray(state)
      else listed.add(order)
    }
    for (const order of table.open(instrument)) {
      if (order.isOver) continue
      if (listed.has(order)) onShown(order)
      // What is being sent has its own answer coming; what was shown since we asked is there.
      else if (order.stage !== 'sent' && order.seenAt < askedAt) inquiry.doubt(order)
    }
  }

  private of(instrument: number): Audit {
    let audit = this.audits.get(instrument)
    if (audit === undefined) {
      const backoff = new Backoff(this.options.settings.backoff)
      audit = { isUnderWay: false, timer: undefined, waiting: [], backoff }
      this.audits.set(instrument, audit)
    }
    return audit
  }
}

function callAll(waiting: readonly (() => void)[]): void {
  for (const done of waiting) done()
}
