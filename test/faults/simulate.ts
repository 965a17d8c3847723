/**
 * One session from its start to its end, over a simulated clock, disk and wire, with the faults of a plan: trading, then
 * rest, then the kill switch, then the end. The same seed and plan give the same run, to the byte.
 */
import { differences, journalDifferences, unrest } from './agreement.ts'
import type { FaultPlan, PlannedFault, Point } from './fault-plan.ts'
import { type Mutant, SimWorld, textOf } from './sim-world.ts'

export interface Simulation {
  readonly seed: number
  readonly plan: FaultPlan
  /** Messages of the market. Default 100. */
  readonly messages?: number
  readonly mutant?: Mutant
  /** Told of every point and report. */
  readonly onTrace?: (text: string) => void
}

export interface Outcome {
  readonly failures: readonly string[]
  readonly points: readonly Point[]
  readonly fired: readonly PlannedFault[]
  /** Simulated seconds. */
  readonly seconds: number
  /** Processes that ran the session. */
  readonly processes: number
  /** Orders that were sent. */
  readonly orders: number
  readonly fills: number
  /** Longest that the venue and we needed to come to rest, seconds. */
  readonly restSeconds: number
  readonly isHalted: boolean
}

const stepUs = 50_000
const second = 1_000_000
/** With faults over, everything is known after at most this long. */
const restSecondsMax = 300
/** Parts of the session at which something happens in every run, so that there are points of every kind. */
const script = { lost: 0.55, kill: 0.32, closed: 0.85 } as const
/** Of rest before the kill: positions are read meanwhile, and orders reach their timeout. */
const quietSeconds = 70

export async function simulate({
  seed,
  plan,
  messages = 100,
  mutant,
  onTrace,
}: Simulation): Promise<Outcome> {
  const world = new SimWorld({ seed, plan, mutant, onTrace })
  const stage = new Stage(world)
  try {
    await stage.trade(messages)
    await stage.rest('after trading')
    await stage.quiet()
    await stage.rest('after a quiet minute')
    await stage.kill()
    const fingerprint = await stage.end()
    world.failures.push(...journalDifferences(world, fingerprint))
  } catch (error) {
    world.failures.push(textOf(error))
  }
  return {
    failures: world.failures,
    points: world.faults.points,
    fired: world.faults.fired,
    seconds: stage.seconds,
    processes: world.starts,
    orders: world.sent.size,
    fills: world.exchange.fills.length,
    restSeconds: stage.restSeconds,
    isHalted: stage.isHalted,
  }
}

class Stage {
  restSeconds = 0
  isHalted = false
  private readonly world: SimWorld
  private readonly start: number

  constructor(world: SimWorld) {
    this.world = world
    this.start = world.time.now()
  }

  get seconds(): number {
    return (this.world.time.now() - this.start) / second
  }

  async trade(messages: number): Promise<void> {
    const { world } = this
    const { market, exchange, time, weather } = world
    for (let message = 0; message < messages; message++) {
      await this.pass(stepUs)
      if (message === Math.floor(messages * script.lost)) weather.loseNextOrder()
      if (message === Math.floor(messages * script.kill)) world.die({ power: false })
      if (message === Math.floor(messages * script.closed)) weather.close()
      const { process } = world
      const groups = market.move(time.now(), process.isFeedNew)
      if (world.isRunning) {
        process.isFeedNew = false
        for (const rows of groups) world.post({ kind: 'market', instrument: 0, rows })
      }
      market.meet(exchange)
    }
    this.isHalted = world.process.session?.wired.risk.state === 'halted'
  }

  /** Until nothing is in doubt; then both sides must say the same. */
  async rest(when: string): Promise<void> {
    const { world } = this
    for (let waited = 0; ; waited++) {
      const doubt = unrest(world)
      const found = doubt === undefined ? differences(world) : [doubt]
      if (found.length === 0) {
        this.restSeconds = Math.max(this.restSeconds, waited)
        return
      }
      if (waited >= restSecondsMax) throw new Disagreement(`${found.join('; ')}, ${waited} s ${when}`)
      await this.pass(second)
    }
  }

  async quiet(): Promise<void> {
    for (let waited = 0; waited < quietSeconds; waited++) await this.pass(second)
  }

  /** The kill switch, again and again if the process dies over it: in the end nothing is open. */
  async kill(): Promise<void> {
    const { world } = this
    for (let waited = 0; waited < restSecondsMax; ) {
      const { process } = world
      let isVerified = false
      if (world.isRunning) {
        world.post({ kind: 'kill' })
        world.survive(() =>
          process.venue?.cancelEverything(() => {
            isVerified = true
          }),
        )
      }
      while (!isVerified && waited++ < restSecondsMax && world.process === process) await this.pass(second)
      if (isVerified && world.process === process) {
        await this.rest('after the kill')
        const open = [...world.exchange.orders.values()].filter(({ status }) => status === 'open')
        if (open.length > 0) throw new Disagreement(`${open.length} orders are open after the kill`)
        return
      }
    }
    throw new Disagreement('the kill switch does not come to an end')
  }

  /** @returns the fingerprint */
  async end(): Promise<string | undefined> {
    const { world } = this
    for (let tries = 0; tries < 10; tries++) {
      const { process } = world
      world.post({ kind: 'end' })
      await this.pass(second)
      if (process.fingerprint !== undefined) return process.fingerprint
      if (world.endedWith !== undefined) return world.endedWith.fingerprint
      await this.pass(3 * second)
    }
    throw new Disagreement('the session does not come to an end')
  }

  /** Time passes, and promises that were kept or broken on the way are heard of. */
  private async pass(us: number): Promise<void> {
    const { world } = this
    const until = world.time.now() + us
    while (world.time.now() < until) world.survive(() => world.time.pass(until - world.time.now()))
    await null
    await null
  }
}

class Disagreement extends Error {
  override get stack(): string {
    return this.message
  }
}
