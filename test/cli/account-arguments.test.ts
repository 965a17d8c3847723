import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Arguments } from '../../src/cli/arguments.ts'
import { parseRunRequest } from '../../src/cli/run-request.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'account-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const config = (args: Arguments) => parseRunRequest({ strategy: 'twap', data: ['a.csv'], ...args }).config

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('the account on the command line', () => {
  it('takes funding from a file, in the columns of a venue', () => {
    const ours = file('a.csv', 'time,rate\n2024-08-08T08:00:00Z,0.0001\n2024-08-08T00:00:00Z,-1e-05\n')
    expect(config({ funding: ours }).funding).toEqual({
      source: 'schedule',
      rates: [
        { time: 1_723_075_200_000_000, rate: '-0.0000100000' },
        { time: 1_723_104_000_000_000, rate: '0.0001' },
      ],
    })
    const binance = file(
      'b.json',
      '[{"symbol":"BTCUSDT","fundingTime":1723104000000,"fundingRate":"0.00010000"}]',
    )
    expect(config({ funding: binance }).funding).toEqual({
      source: 'schedule',
      rates: [{ time: 1_723_104_000_000_000, rate: '0.00010000' }],
    })
  })

  it('takes a constant rate every eight hours', () => {
    const funding = { source: 'constant', rate: '0.0001', intervalUs: 28_800_000_000 }
    expect(config({ 'funding-rate': '0.0001' }).funding).toEqual(funding)
    expect(config({ funding: 'data' }).funding).toEqual({ source: 'data' })
    expect(config({}).funding).toBeUndefined()
  })

  it('takes margin in percent, as a table, or off', () => {
    expect(config({ margin: '0.8' }).margin).toEqual({
      tiers: [{ floor: '0', maintenancePct: '0.8' }],
      liquidationFeeBps: '120',
    })
    const tiers = file('m.csv', 'floor,maintenancePct,deduction,maxLeverage\n0,0.4,,125\n50000,0.5,50,100\n')
    expect(config({ margin: tiers, 'liquidation-fee': '50' }).margin).toEqual({
      tiers: [
        { floor: '0', maintenancePct: '0.4', maxLeverage: 125 },
        { floor: '50000', maintenancePct: '0.5', deduction: '50', maxLeverage: 100 },
      ],
      liquidationFeeBps: '50',
    })
    expect(config({ margin: 'off' }).margin).toBe('off')
  })

  it('takes fees by volume beside the plain ones', () => {
    const tiers = file('f.csv', 'volume,maker,taker\n0,2,5\n1000000,-0.5,3\n')
    expect(config({ 'fee-tiers': tiers, 'fee-volume': '500000' }).fees).toEqual({
      makerBps: '2',
      takerBps: '5',
      volume: '500000',
      tiers: [
        { volume: '0', makerBps: '2', takerBps: '5' },
        { volume: '1000000', makerBps: '-0.5', takerBps: '3' },
      ],
    })
  })

  it.each<[string, () => Arguments, RegExp]>([
    ['a file that is not there', () => ({ funding: join(folder, 'no.csv') }), /no.csv could not be read/],
    ['an empty file', () => ({ funding: file('e.csv', '') }), /e.csv: expected at least one row, found none/],
    [
      'a column that is not there',
      () => ({ funding: file('c.csv', 'when,rate\n1,2\n') }),
      /c.csv, row 1: expected a column time or/,
    ],
    [
      'a rate that is no number',
      () => ({ funding: file('r.csv', 'time,rate\n1723104000,x\n') }),
      /r.csv, row 1: expected a decimal number, found "x"/,
    ],
    [
      'a time twice',
      () => ({ funding: file('t.csv', 'time,rate\n1723104000,0\n1723104000,0\n') }),
      /t.csv, row 2: expected one rate for each time, found that of row 1 again/,
    ],
    ['a volume that no fee depends on', () => ({ 'fee-volume': '5' }), /fees.volume: no fee depends on what/],
    ['a negative margin', () => ({ margin: '-1' }), /maintenancePct: expected a decimal number ≥ 0/],
    [
      'a leverage that is none',
      () => ({ margin: file('l.csv', 'floor,maintenancePct,maxLeverage\n0,1,9\n5,2,-5\n') }),
      /l.csv, row 2: expected a whole number above zero, found "-5"/,
    ],
    [
      'margins that fall as positions grow',
      () => ({ margin: file('g.csv', 'floor,maintenancePct\n0,5\n1000,1\n') }),
      /margin.tiers: expected maintenance margins that do not fall as positions grow/,
    ],
    ['a rate in percent', () => ({ 'funding-rate': '1.5' }), /funding.rate: expected a rate within ±1/],
    ['two sources of funding', () => ({ funding: 'data', 'funding-rate': '0' }), /not both/],
    ['an interval without a rate', () => ({ 'funding-interval': '1h' }), /needs --funding-rate/],
    ['margin of nothing', () => ({ margin: '0' }), /expected more than 0 and less than 100 percent/],
    [
      'tiers that do not start at 0',
      () => ({ margin: file('s.csv', 'floor,maintenancePct\n5,1\n') }),
      /margin.*start at 0|start at 0/,
    ],
    [
      'tiers that fall',
      () => ({ 'fee-tiers': file('v.csv', 'volume,maker,taker\n0,1,1\n9,1,1\n8,1,1\n') }),
      /start above the one before/,
    ],
    [
      'a fee for liquidations that never come',
      () => ({ margin: 'off', 'liquidation-fee': '5' }),
      /has no --liquidation-fee/,
    ],
  ])('refuses %s', (_title, args, message) => {
    expect(() => config(args())).toThrow(message)
  })

  it('refuses fees of one instrument beside tiers, which hold for the account', () => {
    const tiers = [{ volume: '0', makerBps: '1', takerBps: '2' }]
    const fees = { makerBps: '0', takerBps: '4' }
    const given = { fees: { ...fees, tiers }, instruments: { ETHUSDT: { fees } } }
    expect(() => parseRunConfig(given)).toThrow(
      'instruments.ETHUSDT.fees: fees.tiers hold for the whole account',
    )
  })
})
