/** One suite for every venue: whoever has a harness for it calls this. */
import { describe, expect, it } from 'vitest'
import type { DataLevel } from '../../src/model/tape.ts'
import { barRows } from '../support/bar-rows.ts'
import { barCases } from './bar-cases.ts'
import { bookCases, type ContractCase, opening } from './book-cases.ts'
import { play, scriptRows, type VenueHarness } from './harness.ts'
import { printCases, printOpening } from './print-cases.ts'

const suites: readonly {
  readonly level: DataLevel
  readonly cases: readonly ContractCase[]
  readonly start: typeof opening
}[] = [
  { level: 'l2', cases: bookCases, start: opening },
  { level: 'l1', cases: bookCases, start: opening },
  { level: 'trades', cases: printCases, start: printOpening },
]

/** @param levels of market data that the venue can be given */
export function describeVenueContract(harness: VenueHarness, levels: readonly DataLevel[]): void {
  if (levels.includes('bars')) describeBarContract(harness)
  for (const { level, cases, start } of suites) {
    if (!levels.includes(level)) continue
    describe(`${harness.name} on ${level} data`, () => {
      it.each(cases)('$name', ({ steps, market = [], expected, minNotional, lastTimes = {} }) => {
        const rows = scriptRows(level, [...start, ...market])
        const outcome = play(
          harness,
          { level, rows, ...(minNotional === undefined ? {} : { minNotional }) },
          steps,
        )
        const stories = Object.fromEntries(Object.keys(expected).map((id) => [id, outcome.story(Number(id))]))
        expect(stories).toEqual(expected)
        for (const [id, time] of Object.entries(lastTimes))
          expect(outcome.times(Number(id)).at(-1)).toBe(time)
      })
    })
  }
}

/** Long enough for the last point of a bar to lie a millisecond before its end. */
const barUs = 10_000

function describeBarContract(harness: VenueHarness): void {
  describe(`${harness.name} on bars`, () => {
    it.each(barCases)('$name', ({ steps, bars, expected }) => {
      const rows = barRows([[100, 100, 100, 100], ...bars], 5, barUs)
      const outcome = play(harness, { level: 'bars', rows }, steps, 60_000)
      const stories = Object.fromEntries(Object.keys(expected).map((id) => [id, outcome.story(Number(id))]))
      expect(stories).toEqual(expected)
    })
  })
}
