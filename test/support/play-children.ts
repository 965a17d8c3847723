/** Lets an algorithm work on a bench and answers each of its children. */
import { type Bench, startTime } from './fake-venue.ts'

export type Sent = readonly [at: number, lots: number]

export interface Play {
  /** Microseconds since the start. */
  readonly until: number
  readonly answer: (id: number, lots: number) => void
  /** Called before each step of 10 ms, with the time since the start. */
  readonly before?: (at: number) => void
}

/** @returns [sent at, lots] of each child, times seen in steps of 10 ms */
export function playChildren(bench: Bench, { until, answer, before }: Play): Sent[] {
  const sent: Sent[] = []
  for (let at = bench.clock.now() - startTime; at <= until; at += 10_000) {
    before?.(at)
    bench.runTo(at)
    for (const command of bench.venue.take()) {
      if (command.kind !== 'submit') continue
      sent.push([at, command.qty])
      answer(command.clientOrderId, command.qty)
    }
  }
  return sent
}
