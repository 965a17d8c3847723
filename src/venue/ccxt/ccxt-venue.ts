/**
 * The order machine of a live venue: commands go out once each, what the venue says comes back as reports, and whatever
 * is in doubt is pursued until the venue has told. Synchronous over the wire port, a clock and timers of its own (not
 * the session's: its timers are no inputs). docs/VENUES.md tells the states.
 */
import type { Clock, Timers } from '../../clock/clock.ts'
import { type DurationUs, qtyLots } from '../../core/units.ts'
import type { AmendCommand, CancelCommand, SubmitCommand } from '../../model/execution-report.ts'
import type { RecoverableVenue, Recovery } from '../recovery.ts'
import { AmendDesk } from './amend-desk.ts'
import { Backoff } from './backoff.ts'
import { CancelDesk } from './cancel-desk.ts'
import { cancelEverything } from './cancel-everything.ts'
import type { ClientOrderIds } from './client-order-ids.ts'
import { DeadMan } from './dead-man.ts'
import type { ExchangeWire, WireOrderState } from './exchange-wire.ts'
import { FillSweeper } from './fill-sweeper.ts'
import { GuardedWire } from './guarded-wire.ts'
import { LiveOrder } from './live-order.ts'
import type { MachineSettings } from './machine-settings.ts'
import { OrderAudit } from './order-audit.ts'
import { OrderInquiry } from './order-inquiry.ts'
import { OrderMerger } from './order-merger.ts'
import { OrderTable } from './order-table.ts'
import { Pursuits } from './pursuits.ts'
import type { RateBudget } from './rate-budget.ts'
import { recoverOrders } from './recover-orders.ts'
import { SubmitDesk } from './submit-desk.ts'
import { VenueLink } from './venue-link.ts'
import type { VenueOutput } from './venue-output.ts'
import { VenueWatch } from './venue-watch.ts'

export interface CcxtVenueOptions {
  readonly wire: ExchangeWire
  /** The present time, whatever is being handled. */
  readonly clock: Clock
  readonly timers: Timers
  readonly output: VenueOutput
  readonly budget: RateBudget
  readonly ids: ClientOrderIds
  /** Of this process: see client-order-ids.ts. */
  readonly fence: number
  /** How many; they count from 0. */
  readonly instruments: number
  readonly settings: MachineSettings
}

/** What an operator may want to see. */
export interface MachineHealth {
  readonly isUp: boolean
  /** What is in the way. */
  readonly troubles: readonly string[]
  readonly openOrders: number
  /** Orders of which it is not known whether the venue has them. */
  readonly unknownOrders: number
  /** Calls that may be made at once. */
  readonly remainingCalls: number
}

export class CcxtVenue implements RecoverableVenue {
  private readonly options: CcxtVenueOptions
  private readonly table = new OrderTable()
  private readonly pursuits: Pursuits
  private readonly wire: GuardedWire
  private readonly link: VenueLink
  private readonly merger: OrderMerger
  private readonly inquiry: OrderInquiry
  private readonly submits: SubmitDesk
  private readonly cancels: CancelDesk
  private readonly amends: AmendDesk
  private readonly sweeper: FillSweeper
  private readonly audit: OrderAudit
  private readonly deadMan: DeadMan
  private readonly watch: VenueWatch
  private isClosed = false
  private readonly window: {
    readonly clock: Clock
    readonly timers: Timers
    readonly answerTimeout: DurationUs
  }

  constructor(options: CcxtVenueOptions) {
    const { clock, timers, output, settings, instruments } = options
    const { table } = this
    this.options = options
    this.pursuits = new Pursuits(clock, timers)
    const { pursuits } = this
    this.wire = new GuardedWire(options.wire, options.budget, {
      banned: (duration) => this.watch.banned(duration),
      closed: () => this.watch.closed(),
    })
    const { wire } = this
    this.window = { clock, timers, answerTimeout: settings.answerTimeout }
    const { window } = this
    this.link = new VenueLink({ instruments, output, resync: (done) => this.watch.compareAll(done) })
    const onNotice = (text: string): void => output.notice(text)
    const onShown = (order: LiveOrder): void => this.cancels.pursue(order)
    this.merger = this.createMerger()
    const { merger } = this
    this.inquiry = new OrderInquiry({ wire, clock, settings, window, merger, pursuits, onShown })
    const { inquiry } = this
    this.submits = new SubmitDesk({ wire, window, merger, inquiry, onShown, onNotice })
    this.cancels = new CancelDesk({ wire, window, merger, inquiry, pursuits })
    this.amends = new AmendDesk({ wire, window, merger, inquiry })
    this.sweeper = new FillSweeper({ wire, clock, settings, window, table, merger, pursuits })
    const { sweeper } = this
    const onStray = (state: WireOrderState): void => this.watch.stray(state)
    const onGone = (instrument: number): void => this.watch.gone(instrument)
    this.audit = new OrderAudit({
      ...{ wire, clock, settings, window, table, merger, inquiry, sweeper, pursuits },
      ...{ onShown, onStray, onGone },
    })
    this.deadMan = new DeadMan({ wire, settings, table, pursuits, onNotice })
    const { audit, link } = this
    const { ids } = options
    this.watch = new VenueWatch({
      ...{ wire, settings, window, table, audit, link, pursuits, output, instruments, ids },
    })
  }

  /** Listens to the venue, and compares what is open with it before the session is told that it is up. */
  start(): void {
    this.link.begin()
    this.wire.listen({
      onOrder: (state) => {
        if (!this.isClosed && this.merger.applyState(state) === undefined) this.watch.stray(state)
      },
      onFill: (fill) => {
        if (!this.isClosed) this.merger.applyFill(fill)
      },
      onConnection: (isUp) => {
        if (this.isClosed) return
        if (isUp) this.link.regain('stream')
        else this.watch.streamLost()
      },
    })
    for (const order of this.table.open()) {
      this.inquiry.doubt(order)
      if (order.cumTold < order.cumVenue) this.sweeper.missing(order.instrument)
      if (order.isCancelWanted && !order.isOver) this.cancels.cancel(order)
    }
    if (!this.options.settings.hasOrderStream) this.link.regain('stream')
    this.watch.start()
  }

  /** Orders of earlier processes of the session; before `start`. */
  recover(recovery: Recovery): void {
    const { ids, fence } = this.options
    const createBackoff = (): Backoff => this.createBackoff()
    recoverOrders({ ids, fence, table: this.table, createBackoff }, recovery)
  }

  submit(command: SubmitCommand): void {
    const { clock, ids, fence } = this.options
    const clientId = ids.format(command.clientOrderId, fence)
    const order = new LiveOrder(command, clientId, clock.now(), () => this.createBackoff())
    this.table.add(order)
    this.submits.send(order)
    this.deadMan.wake()
    this.watch.wake()
  }

  amend(command: AmendCommand): void {
    const order = this.table.find(command.clientOrderId)
    if (order === undefined || order.isOver || order.amend !== undefined)
      this.refuse('amend-rejected', command)
    else this.amends.send(order, command)
  }

  cancel(command: CancelCommand): void {
    const order = this.table.find(command.clientOrderId)
    if (order === undefined || order.isOver) this.refuse('cancel-rejected', command)
    else this.cancels.cancel(order)
  }

  /** By all ways the venue has. @param done when it lists no open order on any instrument any more */
  cancelEverything(done: () => void): void {
    const { instruments, settings } = this.options
    const { wire, window, table, merger, cancels, pursuits } = this
    const all = { wire, settings, window, table, merger, cancels, pursuits }
    let left = instruments
    for (let instrument = 0; instrument < instruments; instrument++) {
      cancelEverything(all, instrument, () => {
        left--
        if (left === 0) done()
      })
    }
  }

  /** Before a maintenance that was announced: the venue is not to cancel because it cannot hear us. */
  disarmDeadMan(): void {
    this.deadMan.disarm()
  }

  /** Nothing is sent or asked any more. The dead man's switch stays armed while something is open. */
  close(): void {
    if (this.table.isEmpty) this.deadMan.disarm()
    this.isClosed = true
    this.pursuits.close()
  }

  health(): MachineHealth {
    const open = this.table.open()
    return {
      isUp: this.link.isUp,
      troubles: this.link.reasons,
      openOrders: open.filter(({ isOver }) => !isOver).length,
      unknownOrders: open.filter(({ stage }) => stage === 'unknown').length,
      remainingCalls: this.options.budget.remaining,
    }
  }

  private createMerger(): OrderMerger {
    const { clock, output } = this.options
    return new OrderMerger(clock, this.table, output, {
      fillsMissing: (order) => this.sweeper.missing(order.instrument),
      orderOver: (order) => {
        this.pursuits.end(order.query)
        this.pursuits.end(order.cancel)
      },
      orderRevived: (order) => this.revived(order),
    })
  }

  /** It was taken to be none, and the engine has let it go: it is not to stay at the venue. */
  private revived(order: LiveOrder): void {
    const { output } = this.options
    output.notice(`order ${order.clientId} is at the venue after all, and is canceled`)
    this.cancels.cancel(order)
  }

  private refuse(
    kind: 'amend-rejected' | 'cancel-rejected',
    { clientOrderId, instrument }: CancelCommand | AmendCommand,
  ): void {
    const cumQty = qtyLots(this.table.find(clientOrderId)?.cumVenue ?? 0)
    const exchangeTime = this.options.clock.now()
    const report = { kind, clientOrderId, instrument, exchangeTime, cumQty, reason: 'unknown-order' } as const
    this.options.output.report(report)
  }

  private createBackoff(): Backoff {
    return new Backoff(this.options.settings.backoff)
  }
}
