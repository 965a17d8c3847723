/**
 * One stream of a feed, or one question that is asked again and again: what comes is handed on; after an error, or when
 * a question brought nothing new, it waits, each time twice as long, from half a second up to five.
 */

export interface FeedLoopOptions {
  readonly ask: () => Promise<unknown>
  /** @returns whether anything in it was new */
  readonly take: (answer: unknown) => boolean
  readonly broke: (error: unknown) => void
  readonly isPolling: boolean
  /** It was asked and has not failed for a moment: a market may be silent for long. */
  readonly settled?: () => void
}

const settleMs = 500
const waitMs = { min: 500, max: 5000 } as const

export class FeedLoop {
  private readonly options: FeedLoopOptions
  private isClosed = false
  private delayMs: number = waitMs.min
  private waiting: { readonly timer: NodeJS.Timeout; readonly end: () => void } | undefined

  constructor(options: FeedLoopOptions) {
    this.options = options
  }

  start(): void {
    void this.run()
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.waiting?.timer)
    this.waiting?.end()
  }

  private async run(): Promise<void> {
    const { take, isPolling } = this.options
    while (!this.isClosed) {
      const answer = await this.ask()
      if (this.isClosed) return
      // Outside of the try: a failure of ours is no failure of the venue.
      const isNew = answer !== failed && take(answer)
      if (isNew) this.delayMs = waitMs.min
      if (answer === failed || isPolling) await this.wait()
    }
  }

  private async ask(): Promise<unknown> {
    const { ask, broke, settled } = this.options
    const settling = settled && setTimeout(() => !this.isClosed && settled(), settleMs)
    try {
      return await ask()
    } catch (error) {
      if (!this.isClosed) broke(error)
      return failed
    } finally {
      clearTimeout(settling)
    }
  }

  private wait(): Promise<void> {
    const delay = this.delayMs
    this.delayMs = Math.min(delay * 2, waitMs.max)
    return new Promise((resolve) => {
      this.waiting = { timer: setTimeout(resolve, delay), end: resolve }
    })
  }
}

const failed = Symbol('failed')
