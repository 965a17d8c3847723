/**
 * A sample of `npm run faults`, and proof that it notices: machines that are wrong in the ways that have cost others
 * money. A failure prints the line that reproduces it.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import type { Done, ExchangeWire, WireOrderState } from '../../src/venue/ccxt/exchange-wire.ts'
import {
  exhaustiveSeed,
  missingChannels,
  newTally,
  pointsOf,
  randomPlan,
  reproduce,
  run,
  singleFaults,
} from './campaign.ts'
import { formatPlan, type Point, parsePlan } from './fault-plan.ts'
import type { Mutant } from './sim-world.ts'
import { simulate } from './simulate.ts'

/** Of the single faults, every so many; and so many random plans. */
const stride = Number(process.env.FAULT_STRIDE ?? 80)
const seeds = Number(process.env.FAULT_SEEDS ?? 12)

let points: readonly Point[] = []
beforeAll(async () => {
  points = await pointsOf(exhaustiveSeed)
})

describe('a session under faults', () => {
  it('passes points of every kind without one', () => {
    expect(missingChannels(points)).toEqual([])
  })

  it('is the same run, to the byte, for the same seed and plan', async () => {
    const trace = async (): Promise<string[]> => {
      const told: string[] = []
      await simulate({
        seed: 3,
        plan: parsePlan('create:2=lost,disk:60=power-after'),
        onTrace: (text) => told.push(text),
      })
      return told
    }
    const first = await trace()
    expect(first.length).toBeGreaterThan(300)
    expect(await trace()).toEqual(first)
  })

  it(`is right after each ${stride}th of the single faults`, async () => {
    const tally = newTally()
    const plans = singleFaults(points, stride)
    for (const plan of plans) await run(tally, { seed: exhaustiveSeed, plan })
    expect(tally.failures.map(({ seed, plan, texts }) => [reproduce(seed, plan), ...texts])).toEqual([])
    expect(tally.fired).toBe(plans.length)
  })

  it(`is right after ${seeds} random plans`, async () => {
    const tally = newTally()
    for (let seed = 1; seed <= seeds; seed++) await run(tally, { seed, plan: await randomPlan(seed) })
    expect(tally.failures.map(({ seed, plan, texts }) => [reproduce(seed, plan), ...texts])).toEqual([])
  })
})

/** What a wire does with the answer to a new order. */
const withCreate = (
  create: (wire: ExchangeWire, ...call: Parameters<ExchangeWire['createOrder']>) => void,
): Mutant => ({
  wire: (wire) => ({ ...wire, createOrder: (order, done) => create(wire, order, done) }),
})

const resends = withCreate((wire, order, done) => {
  const again: Done<WireOrderState> = (outcome) =>
    outcome.kind === 'unknown' ? wire.createOrder(order, done) : done(outcome)
  wire.createOrder(order, again)
})

/** No answer is a no, and orders are only those that were answered. */
function takesTimeoutForRejection(): Mutant {
  const refused = new Set<string>()
  const isOurs = ({ clientId = '' }: { readonly clientId: string | undefined }): boolean =>
    !refused.has(clientId)
  return {
    wire: (wire) => ({
      ...wire,
      createOrder: (order, done) => {
        refused.add(order.clientId)
        wire.createOrder(order, (outcome) => {
          if (outcome.kind === 'ok') refused.delete(order.clientId)
          done(
            outcome.kind === 'unknown' ? { kind: 'refused', reason: 'refused-by-venue', text: '' } : outcome,
          )
        })
      },
      listen: (events) =>
        wire.listen({
          ...events,
          onOrder: (state) => isOurs(state) && events.onOrder(state),
          onFill: (fill) => isOurs(fill) && events.onFill(fill),
          onConnection: (isUp) => events.onConnection(isUp),
        }),
      fetchOpenOrders: (instrument, done) =>
        wire.fetchOpenOrders(instrument, (outcome) =>
          done(outcome.kind === 'ok' ? { kind: 'ok', value: outcome.value.filter(isOurs) } : outcome),
        ),
    }),
  }
}

const countsFillsTwice: Mutant = {
  wire: (wire) => ({
    ...wire,
    fetchFills: (instrument, since, done) =>
      wire.fetchFills(instrument, since, (outcome) =>
        done(
          outcome.kind === 'ok'
            ? {
                kind: 'ok',
                value: outcome.value.map((fill) => ({ ...fill, tradeId: `again-${fill.tradeId}` })),
              }
            : outcome,
        ),
      ),
  }),
}

const asksNobody: Mutant = {
  wire: (wire) => ({
    ...wire,
    fetchOrder: (_ref, done) => done({ kind: 'not-found' }),
    fetchOpenOrders: (_instrument, done) => done({ kind: 'ok', value: [] }),
    fetchFills: (_instrument, _since, done) => done({ kind: 'ok', value: [] }),
  }),
}

/** Says that it has synced, and has not. */
const neverSyncs: Mutant = {
  disk: (disk) => {
    const { append } = disk
    disk.append = (path, length) => ({ ...append.call(disk, path, length), sync: () => {} })
    return disk
  },
}

describe('a machine that is wrong is caught when it', () => {
  it.each([
    ['sends an order again after a timeout', resends, 'create:2=lost', /was sent as/],
    [
      'takes a timeout for a rejection',
      takesTimeoutForRejection(),
      'create-answer:2=server-error',
      /at the venue|position/,
    ],
    ['counts a fill again that a query shows once more', countsFillsTwice, '', /position|fills/],
    [
      'believes in a venue that was not asked',
      asksNobody,
      'stream:9=dropped,create-answer:2=lost',
      /venue|position|unknown|misses fills/,
    ],
    [
      'sends before the intent is on the disk',
      neverSyncs,
      'create:4=power-after',
      /unknown to us|not in the journal|sent as/,
    ],
  ])('%s', async (_title, mutant, plan, failure) => {
    const { failures } = await simulate({ seed: 1, plan: parsePlan(plan), mutant })
    expect(failures.join('\n')).toMatch(failure)
    expect((await simulate({ seed: 1, plan: parsePlan(plan) })).failures).toEqual([])
  })
})

describe('a plan', () => {
  it('is written as it is read', () => {
    const text = 'create:3=lost,disk:17=EIO,fetchFills-answer:0=stale-60s'
    expect(formatPlan(parsePlan(text))).toBe(text)
  })

  it.each(['create:3', 'disk:17=lost', 'create=lost', 'stream:1=ENOSPC'])('is refused as %s', (text) => {
    expect(() => parsePlan(text)).toThrow('is no fault; expected one such as')
  })
})
