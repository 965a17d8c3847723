import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sim, tradesCsv } from '../support/spawn-sim.ts'

let folder = ''
const place = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'))
  writeFileSync(place('trades.csv'), tradesCsv(300))
  const run = [
    'run',
    '--strategy',
    'twap',
    '--param',
    'quantity=3',
    '--data',
    'trades.csv',
    '--quiet',
    '--no-report',
  ]
  expect(sim(folder, ...run, '--journal', 'whole')).toMatchObject({ exitCode: 0, stderr: '' })
  const bytes = readFileSync(place('whole'))
  writeFileSync(place('cut'), bytes)
  truncateSync(place('cut'), bytes.length - 200)
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 300) ^ 1, bytes.length - 300)
  writeFileSync(place('changed'), bytes)
  writeFileSync(
    place('moved'),
    readFileSync(place('whole'), 'latin1').replace('trades.csv', 'absent.csv'),
    'latin1',
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('sim verify', () => {
  it('executes a run again and finds the same journal', () => {
    const { exitCode, stdout } = sim(folder, 'verify', 'whole', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      isSame: true,
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('takes the data from where they are now', () => {
    expect(sim(folder, 'verify', 'moved', '--data', 'trades.csv')).toMatchObject({ exitCode: 0 })
  })

  it.each([
    ['absent', 3, /absent/],
    ['cut', 3, /cut/],
    ['changed', 3, /changed after they were written/],
    ['trades.csv', 3, /trades\.csv/],
    ['moved', 3, /found nothing at .*absent\.csv/],
  ])('refuses the journal "%s" with exit %i and one line', (journal, exitCode, message) => {
    const result = sim(folder, 'verify', journal)
    expect(result).toMatchObject({ exitCode, stdout: '', stderr: expect.stringMatching(/^sim: [^\n]+\n$/) })
    expect(result.stderr).toMatch(message)
  })
})
