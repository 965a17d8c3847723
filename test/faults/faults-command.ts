/**
 * npm run faults [-- --seeds N] [-- --from N]: every single fault, then N random plans from seed `from` on.
 * --stride N: only every N-th of the single faults, which is not enough, and so exit 1.
 * npm run faults -- --seed N [--plan POINT=FAULT,…] [--trace]: that one, with all that happens; without a plan, the random one of the seed.
 */
import { parseArgs } from 'node:util'
import {
  exhaustiveSeed,
  type Failure,
  missingChannels,
  newTally,
  pointsOf,
  randomPlan,
  reproduce,
  run,
  shrink,
  singleFaults,
  type Tally,
} from './campaign.ts'
import { channelOf, type FaultPlan, formatPlan, type Point, parsePlan } from './fault-plan.ts'

const failuresShown = 20

/** @returns the exit code */
export async function main(args: readonly string[], now: () => number): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      plan: { type: 'string' },
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '1' },
      trace: { type: 'boolean', default: false },
      stride: { type: 'string', default: '1' },
    },
  })
  if (values.seed !== undefined) {
    const seed = Number(values.seed)
    const plan = values.plan === undefined ? await randomPlan(seed) : parsePlan(values.plan)
    return one(seed, plan, values.trace ? console.log : undefined)
  }
  const startedAt = now()
  const single = await exhaustive(Number(values.stride))
  const several = await random(Number(values.from), Number(values.seeds))
  const took = (now() - startedAt) / 1000
  const seconds = single.tally.seconds + several.seconds
  const processes = single.tally.processes + several.processes
  console.log(
    `${Math.round(seconds)} s of market in ${took.toFixed(0)} s: ${Math.round(seconds / took)} per second; ` +
      `${processes} processes, ${single.tally.orders + several.orders} orders, ${single.tally.fills + several.fills} fills; ` +
      `all was known again after at most ${Math.max(single.tally.restSecondsMax, several.restSecondsMax)} s`,
  )
  const failures = [...single.tally.failures, ...several.failures]
  if (failures.length > 0) console.log(`${failures.length} runs failed`)
  return failures.length > 0 || !single.isWhole ? 1 : 0
}

async function one(
  seed: number,
  plan: FaultPlan,
  onTrace: ((text: string) => void) | undefined,
): Promise<number> {
  const tally = newTally()
  const { failures, fired } = await run(tally, { seed, plan, ...(onTrace && { onTrace }) })
  console.log(`seed ${seed}, plan ${formatPlan(plan)}: ${fired.length} of ${plan.length} faults happened`)
  for (const text of failures) console.log(`  ${text}`)
  console.log(failures.length === 0 ? 'all is as it must be' : 'FAILED')
  return failures.length === 0 ? 0 : 1
}

async function exhaustive(stride: number): Promise<{ readonly tally: Tally; readonly isWhole: boolean }> {
  const tally = newTally()
  const points = await pointsOf(exhaustiveSeed)
  const plans = singleFaults(points)
  for (const plan of singleFaults(points, stride)) await tell(tally, exhaustiveSeed, plan)
  const missing = missingChannels(points)
  const percent = (100 * tally.fired) / plans.length
  console.log(
    `single faults: ${points.length} I/O points × the faults that fit each: ${tally.fired} of ${plans.length} covered, ` +
      `${percent === 100 ? '100' : percent.toFixed(2)} %`,
  )
  console.log(`  ${countByChannel(points)}`)
  if (missing.length > 0) console.log(`  no point at all of ${missing.join(', ')}`)
  return { tally, isWhole: tally.fired === plans.length && missing.length === 0 }
}

async function random(from: number, seeds: number): Promise<Tally> {
  const tally = newTally()
  for (let seed = from; seed < from + seeds; seed++) await tell(tally, seed, await randomPlan(seed))
  console.log(
    `random plans: seeds ${from} to ${from + seeds - 1}, ${tally.fired} faults in ${tally.runs} sessions, ` +
      `${tally.halted} of them halted by a control`,
  )
  return tally
}

async function tell(tally: Tally, seed: number, plan: FaultPlan): Promise<void> {
  const before = tally.failures.length
  await run(tally, { seed, plan })
  const failure = tally.failures[before]
  if (failure === undefined) return
  if (before === failuresShown) console.log('… and more')
  if (before < failuresShown) console.log(await describe(failure))
}

async function describe(failure: Failure): Promise<string> {
  const plan = await shrink(failure)
  return `FAILED ${reproduce(failure.seed, plan)}  # ${(failure.texts[0] ?? '').split('\n').slice(0, 3).join(' ')}`
}

function countByChannel(points: readonly Point[]): string {
  const counts = new Map<string, number>()
  for (const { name } of points) {
    const channel = channelOf(name)
    counts.set(channel, (counts.get(channel) ?? 0) + 1)
  }
  return [...counts].map(([channel, count]) => `${channel} ${count}`).join(', ')
}
