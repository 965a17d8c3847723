import { describe, expect, it } from 'vitest'
import { TimedQueue } from '../../src/core/timed-queue.ts'

describe('a timed queue', () => {
  it('gives items back in the order they came, with the time of the next one', () => {
    const queue = new TimedQueue<string>()
    queue.push(5, 'a')
    queue.push(5, 'b')
    queue.push(7, 'c')
    expect(queue.nextTime).toBe(5)
    expect([queue.take(), queue.take()]).toEqual(['a', 'b'])
    expect(queue.nextTime).toBe(7)
    expect(queue.take()).toBe('c')
    expect(queue.nextTime).toBe(Number.POSITIVE_INFINITY)
  })

  it('keeps the order when it grows while it goes round', () => {
    const queue = new TimedQueue<number>()
    let next = 0
    let taken = 0
    // Three in, one out: the ring is full, and its head somewhere inside, several times over.
    while (next < 300) {
      for (let i = 0; i < 3; i++) queue.push(next, next++)
      expect(queue.nextTime).toBe(taken)
      expect(queue.take()).toBe(taken++)
    }
    while (taken < 300) expect(queue.take()).toBe(taken++)
    expect(queue.nextTime).toBe(Number.POSITIVE_INFINITY)
  })

  it('refuses a time that goes back, and to give what is not there', () => {
    const queue = new TimedQueue<string>()
    queue.push(5, 'a')
    expect(() => queue.push(4, 'b')).toThrow('time 4 queued after 5')
    queue.take()
    expect(() => queue.take()).toThrow('nothing is queued')
    expect(() => queue.push(4, 'b')).toThrow('time 4 queued after 5')
  })
})
