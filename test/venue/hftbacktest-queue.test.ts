import { describe, expect, it } from 'vitest'
import { applyDepth, applyTrade, takeExcessLots } from '../../src/venue/sim/hftbacktest/queue-estimate.ts'
import { parseQueueModel } from '../../src/venue/sim/queue-model.ts'

const lot = 0.001

/** Ahead after a level change with `traded` before it. */
function ahead(queue: string, front: number, traded: number, previous: number, next: number): number {
  const place = { ahead: front, tradedSinceUpdate: traded }
  applyDepth(place, previous, next, parseQueueModel(queue))
  expect(place.tradedSinceUpdate).toBe(0)
  return place.ahead
}

describe('the queue estimate of hftbacktest (VENUE.md B7)', () => {
  // front 4 of 10, so 6 behind; the level falls to 8: a change of 2.
  it.each([
    ['risk-averse', 4],
    // p = 6/(6+4) = 0.6: 4 − 0.4 × 2 = 3.2; 6 − 0.6 × 2 > 0
    ['prob-power:1', 3.2],
    // p = 36/(36+16): 4 − 16/52 × 2
    ['prob-power:2', 4 - (16 / 52) * 2],
    // p = 36/100
    ['prob-power2:2', 4 - 0.64 * 2],
    // p = 1 − (4/10)³ = 0.936
    ['prob-power3:3', 4 - 0.064 * 2],
    // p = ln 7 / (ln 7 + ln 5)
    ['prob-log', 4 - (1.6094379124341003 / (1.9459101490553132 + 1.6094379124341003)) * 2],
    // p = ln 7 / ln 11
    ['prob-log2', 4 - (1 - 1.9459101490553132 / 2.3978952727983707) * 2],
  ])('%s shares out what left the level', (queue, expected) => {
    expect(ahead(queue, 4, 0, 10, 8)).toBeCloseTo(expected, 12)
  })

  it.each([
    ['a level that grows leaves it alone', 4, 0, 10, 12, 4],
    ['what was traded is no cancel: 3 of 3 were', 1, 3, 10, 7, 1],
    // p = 1/82: 9 − 81/82 × 6
    ['most of what left was ahead', 9, 0, 10, 4, 9 - (81 / 82) * 6],
    ['an empty queue gives 0/0, which leaves the level', 0, 0, 0, 0, 0],
    ['below zero it stays below zero', -0.5, 0, 10, 12, -0.5],
  ])('prob-power:2, %s', (_title, front, traded, previous, next, expected) => {
    expect(ahead('prob-power:2', front, traded, previous, next)).toBeCloseTo(expected, 12)
  })

  it.each([
    ['the trade was as large as the queue', 0, 0],
    ['it went less than half a lot beyond', -0.0004, 0],
    ['it went half a lot beyond', -0.0005, 1],
    ['it went 2.4 lots beyond', -0.0024, 2],
  ])('fills by whole lots: %s', (_title, front, lots) => {
    const place = { ahead: front, tradedSinceUpdate: 0 }
    expect(takeExcessLots(place, lot)).toBe(lots)
    expect(place.ahead).toBe(lots === 0 ? front : 0)
  })

  it('counts what is traded', () => {
    const place = { ahead: 2, tradedSinceUpdate: 0.5 }
    applyTrade(place, 3)
    expect(place).toEqual({ ahead: -1, tradedSinceUpdate: 3.5 })
  })
})
