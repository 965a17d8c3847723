import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Instrument } from '../../src/model/instrument.ts'
import { parseParams } from '../../src/run/parse-params.ts'
import scripted from '../../strategies/scripted/strategy.ts'
import smaCross from '../../strategies/sma-cross/strategy.ts'
import twap from '../../strategies/twap/strategy.ts'
import { btcusdt, factsOf } from '../support/strategy-stage.ts'

const market = { facts: factsOf(), instrument: new Instrument(btcusdt) }

describe('parseParams', () => {
  it('lets what the user gave win over the proposal and the schema, and tells which were left out', () => {
    const given = { quantity: '2', slices: 10 }
    const { values, config, defaulted } = parseParams({ definition: twap, given, market })
    // Proposed: 80 % of 100 s.
    expect(values).toMatchObject({ side: 'buy', quantity: '2', duration: 80_000_000, slices: 10 })
    expect(config).toEqual({
      side: 'buy',
      quantity: '2',
      duration: '80s',
      slices: '10',
      childType: 'market',
      priceOffset: '0',
      jitter: '0',
    })
    expect(defaulted).toEqual(['side', 'duration', 'childType', 'priceOffset', 'jitter'])
  })

  it('writes one configuration however the values were spelled, and reads it back', () => {
    const typed = parseParams({
      definition: twap,
      given: { duration: '300s', slices: '30', quantity: '1' },
      market,
    })
    const json = parseParams({ definition: twap, given: { duration: '5m', slices: 30, quantity: 1 }, market })
    expect(json.config).toEqual(typed.config)
    expect(parseParams({ definition: twap, given: typed.config, market }).values).toEqual(typed.values)
  })

  it('suggests the nearest parameter and lists all', () => {
    expect(() => parseParams({ definition: twap, given: { slice: 3 }, market })).toThrow(
      'strategy twap has no parameter "slice". Did you mean "slices"? It has: side, quantity, duration, slices,',
    )
  })

  it('names every bad value in one line', () => {
    expect(() => parseParams({ definition: twap, given: { side: 'up', duration: '3' }, market })).toThrow(
      'strategy twap: parameter side: expected buy or sell, found "up"; ' +
        'parameter duration: expected a duration such as 250ms, 30s, 5m or 1h, found "3"',
    )
  })

  it('checks values against each other', () => {
    expect(() => parseParams({ definition: smaCross, given: { fast: 30, slow: 10 }, market })).toThrow(
      'strategy sma-cross: parameter fast: expected fewer bars than slow has',
    )
  })

  it('reads a file parameter and keeps its text in the configuration', () => {
    const folder = mkdtempSync(join(tmpdir(), 'params-'))
    const path = join(folder, 'plan.jsonl')
    writeFileSync(path, 'one\n')
    const { values, config } = parseParams({ definition: scripted, given: { file: path }, market })
    rmSync(folder, { recursive: true })
    expect(values).toEqual({ file: { name: 'plan.jsonl', text: 'one\n' } })
    expect(parseParams({ definition: scripted, given: config, market }).values).toEqual(values)
  })

  it('says which file cannot be read', () => {
    expect(() => parseParams({ definition: scripted, given: { file: './absent.jsonl' }, market })).toThrow(
      /parameter file: cannot read \.\/absent\.jsonl: ENOENT/,
    )
  })
})
