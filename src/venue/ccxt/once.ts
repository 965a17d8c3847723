/** An answer that may never come: after a while its absence is the answer, and what comes later is passed over. */
import type { Clock, Timers } from '../../clock/clock.ts'
import { type DurationUs, timeUs } from '../../core/units.ts'
import type { Done, WireOutcome } from './exchange-wire.ts'

export interface AnswerWindow {
  readonly clock: Clock
  readonly timers: Timers
  readonly answerTimeout: DurationUs
}

/** @param late told of an answer that comes after its absence was taken for one: it may still say something */
export function onceWithin<T>(
  { clock, timers, answerTimeout }: AnswerWindow,
  done: Done<T>,
  late: (outcome: WireOutcome<T>) => void = () => {},
): Done<T> {
  let isAnswered = false
  let isOverdue = false
  const timer = timers.set(timeUs(clock.now() + answerTimeout), () => {
    if (isAnswered) return
    isOverdue = true
    done({ kind: 'unknown', text: 'no answer' })
  })
  return (outcome) => {
    if (isAnswered) return
    isAnswered = true
    timers.cancel(timer)
    if (isOverdue) late(outcome)
    else done(outcome)
  }
}
