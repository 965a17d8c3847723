/** A new process takes the session over: every order of the old one is asked about, and none is sent again. */
import { describe, expect, it } from 'vitest'
import { MachineStage, second } from '../../support/machine-stage.ts'

function takeOver(old: MachineStage, canceled: readonly number[] = []): MachineStage {
  old.die()
  const stage = new MachineStage({ after: old })
  stage.venue.recover(stage.recovery(canceled))
  return stage.start()
}

describe('a new process', () => {
  it('finds an order that was sent and not answered', () => {
    const old = new MachineStage().start()
    old.submit(1, 5)
    const stage = takeOver(old)
    expect(stage.told(1)).toEqual(['accepted'])
    expect(stage.exchange.count('create')).toBe(1)
  })

  it('learns of fills that happened while nobody was there, each once', () => {
    const old = new MachineStage({ hidesClientId: true }).start()
    old.submit(1, 5)
    old.time.pass(second)
    old.exchange.fill(old.there(1), 1)
    old.time.pass(second)
    expect(old.position()).toBe(1)
    old.exchange.fill(old.there(1), 2)
    old.die()
    old.exchange.fill(old.there(1), 2)
    old.time.pass(60 * second)
    const stage = takeOver(old)
    stage.time.pass(5 * second)
    expect(stage.position()).toBe(5)
    expect(stage.orders.get(1)?.end).toBe('filled')
  })

  it('rejects an order that never left, once that is certain', () => {
    const old = new MachineStage({ fault: (call) => (call === 'create' ? { lost: 'before' } : {}) }).start()
    old.submit(1, 5)
    const stage = takeOver(old)
    expect(stage.told(1)).toEqual([])
    expect(stage.connections.at(-1)).toBe('0 up')
    stage.time.pass(120 * second)
    expect(stage.told(1)).toEqual(['rejected never-arrived'])
  })

  it('numbers its orders so that none is taken for one of before', () => {
    const old = new MachineStage().start()
    old.submit(1, 5)
    old.time.pass(second)
    const stage = takeOver(old)
    stage.submit(2, 5)
    stage.time.pass(second)
    expect([...stage.exchange.orders.keys()]).toEqual(['session1-1-1', 'session1-2-2'])
  })

  it('finds the fills of an order that is over, when it filled more than was heard of', () => {
    const silent = () => ({ copies: 0, delaysUs: [] })
    const old = new MachineStage({ hidesClientId: true, stream: silent }).start()
    old.submit(1, 5)
    old.time.pass(second)
    old.exchange.fill(old.there(1), 2)
    old.cancel(1)
    old.time.pass(2100)
    expect(old.told(1)).toEqual(['accepted'])
    const stage = takeOver(old)
    expect(stage.position()).toBe(2)
    expect(stage.told(1).at(-1)).toMatch(/^canceled/)
  })

  it('goes on with a cancel that may not have left', () => {
    const old = new MachineStage().start()
    old.submit(1, 5)
    old.time.pass(second)
    const stage = takeOver(old, [1])
    expect(stage.there(1, 1).status).toBe('canceled')
    expect(stage.told(1).at(-1)).toBe('canceled canceled-by-strategy')
  })
})
