/**
 * Whether we hear of our orders and may send some. After every interruption the orders and fills are compared with the
 * venue's before it counts as up again.
 */
import type { VenueOutput } from './venue-output.ts'

export type LinkTrouble = 'stream' | 'banned' | 'closed'

export interface LinkOptions {
  readonly instruments: number
  readonly output: VenueOutput
  /** Compares everything with the venue; `done` when that has been answered. */
  readonly resync: (done: () => void) => void
}

export class VenueLink {
  private readonly options: LinkOptions
  private readonly troubles = new Set<LinkTrouble>(['stream'])
  private isTold = false
  /** Counts interruptions: a comparison that one of them overtook is not the last word. */
  private interruptions = 0
  /** Instruments that the venue trades no more: down for good. */
  private readonly gone = new Set<number>()

  constructor(options: LinkOptions) {
    this.options = options
  }

  /** Nothing is in the way; the comparison may still be under way. */
  get isClear(): boolean {
    return this.troubles.size === 0
  }

  /** As the session was told. */
  get isUp(): boolean {
    return this.isTold
  }

  get reasons(): readonly LinkTrouble[] {
    return [...this.troubles]
  }

  has(trouble: LinkTrouble): boolean {
    return this.troubles.has(trouble)
  }

  lose(trouble: LinkTrouble): void {
    this.interruptions++
    this.troubles.add(trouble)
    if (this.isTold) this.tell(false)
  }

  /** A session begins without: what is open at the venue has to be compared first. */
  begin(): void {
    this.tell(false)
  }

  regain(trouble: LinkTrouble): void {
    this.troubles.delete(trouble)
    if (!this.isClear) return
    const begun = ++this.interruptions
    this.options.resync(() => {
      if (begun === this.interruptions && !this.isTold) this.tell(true)
    })
  }

  /** @returns false when that was known */
  giveUp(instrument: number): boolean {
    if (this.gone.has(instrument)) return false
    this.gone.add(instrument)
    this.options.output.connection(instrument, false)
    return true
  }

  private tell(isUp: boolean): void {
    this.isTold = isUp
    const { instruments, output } = this.options
    for (let instrument = 0; instrument < instruments; instrument++) {
      if (!this.gone.has(instrument)) output.connection(instrument, isUp)
    }
  }
}
