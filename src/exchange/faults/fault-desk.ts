/** Decides what goes wrong: the first rule that names a request or message, and whose turn it is. The seed decides chance. */
import { createPrng, type Prng } from '../../core/prng.ts'
import {
  type FaultRule,
  isMessageRule,
  isRequestRule,
  isTimedRule,
  type MessageRule,
  type RequestRule,
  type TimedRule,
} from './fault-plan.ts'

/** What was done, for comparison with what a client noticed. */
export interface InjectedFault {
  readonly fault: string
  readonly on: string
  /** Exchange time, microseconds. */
  readonly time: number
}

class Counted<Rule extends RequestRule | MessageRule> {
  readonly rule: Rule
  private readonly random: Prng
  private count = 0

  constructor(rule: Rule, random: Prng) {
    this.rule = rule
    this.random = random
  }

  /** True when it names this one and strikes now. */
  strikes(name: string): boolean {
    const { on, nth, every, rate } = this.rule
    if (on.endsWith('*') ? !name.startsWith(on.slice(0, -1)) : name !== on) return false
    this.count++
    if (nth !== undefined && !(typeof nth === 'number' ? [nth] : nth).includes(this.count)) return false
    if (every !== undefined && this.count % every !== 0) return false
    return rate === undefined || this.random.nextInt(1_000_000) < rate * 1_000_000
  }
}

export class FaultDesk {
  readonly injected: InjectedFault[] = []
  private readonly requests: readonly Counted<RequestRule>[]
  private readonly messages: readonly Counted<MessageRule>[]
  private readonly timed: TimedRule[]
  private readonly now: () => number

  /** @param now exchange time, microseconds */
  constructor(plan: readonly FaultRule[], seed: number, now: () => number) {
    const random = (index: number) => createPrng(seed, `exchange fault ${index}`)
    this.requests = plan.flatMap((rule, index) =>
      isRequestRule(rule) ? [new Counted(rule, random(index))] : [],
    )
    this.messages = plan.flatMap((rule, index) =>
      isMessageRule(rule) ? [new Counted(rule, random(index))] : [],
    )
    this.timed = plan.filter(isTimedRule).sort((a, b) => a.at - b.at)
    this.now = now
  }

  /** @param name `POST /api/v3/order`, `WS order.place` */
  request(name: string): RequestRule | undefined {
    const struck = firstOf(this.requests, name)
    if (struck !== undefined) this.note(struck.fault, name)
    return struck
  }

  /** @param name `user executionReport`, `market depthUpdate` */
  message(name: string): MessageRule | undefined {
    const struck = firstOf(this.messages, name)
    if (struck !== undefined) this.note(struck.fault, name)
    return struck
  }

  /** Those that are due, each once. @param elapsed since the start, microseconds */
  due(elapsed: number): TimedRule[] {
    const due: TimedRule[] = []
    for (let [next] = this.timed; next !== undefined && next.at <= elapsed; [next] = this.timed) {
      this.timed.shift()
      this.note(next.fault, 'time')
      due.push(next)
    }
    return due
  }

  private note(fault: string, on: string): void {
    this.injected.push({ fault, on, time: this.now() })
  }
}

/** Every rule counts what it names, whether another one strikes or not. */
function firstOf<Rule extends RequestRule | MessageRule>(
  rules: readonly Counted<Rule>[],
  name: string,
): Rule | undefined {
  const struck = rules.filter((counted) => counted.strikes(name))
  return struck[0]?.rule
}
