/**
 * Everything at once: requests and answers lost, late and doubled, views that lag, a stream that breaks, bans, and a
 * process that dies, all drawn from one seed. When the faults stop and the dust has settled, the machine has what the
 * exchange has. SEED=n runs one plan alone, PLANS=n so many; the title of a failure names it.
 */
import { describe, expect, it } from 'vitest'
import { createPrng, type Prng } from '../../../src/core/prng.ts'
import { banned, type CallFault, type StreamFault, type WireCall } from '../../support/fake-exchange-wire.ts'
import { at, MachineStage, second } from '../../support/machine-stage.ts'

const plans = Number(process.env.PLANS ?? 100)
const steps = 120

interface Faults {
  isOver: boolean
}

function drawFault(random: Prng, call: WireCall): CallFault {
  const roll = random.nextInt(100)
  const delays = { thereUs: random.nextInt(2 * second), backUs: random.nextInt(3 * second) }
  if (roll < 8) return { lost: 'before', unknownAfter: random.nextInt(12 * second) }
  if (roll < 16) return { lost: 'after', unknownAfter: random.nextInt(12 * second) }
  if (roll < 20) return { lost: 'before' }
  if (roll < 24) return { lost: 'after' }
  if (roll < 26) return { answer: { kind: 'unknown', text: '-1007' } }
  if (roll < 28)
    return call === 'create' ? { answer: { kind: 'refused', reason: 'price-band', text: '' } } : {}
  if (roll < 29) return banned(1 + random.nextInt(20))
  if (roll < 31) {
    return { answer: { kind: 'not-sent', reason: 'maintenance', text: '', retryAfterUs: undefined } }
  }
  return roll < 60 ? delays : {}
}

function drawStream(random: Prng): StreamFault {
  const copies = random.nextInt(10) === 0 ? 0 : 1 + random.nextInt(3)
  return { copies, delaysUs: [0, 1, 2].map(() => random.nextInt(2 * second)) }
}

function openStage(random: Prng, faults: Faults): MachineStage {
  return new MachineStage({
    fault: (call) => (faults.isOver ? {} : drawFault(random, call)),
    stream: () => (faults.isOver ? { copies: 1, delaysUs: [1000] } : drawStream(random)),
    lagUs: () => (faults.isOver ? 0 : random.nextInt(90 * second)),
    hidesClientId: true,
    hasDeadMan: true,
  })
}

function takeOver(old: MachineStage): MachineStage {
  old.die()
  old.time.pass(5 * second)
  const stage = new MachineStage({ after: old })
  stage.venue.recover(stage.recovery())
  stage.venue.start()
  stage.exchange.connect(true)
  return stage
}

function act(stage: MachineStage, random: Prng, step: number): void {
  const roll = random.nextInt(10)
  const open = [...stage.orders.entries()].filter(([, { end }]) => end === undefined)
  const [id] = open[random.nextInt(Math.max(1, open.length))] ?? []
  if (roll < 4) {
    const timeInForce = random.nextInt(5) === 0 ? 'ioc' : 'gtc'
    stage.submit(step + 1, 1 + random.nextInt(9), { ...at(99 + random.nextInt(3)), timeInForce })
  } else if (roll < 6 && id !== undefined) stage.cancel(id)
  else if (roll < 7) stage.exchange.connect(!stage.exchange.isStreamUp)
  const there = [...stage.exchange.orders.values()].filter(({ status }) => status === 'open')
  const met = there[random.nextInt(Math.max(1, there.length))]
  if (met !== undefined && random.nextInt(3) > 0) stage.exchange.fill(met, 1 + random.nextInt(4))
  if (met !== undefined && random.nextInt(20) === 0) stage.exchange.end(met, 'expired')
}

function play(seed: number): MachineStage {
  const random = createPrng(seed, 'order-machine')
  const faults: Faults = { isOver: false }
  let stage = openStage(random, faults).start()
  for (let step = 0; step < steps; step++) {
    act(stage, random, step)
    stage.time.pass(random.nextInt(3 * second))
    if (random.nextInt(60) === 0) stage = takeOver(stage)
  }
  faults.isOver = true
  stage.exchange.connect(true)
  stage.time.pass(400 * second)
  return stage
}

function check(stage: MachineStage): void {
  const { exchange, orders, venue } = stage
  expect(venue.health().unknownOrders, 'orders of which nobody knows').toBe(0)
  expect(stage.position(), 'position').toBe(exchange.position(0))
  const sent = exchange.calls.filter(({ call }) => call === 'create').map(({ what }) => what)
  expect(new Set(sent).size, 'orders sent twice').toBe(sent.length)
  for (const there of exchange.orders.values()) {
    const parsed = stage.ids.parse(there.clientId)
    const ours = orders.get(parsed?.clientOrderId ?? 0)
    expect(ours, there.clientId).toBeDefined()
    expect(ours?.cumQty, `filled of ${there.clientId}`).toBe(there.cumQty)
    const isOpenHere = ours?.end === undefined
    expect(isOpenHere, `${there.clientId} is ${there.status}, here ${ours?.end}`).toBe(
      there.status === 'open',
    )
  }
  for (const [id, order] of orders) {
    const isThere = exchange.orders.has(stage.ids.format(id, order.fence))
    if (!isThere) expect(order.end, `order ${id}, which the exchange does not have`).toMatch(/^rejected/)
  }
}

const only = process.env.SEED
const seeds = only === undefined ? Array.from({ length: plans }, (_, seed) => seed + 1) : [Number(only)]

describe('the order machine and the exchange agree', () => {
  it.each(seeds)('after plan %i', (seed) => {
    check(play(seed))
  })
})
