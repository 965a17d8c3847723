/** What makes the exchange's time go on: the wall clock at some speed, the machine as fast as it can, or nothing. */
import { WallClock } from '../clock/wall-clock.ts'
import type { VirtualExchange } from './virtual-exchange.ts'
import { sliceUs } from './virtual-exchange.ts'

/** Times the speed of life; `max`: as fast as clients read; `step`: only when told to. */
export type ExchangeSpeed = number | 'max' | 'step'

export interface Pacer {
  /** Lets time pass up to the present. */
  catchUp(): void
  /** At `max` the tape waits for the first client that listens. */
  clientListens(): void
  stop(): void
}

export interface PacerOptions {
  readonly exchange: VirtualExchange
  readonly speed: ExchangeSpeed
  /** Bytes that the slowest client has not read yet. */
  readonly backlog: () => number
  /** The tape cannot be read on. */
  readonly onError: (error: unknown) => void
}

/** How often the wall clock is looked at, in milliseconds. */
const tickMs = 10
/** At `max` the tape waits while a client is so far behind, in bytes, and for so long, in milliseconds. */
const backlogMax = 4_000_000
const pauseMs = 5

export function startPacer(options: PacerOptions): Pacer {
  if (options.speed === 'step') return { catchUp: () => {}, clientListens: () => {}, stop: () => {} }
  return options.speed === 'max' ? startFast(options) : startTimed(options, options.speed)
}

function startTimed({ exchange, onError }: PacerOptions, speed: number): Pacer {
  const clock = new WallClock()
  const from = exchange.now
  const startedAt = clock.present()
  const catchUp = (): void => exchange.advanceTo(from + (clock.present() - startedAt) * speed)
  const timer = setInterval(() => guarded(catchUp, onError), tickMs)
  return { catchUp, clientListens: () => {}, stop: () => clearInterval(timer) }
}

function startFast({ exchange, backlog, onError }: PacerOptions): Pacer {
  let isStarted = false
  let isStopped = false
  const go = (): void => {
    if (isStopped || exchange.isOver) return
    if (backlog() > backlogMax) {
      setTimeout(go, pauseMs)
      return
    }
    guarded(() => exchange.advanceTo(exchange.now + sliceUs), onError)
    setImmediate(go)
  }
  return {
    catchUp: () => {},
    clientListens: () => {
      if (isStarted) return
      isStarted = true
      setImmediate(go)
    },
    stop: () => {
      isStopped = true
    },
  }
}

function guarded(work: () => void, onError: (error: unknown) => void): void {
  try {
    work()
  } catch (error) {
    onError(error)
  }
}
