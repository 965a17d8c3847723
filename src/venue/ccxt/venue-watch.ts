/**
 * The steady work of the order machine: comparing with the venue now and then and after every interruption, probing a
 * venue that is closed, reading positions, and noticing orders that are not ours.
 */
import type { TimerId } from '../../clock/clock.ts'
import { type DurationUs, durationUs } from '../../core/units.ts'
import { Backoff } from './backoff.ts'
import type { ClientOrderIds } from './client-order-ids.ts'
import type { ExchangeWire, WireOrderState } from './exchange-wire.ts'
import type { Pursuit } from './live-order.ts'
import type { MachineSettings } from './machine-settings.ts'
import { type AnswerWindow, onceWithin } from './once.ts'
import type { OrderAudit } from './order-audit.ts'
import type { OrderTable } from './order-table.ts'
import type { Pursuits } from './pursuits.ts'
import type { VenueLink } from './venue-link.ts'
import type { VenueOutput } from './venue-output.ts'

export interface WatchOptions {
  readonly wire: ExchangeWire
  readonly settings: MachineSettings
  readonly window: AnswerWindow
  readonly table: OrderTable
  readonly audit: OrderAudit
  readonly link: VenueLink
  readonly pursuits: Pursuits
  readonly output: VenueOutput
  readonly instruments: number
  readonly ids: ClientOrderIds
}

export class VenueWatch {
  private readonly options: WatchOptions
  private readonly probe: Pursuit
  private readonly polling: Backoff
  /** Of the next comparison; undefined while nothing works. */
  private timer: TimerId | undefined
  private readonly strays = new Set<string>()

  constructor(options: WatchOptions) {
    this.options = options
    this.polling = new Backoff(options.settings.backoff)
    this.probe = { isUnderWay: false, timer: undefined, backoff: new Backoff(options.settings.backoff) }
  }

  start(): void {
    this.readPositions()
    this.wake()
  }

  /** Something works: it is compared with the venue as long as that is so. */
  wake(): void {
    if (this.timer !== undefined && this.hasStream) return
    this.polling.reset()
    this.arm()
  }

  /** What the stream would tell is asked for instead, from now on. */
  streamLost(): void {
    this.options.link.lose('stream')
    this.polling.reset()
    this.arm()
  }

  banned(duration: DurationUs): void {
    const { link, pursuits, output } = this.options
    if (!link.has('banned'))
      output.notice(`banned by the venue for ${Math.ceil(duration / 1e6)} s: nothing is sent`)
    link.lose('banned')
    pursuits.after(durationUs(duration + 1), () => link.regain('banned'))
  }

  closed(): void {
    const { link, output } = this.options
    if (!link.has('closed')) output.notice('the venue is closed or out of reach: nothing new is sent')
    link.lose('closed')
    this.options.pursuits.again(this.probe, () => this.askTime())
  }

  /** @param done when every instrument has been compared */
  compareAll(done: () => void): void {
    const { audit, instruments } = this.options
    let left = instruments
    for (let instrument = 0; instrument < instruments; instrument++) {
      audit.start(instrument, () => {
        left--
        if (left === 0) done()
      })
    }
  }

  /** One that we do not know: of an earlier life of the session, or of somebody else. */
  stray({ instrument, clientId, venueOrderId, side, status, triggerPrice }: WireOrderState): void {
    if (status !== 'open' || this.strays.has(venueOrderId)) return
    this.strays.add(venueOrderId)
    const { ids, output, wire, window } = this.options
    const isOurs = clientId !== undefined && ids.parse(clientId) !== undefined
    output.notice(
      isOurs
        ? `order ${clientId} carries our mark and is not in our journal: it is canceled`
        : `order ${venueOrderId} on instrument ${instrument} is not ours: it is left alone`,
    )
    if (!isOurs) return
    const ref = { instrument, clientId, venueOrderId, side, isConditional: triggerPrice !== undefined }
    // Shown again as long as it is open: then it is canceled again.
    wire.cancelOrder(
      ref,
      onceWithin(window, () => this.strays.delete(venueOrderId)),
    )
  }

  /** The venue trades it no more; the others go on. */
  gone(instrument: number): void {
    if (!this.options.link.giveUp(instrument)) return
    this.options.output.notice(`instrument ${instrument} is not traded at the venue any more`)
  }

  private arm(): void {
    const { pursuits, settings } = this.options
    pursuits.forget(this.timer)
    const interval = this.hasStream ? settings.audit : this.polling.next()
    this.timer = pursuits.after(interval, () => this.tick())
  }

  private tick(): void {
    const { table, audit } = this.options
    this.timer = undefined
    if (table.isEmpty) return
    for (const instrument of new Set(table.open().map((order) => order.instrument))) audit.start(instrument)
    this.arm()
  }

  private get hasStream(): boolean {
    return this.options.settings.hasOrderStream && !this.options.link.has('stream')
  }

  private askTime(): void {
    const { wire, window, link, pursuits } = this.options
    wire.fetchTime(
      onceWithin(window, (outcome) => {
        if (outcome.kind !== 'ok') {
          const atLeast = outcome.kind === 'not-sent' ? outcome.retryAfterUs : undefined
          return pursuits.again(this.probe, () => this.askTime(), atLeast)
        }
        pursuits.end(this.probe)
        link.regain('closed')
      }),
    )
  }

  private readPositions(): void {
    const { wire, window, output, pursuits, settings, link } = this.options
    pursuits.after(settings.positions, () => this.readPositions())
    if (!link.isClear) return
    wire.fetchPositions(
      onceWithin(window, (outcome) => {
        if (outcome.kind !== 'ok') return
        for (const { instrument, qty } of outcome.value) output.position(instrument, qty)
      }),
    )
  }
}
