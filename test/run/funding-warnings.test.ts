import { describe, expect, it } from 'vitest'
import { fundingWarnings } from '../../src/run/funding-warnings.ts'

const hour = 3_600_000_000
/** The data go from 100 h to 140 h. */
const span = { start: 100 * hour, end: 140 * hour }

const warningsOf = (hours: readonly number[], rate = '0.0001') =>
  fundingWarnings({ source: 'schedule', rates: hours.map((at) => ({ time: at * hour, rate })) }, span)

describe('funding rates that a user gives', () => {
  it('are not complained about where they cover the data, however sparsely they do', () => {
    expect(warningsOf([96, 104, 112, 120, 128, 136])).toEqual([])
    expect(warningsOf([108, 132])).toEqual([])
  })

  it('are told to begin too late or to end too early', () => {
    expect(warningsOf([112, 120, 128, 136])).toEqual([
      'no funding before 1970-01-05T16:00:00.000000Z: the rates begin there, the data earlier',
    ])
    expect(warningsOf([96, 104, 112])).toEqual([
      'no funding after 1970-01-05T16:00:00.000000Z: the rates end there, the data later',
    ])
    expect(warningsOf([8, 16])).toHaveLength(1)
  })

  it('are told to have holes, as long as those lie in the data', () => {
    expect(warningsOf([96, 104, 120, 128, 136])).toEqual([
      'funding rates are missing after 1970-01-05T08:00:00.000000Z, in 1 places: the rates lie 8h apart elsewhere',
    ])
    expect(warningsOf([8, 16, 80, 88, 96, 104, 112, 120, 128, 136])).toEqual([])
  })

  it('are suspected to be percent when most are too large for parts', () => {
    expect(warningsOf([96, 104, 112, 120, 128, 136], '0.01')).toEqual([
      'funding rates are 0.01 and the like: expected parts of the value, 0.0001 for 0.01 %',
    ])
    expect(fundingWarnings({ source: 'constant', rate: '0.01', intervalUs: 8 * hour }, span)).toHaveLength(1)
    expect(fundingWarnings({ source: 'data' }, span)).toEqual([])
    expect(fundingWarnings(undefined, span)).toEqual([])
  })
})
