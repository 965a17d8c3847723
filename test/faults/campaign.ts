/** Many simulations: every single fault at every point of one session, and random plans of several. What came of them. */
import { createPrng } from '../../src/core/prng.ts'
import type { WireCall } from '../support/fake-exchange-wire.ts'
import { channelOf, drawPlan, type FaultPlan, faultsAt, formatPlan, type Point } from './fault-plan.ts'
import { type Outcome, type Simulation, simulate } from './simulate.ts'

/** The session that is gone through point by point. */
export const exhaustiveSeed = 1

const calls: readonly WireCall[] = [
  ...(['create', 'amend', 'cancel', 'cancelAll', 'fetchOrder'] as const),
  ...(['fetchOpenOrders', 'fetchFills', 'fetchPositions', 'fetchTime', 'deadMan'] as const),
]
/** Points that a session must have for its coverage to mean anything. */
export const channels = ['disk', 'stream', ...calls.flatMap((call) => [call, `${call}-answer`])]

export interface Tally {
  runs: number
  /** Faults that were to happen, and those that did. */
  planned: number
  fired: number
  /** Simulated seconds, and processes, orders and fills in them. */
  seconds: number
  processes: number
  orders: number
  fills: number
  restSecondsMax: number
  halted: number
  readonly failures: Failure[]
}

export interface Failure {
  readonly seed: number
  readonly plan: FaultPlan
  readonly texts: readonly string[]
}

export const newTally = (): Tally => ({
  ...{ runs: 0, planned: 0, fired: 0, seconds: 0, processes: 0, orders: 0, fills: 0 },
  ...{ restSecondsMax: 0, halted: 0, failures: [] },
})

/** Every fault that fits at every point. @param stride takes every n-th of them, from `offset` */
export function singleFaults(points: readonly Point[], stride = 1, offset = 0): FaultPlan[] {
  const all = points.flatMap((point) => faultsAt(point).map((fault) => [{ point: point.name, fault }]))
  return all.filter((_, index) => index % stride === offset)
}

/** Without a fault: which points a session has. @throws Error when it fails by itself */
export async function pointsOf(seed: number): Promise<readonly Point[]> {
  const { points, failures } = await simulate({ seed, plan: [] })
  if (failures.length > 0) throw new Error(`seed ${seed} fails without any fault: ${failures.join('; ')}`)
  return points
}

/** Kinds of points that are not among these. */
export function missingChannels(points: readonly Point[]): string[] {
  const found = new Set(points.map(({ name }) => channelOf(name)))
  return channels.filter((channel) => !found.has(channel))
}

export async function randomPlan(seed: number): Promise<FaultPlan> {
  return drawPlan(createPrng(seed, 'faults/plan'), await pointsOf(seed))
}

export async function run(tally: Tally, simulation: Simulation): Promise<Outcome> {
  const { seed, plan } = simulation
  const outcome = await simulate(simulation)
  tally.runs++
  tally.planned += plan.length
  tally.fired += outcome.fired.length
  tally.seconds += outcome.seconds
  tally.processes += outcome.processes
  tally.orders += outcome.orders
  tally.fills += outcome.fills
  tally.restSecondsMax = Math.max(tally.restSecondsMax, outcome.restSeconds)
  if (outcome.isHalted) tally.halted++
  if (outcome.failures.length > 0) tally.failures.push({ seed, plan, texts: outcome.failures })
  return outcome
}

/** The same failure with as few faults as it takes. */
export async function shrink({ seed, plan }: Failure): Promise<FaultPlan> {
  let least = plan
  for (let index = 0; index < least.length; ) {
    const without = least.filter((_, at) => at !== index)
    const { failures } = await simulate({ seed, plan: without })
    if (failures.length > 0) least = without
    else index++
  }
  return least
}

export const reproduce = (seed: number, plan: FaultPlan): string =>
  `npm run faults -- --seed ${seed}${plan.length === 0 ? '' : ` --plan ${formatPlan(plan)}`}`
