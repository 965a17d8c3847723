/** One suite for every venue: whoever has a harness for it calls this. */
import { describe, expect, it } from 'vitest'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { DataLevel } from '../../src/model/tape.ts'
import { barRows } from '../support/bar-rows.ts'
import { barCases } from './bar-cases.ts'
import { bookCases, type ContractCase, opening } from './book-cases.ts'
import { type Outcome, play, type Step, scriptRows, type VenueHarness } from './harness.ts'
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

/** A case at one level of data. */
interface Play {
  readonly name: string
  readonly level: DataLevel
  readonly rows: readonly TapeRow[]
  readonly steps: readonly Step[]
  readonly until: number
  readonly minNotional: string | undefined
  readonly expected: ContractCase['expected']
  readonly lastTimes: Readonly<Record<number, number>>
}

/** @param levels of market data that the venue can be given */
export function describeVenueContract(harness: VenueHarness, levels: readonly DataLevel[]): void {
  for (const level of levels) {
    describe(`${harness.name} on ${level} data`, () => {
      it.each(playsAt(level))('$name', async (scene) => {
        const { rows, steps, until, minNotional } = scene
        const market = { level, rows, ...(minNotional === undefined ? {} : { minNotional }) }
        const outcome = await play(harness, market, steps, until)
        if (isAsWritten(harness, scene)) expectAsWritten(outcome, harness, scene)
        else expectRejections(outcome, harness, scene)
      })
    })
  }
}

/** How many cases a venue plays as they are written; the others have to be rejected for what it lacks. */
export function countCases(harness: VenueHarness, levels: readonly DataLevel[]) {
  const plays = levels.flatMap(playsAt)
  const played = plays.filter((scene) => isAsWritten(harness, scene))
  const toldLess = played.filter(({ name }) => harness.tellsLess?.[name] !== undefined).length
  return { asWritten: played.length - toldLess, toldLess, unsupported: plays.length - played.length }
}

const isAsWritten = (harness: VenueHarness, { steps }: Play): boolean =>
  steps.every((step) => harness.lacks?.(step) === undefined)

function expectAsWritten(outcome: Outcome, harness: VenueHarness, { name, expected, lastTimes }: Play): void {
  const stories = Object.fromEntries(Object.keys(expected).map((id) => [id, outcome.story(Number(id))]))
  expect(stories).toEqual({ ...expected, ...harness.tellsLess?.[name] })
  for (const [id, time] of Object.entries(lastTimes)) expect(outcome.times(Number(id)).at(-1)).toBe(time)
}

/** What the venue lacks never becomes something else: it is rejected, and of that order nothing else is ever told. */
function expectRejections(outcome: Outcome, harness: VenueHarness, { steps }: Play): void {
  const lacking = new Set(steps.filter((step) => harness.lacks?.(step) !== undefined))
  const unknown = steps.filter((step) => step[1] === 'submit' && lacking.has(step)).map(([, , id]) => id)
  for (const id of unknown) {
    const later = steps.filter((step) => step[2] === id && step[1] !== 'submit')
    const refused = later.map(([, does]) => `${does}-rejected unknown-order`)
    expect(outcome.story(id), `order ${id}`).toEqual(['rejected not-supported', ...refused])
  }
  for (const step of lacking) {
    const [, does, id] = step
    if (does !== 'amend' || unknown.includes(id)) continue
    const amends = steps.filter((other) => other[1] === 'amend' && other[2] === id)
    const told = outcome.story(id).filter((text) => text.startsWith('amend'))
    expect(told, `amends of order ${id}`).toHaveLength(amends.length)
    expect(told[amends.indexOf(step)], `amend of order ${id}`).toMatch(
      /^amend-rejected (not-supported|unknown-order)$/,
    )
  }
}

/** Long enough for the last point of a bar to lie a millisecond before its end. */
const barUs = 10_000

function playsAt(level: DataLevel): Play[] {
  if (level === 'bars') {
    return barCases.map(({ bars, ...scene }) => ({
      ...scene,
      ...{ level, until: 60_000, minNotional: undefined, lastTimes: {} },
      rows: barRows([[100, 100, 100, 100], ...bars], 5, barUs),
    }))
  }
  return suites
    .filter((suite) => suite.level === level)
    .flatMap(({ cases, start }) =>
      cases.map(({ market = [], minNotional, lastTimes = {}, ...scene }) => ({
        ...scene,
        ...{ level, until: 20_000, minNotional, lastTimes },
        rows: scriptRows(level, [...start, ...market]),
      })),
    )
}
