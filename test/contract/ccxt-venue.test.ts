/** What each market of the live venue lacks is rejected in so many words; everything else is as at every venue. */
import { expect, it } from 'vitest'
import type { DataLevel } from '../../src/model/tape.ts'
import { ccxtHarness, type LiveMarketKind } from './ccxt-harness.ts'
import { lacksOf } from './ccxt-lacks.ts'
import { countCases, describeVenueContract } from './venue-contract.ts'

const levels: readonly DataLevel[] = ['l2', 'trades', 'bars']

function hold(kind: LiveMarketKind, counts: ReturnType<typeof countCases>): void {
  const harness = ccxtHarness(kind, lacksOf(kind))
  describeVenueContract(harness, levels)
  it(`${harness.name} plays ${counts.asWritten} cases as written; ${counts.unsupported} ask for what it lacks`, () => {
    expect(countCases(harness, levels)).toEqual(counts)
  })
}

hold('spot', { asWritten: 25, toldLess: 0, unsupported: 49 })
hold('linear', { asWritten: 29, toldLess: 1, unsupported: 44 })
