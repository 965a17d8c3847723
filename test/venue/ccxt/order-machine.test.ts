/** The failures of a live venue, one at a time: whatever gets lost, the machine ends with what the venue has. */
import { describe, expect, it } from 'vitest'
import { durationUs, qtyLots } from '../../../src/core/units.ts'
import type { SubmitCommand } from '../../../src/model/execution-report.ts'
import type { WireFill } from '../../../src/venue/ccxt/exchange-wire.ts'
import { banned, type CallFault, type WireCall } from '../../support/fake-exchange-wire.ts'
import { MachineStage, type StageOptions, second } from '../../support/machine-stage.ts'

/** The k-th call of this kind goes wrong like this, all others work. */
const once = (call: WireCall, fault: CallFault, k = 0): Pick<StageOptions, 'fault'> => ({
  fault: (kind, index) => (kind === call && index === k ? fault : {}),
})
const isUnsure = { unknownAfter: second }

describe('an order', () => {
  it('is accepted, filled in parts and over, each told once', () => {
    const stage = new MachineStage().start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), 2)
    stage.exchange.fill(stage.there(1), 3)
    stage.time.pass(second)
    expect(stage.told(1)).toEqual(['accepted', 'fill 2', 'fill 3'])
    expect(stage.venue.health()).toMatchObject({ openOrders: 0, unknownOrders: 0, isUp: true })
  })

  it('is canceled when asked', () => {
    const stage = new MachineStage().start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.cancel(1)
    stage.time.pass(second)
    expect(stage.told(1)).toEqual(['accepted', 'canceled canceled-by-strategy'])
  })

  it('is amended when asked', () => {
    const stage = new MachineStage().start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.amend(1, 101, 7)
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), 7)
    stage.time.pass(second)
    expect(stage.told(1)).toEqual(['accepted', 'amended', 'fill 7'])
  })

  it('that the venue ends by itself is told with the reason it had', () => {
    const stage = new MachineStage().start()
    stage.submit(1, 5, { timeInForce: 'ioc' })
    stage.submit(2, 5)
    stage.submit(3, 5, { timeInForce: 'fok' })
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), 1)
    stage.exchange.end(stage.there(1), 'canceled')
    stage.exchange.end(stage.there(2), 'canceled')
    stage.exchange.end(stage.there(3), 'expired')
    stage.time.pass(second)
    expect([1, 2, 3].map((id) => stage.told(id).at(-1))).toEqual([
      'expired ioc-remainder',
      'canceled canceled-at-venue',
      'expired fok-not-fillable',
    ])
  })
})

describe('an answer that is lost', () => {
  const variants: readonly (readonly [string, CallFault])[] = [
    ['after the order arrived, told as unknown', { lost: 'after', ...isUnsure }],
    ['after the order arrived, told never', { lost: 'after' }],
    ['before the order arrived, told as unknown', { lost: 'before', ...isUnsure }],
    ['before the order arrived, told never', { lost: 'before' }],
  ]
  it.each(variants)('%s: of the k-th submit, for every k, nothing is sent twice', (_title, fault) => {
    for (let k = 0; k < 4; k++) {
      const stage = new MachineStage(once('create', fault, k)).start()
      for (let id = 1; id <= 4; id++) stage.submit(id, 5)
      stage.time.pass(2 * second)
      for (const order of stage.exchange.orders.values()) stage.exchange.fill(order, 2)
      stage.time.pass(200 * second)
      expect(stage.exchange.count('create')).toBe(4)
      expect(stage.position()).toBe(stage.exchange.position(0))
      expect(stage.venue.health().unknownOrders).toBe(0)
      const arrived = fault.lost === 'after'
      expect(stage.orders.get(k + 1)?.end).toBe(arrived ? undefined : 'rejected never-arrived')
      expect(stage.orders.get(k + 1)?.accepted).toBe(arrived)
    }
  })

  it('and whose stream is silent, is found again by asking', () => {
    const silent = () => ({ copies: 0, delaysUs: [] })
    const stage = new MachineStage({
      ...once('create', { lost: 'after', ...isUnsure }),
      stream: silent,
    }).start()
    stage.submit(1, 5)
    stage.time.pass(2 * second)
    expect(stage.told(1)).toEqual(['accepted'])
    expect(stage.exchange.count('create')).toBe(1)
  })

  it('is no rejection before there is evidence: the venue is asked with growing waits', () => {
    const stage = new MachineStage(once('create', { lost: 'before', ...isUnsure })).start()
    stage.submit(1, 5)
    stage.time.pass(90 * second)
    expect(stage.told(1)).toEqual([])
    expect(stage.venue.health().unknownOrders).toBe(1)
    const asked = stage.exchange.calls.filter(({ call }) => call === 'fetchOrder').map(({ at }) => at)
    const waits = asked.slice(1, 7).map((time, index) => (time - (asked[index] ?? 0)) / second)
    // Half a second, doubled, at most five; and two milliseconds for each question to be answered.
    expect(waits.map((wait) => Math.floor(wait * 10) / 10)).toEqual([0.5, 1, 2, 4, 5, 5])
    stage.time.pass(15 * second)
    expect(stage.told(1)).toEqual(['rejected never-arrived'])
  })

  it('and the queries too: nothing is concluded from questions that fail', () => {
    const fault = (call: WireCall): CallFault =>
      call === 'create'
        ? { lost: 'after', ...isUnsure }
        : call.startsWith('fetch')
          ? { lost: 'before', ...isUnsure }
          : {}
    const stage = new MachineStage({ fault, stream: () => ({ copies: 0, delaysUs: [] }) }).start()
    stage.submit(1, 5)
    stage.time.pass(600 * second)
    expect(stage.told(1)).toEqual([])
    expect(stage.venue.health().unknownOrders).toBe(1)
  })

  it('of a cancel: it is sent again until the order is over', () => {
    for (const lost of ['before', 'after'] as const) {
      const stage = new MachineStage(once('cancel', { lost })).start()
      stage.submit(1, 5)
      stage.time.pass(second)
      stage.cancel(1)
      stage.time.pass(60 * second)
      expect(stage.told(1)).toEqual(['accepted', 'canceled canceled-by-strategy'])
      expect(stage.there(1).status).toBe('canceled')
    }
  })

  it('of an amend: what the venue shows decides', () => {
    const done = new MachineStage(once('amend', { lost: 'after', ...isUnsure })).start()
    done.submit(1, 5)
    done.time.pass(second)
    done.amend(1, 101, 5)
    done.time.pass(5 * second)
    expect(done.told(1)).toEqual(['accepted', 'amended'])
    const lost = new MachineStage(once('amend', { lost: 'before', ...isUnsure })).start()
    lost.submit(1, 5)
    lost.time.pass(second)
    lost.amend(1, 101, 5)
    lost.time.pass(90 * second)
    expect(lost.told(1)).toEqual(['accepted'])
    lost.time.pass(20 * second)
    expect(lost.told(1)).toEqual(['accepted', 'amend-rejected never-arrived'])
  })
})

describe('what the venue says', () => {
  it('no: the order is rejected with its reason', () => {
    const answer = { kind: 'refused', reason: 'insufficient-balance', text: '' } as const
    const stage = new MachineStage(once('create', { answer })).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    expect(stage.told(1)).toEqual(['rejected insufficient-balance'])
  })

  it('in any order of accept, fill and end comes to the same', () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]
    for (const places of orders) {
      let message = 0
      // Of the stream: accept, fill, state after it, cancel. The fill and its state go together.
      const slot = [places[0], places[1], places[1], places[2]]
      const stage = new MachineStage({
        ...once('create', { backUs: 9 * second }),
        stream: () => ({ copies: 1, delaysUs: [(slot[message++] ?? 3) * second] }),
      }).start()
      stage.submit(1, 5)
      stage.time.pass(2000)
      stage.exchange.fill(stage.there(1), 2)
      stage.exchange.end(stage.there(1), 'canceled')
      stage.time.pass(20 * second)
      expect([...stage.told(1)].sort(), String(places)).toEqual([
        'accepted',
        'canceled canceled-at-venue',
        'fill 2',
      ])
      expect(stage.position()).toBe(2)
    }
  })

  it('two and three times counts once', () => {
    const stage = new MachineStage({ stream: () => ({ copies: 3, delaysUs: [1000, 2000, 900_000] }) }).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), 2)
    stage.time.pass(60 * second)
    expect(stage.told(1)).toEqual(['accepted', 'fill 2'])
  })

  it('of a fill without a client order id, before the order has a number, is kept until it can be told', () => {
    const stage = new MachineStage({
      ...once('create', { backUs: 8 * second }),
      stream: () => ({ copies: 0, delaysUs: [] }),
      hidesClientId: true,
    }).start()
    stage.submit(1, 5)
    stage.time.pass(2000)
    stage.exchange.fill(stage.there(1), 2)
    const [fill] = stage.exchange.fills
    if (fill === undefined) throw new Error('no fill')
    const hidden: WireFill = { ...fill, clientId: undefined }
    // What a stream would say.
    stage.exchange.say((events) => events.onFill(hidden))
    expect(stage.told(1)).toEqual([])
    stage.time.pass(10 * second)
    expect(stage.told(1)).toEqual(['accepted', 'fill 2'])
  })

  it('late about a fill: the end is told after it, not before', () => {
    const stage = new MachineStage({ stream: () => ({ copies: 0, delaysUs: [] }) }).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), 2)
    stage.cancel(1)
    stage.time.pass(2100)
    // The cancel's answer says that two are filled: the fill itself is asked for.
    expect(stage.told(1)).toEqual(['accepted'])
    stage.time.pass(second)
    expect(stage.told(1)).toEqual(['accepted', 'fill 2', 'canceled canceled-by-strategy'])
  })

  it('no such order, to a cancel: the venue is asked, and the fill that made it so is found', () => {
    const stage = new MachineStage({ stream: () => ({ copies: 0, delaysUs: [] }) }).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), 5)
    stage.cancel(1)
    stage.time.pass(2 * second)
    expect(stage.told(1)).toEqual(['accepted', 'fill 5'])
  })

  it.each([0, 30, 90])('%i s late in its views takes nothing back', (seconds) => {
    const stage = new MachineStage({
      lagUs: () => seconds * second,
      settings: { audit: durationUs(second) },
    }).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), 2)
    stage.time.pass(10 * second)
    stage.cancel(1)
    stage.time.pass(200 * second)
    expect(stage.told(1)).toEqual(['accepted', 'fill 2', 'canceled canceled-by-strategy'])
  })
})

describe('a stream that breaks', () => {
  it('at any message is made up for by asking', () => {
    for (let cut = 0; cut < 6; cut++) {
      let messages = 0
      const stage: MachineStage = new MachineStage({
        stream: () => {
          if (messages++ === cut) stage.exchange.connect(false)
          return { copies: 1, delaysUs: [1000] }
        },
      }).start()
      stage.submit(1, 5)
      stage.time.pass(second)
      stage.exchange.fill(stage.there(1), 2)
      stage.time.pass(second)
      stage.exchange.fill(stage.there(1), 3)
      stage.exchange.connect(true)
      stage.time.pass(3 * second)
      expect(stage.told(1), `cut at ${cut}`).toEqual(['accepted', 'fill 2', 'fill 3'])
    }
  })

  it('is told to the session, and up only when everything was compared', () => {
    const stage = new MachineStage(once('fetchFills', { backUs: 5 * second }, 1)).start()
    expect(stage.connections).toEqual(['0 down', '0 up'])
    stage.exchange.connect(false)
    expect(stage.connections.at(-1)).toBe('0 down')
    stage.exchange.connect(true)
    stage.time.pass(4 * second)
    expect(stage.connections.at(-1)).toBe('0 down')
    stage.time.pass(4 * second)
    expect(stage.connections.at(-1)).toBe('0 up')
  })

  it('while it is away, open orders are asked for', () => {
    const stage = new MachineStage().start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.exchange.connect(false)
    stage.exchange.fill(stage.there(1), 5)
    stage.time.pass(2 * second)
    expect(stage.told(1)).toEqual(['accepted', 'fill 5'])
  })
})

describe('limits of the venue', () => {
  it('a ban: nothing is sent until it is over, the session is told, and what was open is compared again', () => {
    const stage = new MachineStage({
      fault: (call, index) => (call === 'create' && index === 1 ? banned(60) : {}),
    }).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.submit(2, 5)
    stage.time.pass(second)
    const begun = stage.exchange.calls.length
    expect(stage.told(2)).toEqual(['rejected banned'])
    expect(stage.connections.at(-1)).toBe('0 down')
    stage.submit(3, 5)
    stage.cancel(1)
    stage.time.pass(58 * second)
    expect(stage.exchange.calls).toHaveLength(begun)
    expect(stage.told(3)).toEqual(['rejected banned'])
    stage.time.pass(30 * second)
    expect(stage.told(1)).toEqual(['accepted', 'canceled canceled-by-strategy'])
    expect(stage.connections.at(-1)).toBe('0 up')
  })

  it('the last calls are kept for cancels', () => {
    const stage = new MachineStage({ rate: { burst: 10, perSecond: 0.01, cancelReserve: 0.5 } }).start()
    // Ten tokens; two were asked for open orders and two for fills at the start: one is left above the reserve of five.
    stage.submit(1, 5)
    stage.submit(2, 5)
    stage.time.pass(second)
    expect(stage.told(2)).toEqual(['rejected rate-limited'])
    stage.cancel(1)
    stage.time.pass(second)
    expect(stage.told(1)).toEqual(['accepted', 'canceled canceled-by-strategy'])
  })

  it('a warning: only what takes risk away goes out meanwhile', () => {
    const warning = {
      kind: 'not-sent',
      reason: 'rate-limited',
      text: '429',
      retryAfterUs: durationUs(9 * second),
    } as const
    const stage = new MachineStage(once('create', { answer: warning }, 1)).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.submit(2, 5)
    stage.time.pass(second)
    stage.submit(3, 5)
    stage.cancel(1)
    stage.time.pass(second)
    expect(stage.exchange.count('create')).toBe(2)
    expect(stage.told(3)).toEqual(['rejected rate-limited'])
    expect(stage.told(1).at(-1)).toBe('canceled canceled-by-strategy')
  })

  it('maintenance: the session is told, the venue is probed, and up follows a comparison', () => {
    let isClosed = false
    const answer = { kind: 'not-sent', reason: 'maintenance', text: '', retryAfterUs: undefined } as const
    const stage = new MachineStage({ fault: () => (isClosed ? { answer } : {}) }).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    isClosed = true
    stage.submit(2, 5)
    stage.time.pass(60 * second)
    expect(stage.told(2)).toEqual(['rejected maintenance'])
    expect(stage.connections.at(-1)).toBe('0 down')
    expect(stage.exchange.count('fetchTime')).toBeGreaterThan(10)
    expect(stage.exchange.count('fetchTime')).toBeLessThan(20)
    isClosed = false
    stage.time.pass(10 * second)
    expect(stage.connections.at(-1)).toBe('0 up')
  })

  it('delisted: that instrument is down, the others go on', () => {
    const gone = { kind: 'refused', reason: 'not-trading', text: '' } as const
    const stage: MachineStage = new MachineStage({
      instruments: 2,
      fault: (call) =>
        call === 'fetchOpenOrders' && stage.exchange.calls.at(-1)?.what === '1' ? { answer: gone } : {},
    })
    stage.start()
    expect(stage.connections.slice(2)).toEqual(['1 down', '0 up'])
    stage.submit(1, 5)
    stage.time.pass(second)
    expect(stage.told(1)).toEqual(['accepted'])
  })
})

describe('nobody’s order', () => {
  it('with our mark is canceled, with another it is left alone', () => {
    const stage = new MachineStage()
    const other = new MachineStage({ after: stage })
    stage.start()
    stage.die()
    const order = (clientId: string) => stage.exchange.createOrder({ clientId, command }, () => {})
    const command: SubmitCommand = {
      ...{ clientOrderId: 99, instrument: 0, side: 'buy', timeInForce: 'gtc', postOnly: false },
      ...{ price: undefined, qty: qtyLots(5) },
    }
    order(stage.ids.format(99, 1))
    order('by-hand')
    stage.time.pass(second)
    other.start()
    stage.time.pass(5 * second)
    expect([...stage.exchange.orders.values()].map(({ status }) => status)).toEqual(['canceled', 'open'])
    expect(other.notices).toHaveLength(2)
  })

  it('is the one that arrives after it was shown not to: it is canceled', () => {
    const stage = new MachineStage({
      ...once('create', { thereUs: 300 * second, ...isUnsure }),
      recvWindowUs: 1000 * second,
    }).start()
    stage.submit(1, 5)
    stage.time.pass(200 * second)
    expect(stage.told(1)).toEqual(['rejected never-arrived'])
    stage.time.pass(200 * second)
    expect(stage.there(1).status).toBe('canceled')
    expect(stage.notices.at(-1)).toContain('after all')
  })
})

describe('the dead man’s switch', () => {
  it('is armed every third of its time while an order works, and disarmed after', () => {
    const stage = new MachineStage({ hasDeadMan: true }).start()
    expect(stage.exchange.count('deadMan')).toBe(0)
    stage.submit(1, 5)
    stage.time.pass(50 * second)
    expect(stage.exchange.deadManTimeout).toBe(60 * second)
    expect(stage.exchange.count('deadMan')).toBe(3)
    stage.cancel(1)
    stage.time.pass(20 * second)
    expect(stage.exchange.deadManTimeout).toBe(0)
  })

  it('stays armed when the process leaves with an order open', () => {
    const stage = new MachineStage({ hasDeadMan: true }).start()
    stage.submit(1, 5)
    stage.time.pass(second)
    stage.venue.close()
    stage.time.pass(100 * second)
    expect(stage.exchange.deadManTimeout).toBe(60 * second)
    expect(stage.exchange.count('deadMan')).toBe(1)
  })
})

describe('canceling everything', () => {
  it('is done when the venue says that nothing is open, however many answers are lost', () => {
    let calls = 0
    const stage = new MachineStage({
      fault: (call) =>
        (call === 'cancel' || call === 'cancelAll') && calls++ < 4 ? { lost: 'before', ...isUnsure } : {},
    }).start()
    stage.submit(1, 5)
    stage.submit(2, 5)
    stage.time.pass(second)
    let doneAt: number | undefined
    stage.venue.cancelEverything(() => {
      doneAt = [...stage.exchange.orders.values()].filter(({ status }) => status === 'open').length
    })
    stage.time.pass(100 * second)
    expect(doneAt).toBe(0)
  })

  it('waits for an order that may still arrive', () => {
    const stage = new MachineStage(once('create', { lost: 'before', ...isUnsure })).start()
    stage.submit(1, 5)
    stage.time.pass(2 * second)
    let isDone = false
    stage.venue.cancelEverything(() => {
      isDone = true
    })
    stage.time.pass(50 * second)
    expect(isDone).toBe(false)
    stage.time.pass(100 * second)
    expect(isDone).toBe(true)
  })
})

describe('a change without an answer on an order that is over', () => {
  const filledWhole = (lots: number, isChanged: boolean): MachineStage => {
    const stage = new MachineStage({
      fault: (call) => (call === 'amend' ? { lost: isChanged ? 'after' : 'before' } : {}),
    }).start()
    stage.submit(1, 4)
    stage.time.pass(second)
    stage.amend(1, 100, 5)
    stage.time.pass(second)
    stage.exchange.fill(stage.there(1), lots)
    stage.time.pass(second)
    return stage
  }

  it('was in force when more was filled than the order was over', () => {
    expect(filledWhole(5, true).told(1)).toEqual(['accepted', 'amended', 'fill 5'])
  })

  it('is refused when the order was filled as it was: nobody waits for more', () => {
    expect(filledWhole(4, false).told(1)).toEqual(['accepted', 'fill 4', 'amend-rejected unknown-order'])
  })
})
