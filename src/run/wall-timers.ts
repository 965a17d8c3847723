/** Timers of a live session: the operating system rings once for the earliest, never before its time. */
import type { TimerId } from '../clock/clock.ts'
import type { TimerBackend } from '../clock/timer-table.ts'
import type { WallClock } from '../clock/wall-clock.ts'
import { EventQueue } from '../core/event-queue.ts'
import type { TimeUs } from '../core/units.ts'

/** What rings once after a delay; tests bring their own. */
export interface Alarm {
  /** @param delayMs whole milliseconds ≥ 0 @returns how to call it off */
  set(delayMs: number, ring: () => void): () => void
}

const systemAlarm: Alarm = {
  set: (delayMs, ring) => {
    const handle = setTimeout(ring, delayMs)
    return () => clearTimeout(handle)
  },
}

/** Longest delay that setTimeout takes, in milliseconds; later timers are armed again when it is over. */
const delayMsMax = 0x7fffffff

export class WallTimers implements TimerBackend {
  private readonly clock: WallClock
  private readonly onDue: (id: TimerId) => void
  private readonly queue = new EventQueue<TimerId>()
  private readonly alarm: Alarm
  private callOff: () => void = () => {}
  private alarmTime = Number.POSITIVE_INFINITY

  /** @param onDue told each id once, in order of time */
  constructor(clock: WallClock, onDue: (id: TimerId) => void, alarm: Alarm = systemAlarm) {
    this.clock = clock
    this.alarm = alarm
    this.onDue = onDue
  }

  schedule(at: TimeUs, id: TimerId): void {
    this.queue.push(at, 0, id)
    if (at < this.alarmTime) this.arm()
  }

  /** A canceled timer stays in the queue; the table does not know its id any more when it comes up. */
  unschedule(): void {}

  /** Nothing rings any more. */
  stop(): void {
    this.callOff()
    this.alarmTime = Number.NEGATIVE_INFINITY
  }

  private arm(): void {
    const { nextTime } = this.queue
    this.callOff()
    this.alarmTime = nextTime
    if (nextTime === Number.POSITIVE_INFINITY) return
    const delayMs = Math.ceil((nextTime - this.clock.present()) / 1000)
    this.callOff = this.alarm.set(Math.min(Math.max(0, delayMs), delayMsMax), () => this.ring())
  }

  private ring(): void {
    const present = this.clock.present()
    const due: TimerId[] = []
    while (this.queue.nextTime <= present) due.push(this.queue.pop())
    // A timer that one of these sets for the past waits for the next ring, so that input from outside gets its turn.
    for (const id of due) this.onDue(id)
    if (this.alarmTime !== Number.NEGATIVE_INFINITY) this.arm()
  }
}
