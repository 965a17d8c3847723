/** Does what the fault desk decides: to requests, to messages of streams, and at its times. */

import { unreachable } from '../../core/errors.ts'
import { EventQueue } from '../../core/event-queue.ts'
import type { Outlet } from '../binance/outlet.ts'
import { RateLimited } from '../binance/rate-limits.ts'
import type { WireClock } from '../binance/wire-clock.ts'
import { WireError } from '../binance/wire-error.ts'
import type { VirtualExchange } from '../virtual-exchange.ts'
import { FaultDesk } from './fault-desk.ts'
import type { FaultRule, MessageRule, RequestRule, TimedRule } from './fault-plan.ts'

/** One request on its way to its answer. */
export interface Handled<Answer> {
  /** `POST /api/v3/order`, `WS order.place`. */
  readonly name: string
  /** The same for requests that ask the same: for stale views. */
  readonly key: string
  /** From here on messages of user streams wait until `release`, so that the answer goes first. */
  readonly work: () => Answer
  readonly release: () => void
  readonly refuse: (error: WireError) => Answer
  readonly send: (answer: Answer) => void
  readonly cut: () => void
}

export interface FaultSurroundings {
  readonly exchange: VirtualExchange
  readonly clock: WireClock
  readonly plan: readonly FaultRule[]
  readonly seed: number
  readonly cutAll: () => void
}

export class FaultRunner {
  readonly desk: FaultDesk
  private readonly around: FaultSurroundings
  private readonly start: number
  private readonly delayed = new EventQueue<() => void>()
  /** Answers given before, by key. */
  private readonly views = new Map<string, unknown>()
  /** Exchange times, microseconds. */
  private bannedUntil = 0
  private maintenanceUntil = 0

  constructor(around: FaultSurroundings) {
    const { exchange, plan, seed } = around
    this.around = around
    this.start = exchange.now
    this.desk = new FaultDesk(plan, seed, () => exchange.now)
    for (const rule of plan) if ('at' in rule) this.after(rule.at, () => this.strikeTimed())
    exchange.alarm = this
  }

  /** Exchange time at which something is to happen; Infinity when nothing is. */
  get nextTime(): number {
    return this.delayed.nextTime
  }

  act(now: number): void {
    while (this.delayed.nextTime <= now) this.delayed.pop()()
  }

  handle<Answer>(request: Handled<Answer>): void {
    const { name, refuse, send } = request
    const { now } = this.around.exchange
    if (now < this.bannedUntil) return send(refuse(this.ban()))
    if (now < this.maintenanceUntil)
      return send(refuse(new WireError(-1, 'System is under maintenance.', 503)))
    const rule = this.desk.request(name)
    if (rule !== undefined) return this.strike(rule, request)
    send(this.fresh(request))
    request.release()
  }

  /** @param kind `market`, `user` @param cut ends the socket */
  wrap(outlet: Outlet, kind: string, cut: () => void): Outlet {
    let held: (() => void) | undefined
    return {
      send: (stream, message) => {
        const event = eventOf(message)
        const rule = event === undefined ? undefined : this.desk.message(`${kind} ${event}`)
        const send = (): void => outlet.send(stream, message)
        const before = held
        held = undefined
        if (rule?.fault === 'reorder' && before === undefined) {
          held = send
          return
        }
        this.deliver(rule, send, cut)
        before?.()
      },
    }
  }

  private strike<Answer>(rule: RequestRule, request: Handled<Answer>): void {
    const { work, release, refuse, send, cut } = request
    switch (rule.fault) {
      case 'lose-request':
        return cut()
      case 'lose-answer':
        work()
        cut()
        return release()
      case 'late-request':
        return this.after(rule.by, () => {
          send(work())
          release()
        })
      case 'late-answer': {
        const answer = work()
        release()
        return this.after(rule.by, () => send(answer))
      }
      case 'error-before':
        return send(refuse(errorOf(rule, overloaded)))
      case 'error-after':
        work()
        send(refuse(errorOf(rule, unknownOutcome)))
        return release()
      case 'rate-limit':
        return send(refuse(new RateLimited(429, rule.retryAfter ?? 1, 'Too many requests.', {})))
      case 'ban':
        this.bannedUntil = this.around.exchange.now + rule.for
        return send(refuse(this.ban()))
      case 'stale':
        send(this.stale(request))
        return release()
      default:
        return unreachable(rule)
    }
  }

  private deliver(rule: MessageRule | undefined, send: () => void, cut: () => void): void {
    switch (rule?.fault) {
      case undefined:
      case 'reorder':
        return send()
      case 'drop':
        return
      case 'duplicate':
        send()
        return send()
      case 'late':
        return this.after(rule.by, send)
      case 'cut':
        return cut()
      default:
        return unreachable(rule)
    }
  }

  private strikeTimed(): void {
    const { exchange } = this.around
    for (const rule of this.desk.due(exchange.now - this.start)) this.happen(rule)
  }

  private happen(rule: TimedRule): void {
    const { exchange, clock, cutAll } = this.around
    switch (rule.fault) {
      case 'cut-all':
        return cutAll()
      case 'skew':
        clock.skewMs = rule.byMs
        if (rule.for !== undefined) {
          this.after(rule.for, () => {
            clock.skewMs = 0
          })
        }
        return
      case 'maintenance':
        this.maintenanceUntil = exchange.now + rule.for
        return
      case 'delist':
        return exchange.delist(rule.symbol)
      default:
        return unreachable(rule)
    }
  }

  private after(us: number, run: () => void): void {
    this.delayed.push(this.around.exchange.now + us, 0, run)
  }

  private fresh<Answer>({ key, work }: Handled<Answer>): Answer {
    const answer = work()
    this.views.set(key, answer)
    return answer
  }

  /** As the same request was answered before; the first time as it is. */
  private stale<Answer>(request: Handled<Answer>): Answer {
    const isKnown = this.views.has(request.key)
    const before = this.views.get(request.key)
    const answer = this.fresh(request)
    return isKnown && isSame(before, answer) ? before : answer
  }

  private ban(): RateLimited {
    const seconds = Math.ceil((this.bannedUntil - this.around.exchange.now) / 1_000_000)
    return new RateLimited(418, seconds, 'Way too many requests; IP banned.', {})
  }
}

/** The engine was not reached. */
const overloaded: ErrorWords = {
  status: 503,
  code: -1008,
  msg: 'Server is currently overloaded with other requests. Please try again in a few minutes.',
}
/** It may have been. */
const unknownOutcome: ErrorWords = {
  status: 503,
  code: -1007,
  msg: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
}

interface ErrorWords {
  /** HTTP. */
  readonly status: number
  readonly code: number
  readonly msg: string
}

/** Answers of one key are of one type. */
function isSame<Answer>(before: unknown, answer: Answer): before is Answer {
  return typeof before === typeof answer
}

function errorOf(
  rule: Extract<RequestRule, { fault: 'error-before' | 'error-after' }>,
  usual: ErrorWords,
): WireError {
  return new WireError(rule.code ?? usual.code, rule.msg ?? usual.msg, rule.status ?? usual.status)
}

/** Undefined for what is no message of a stream, as the answer to a call. */
function eventOf(message: object): string | undefined {
  const event = 'event' in message && typeof message.event === 'object' ? message.event : message
  if (event === null || !('e' in event)) return 'bids' in message ? 'depthUpdate' : undefined
  return typeof event.e === 'string' ? event.e : undefined
}
