/** Counts the points of one run, and says at each what the plan has in store for it. Each fault happens once. */
import type { FaultKind, FaultPlan, PlannedFault, Point } from './fault-plan.ts'

export class FaultSource {
  /** In order of passing. */
  readonly points: Point[] = []
  /** Of the plan, those that happened. */
  readonly fired: PlannedFault[] = []
  private readonly planned: Map<string, FaultKind[]>
  private readonly counts = new Map<string, number>()
  private isOver = false

  private readonly onPoint: (text: string) => void

  /** @param onPoint told each, for a reader */
  constructor(plan: FaultPlan, onPoint: (text: string) => void = () => {}) {
    this.onPoint = onPoint
    this.planned = new Map()
    for (const { point, fault } of plan) this.planned.set(point, [...(this.planned.get(point) ?? []), fault])
  }

  /** Takes the next point of that kind. */
  pass(channel: string, what: string): FaultKind | undefined {
    const count = this.counts.get(channel) ?? 0
    this.counts.set(channel, count + 1)
    const name = `${channel}:${count}`
    this.points.push({ name, what })
    const fault = this.isOver ? undefined : this.planned.get(name)?.[0]
    this.onPoint(`${name} ${what}${fault === undefined ? '' : `: ${fault}`}`)
    if (fault !== undefined) this.fired.push({ point: name, fault })
    return fault
  }

  /** From here on everything works. */
  end(): void {
    this.isOver = true
  }
}
