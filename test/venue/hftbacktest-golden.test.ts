import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareOutcomes } from '../differential/compare.ts'
import { goldenSeeds, readGolden } from '../differential/golden.ts'
import { runOurs } from '../differential/our-run.ts'
import { randomCase } from '../differential/random-cases.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-hftbacktest-'))
const golden = readGolden(join(import.meta.dirname, '../..'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the fill model hftbacktest', () => {
  it.each(goldenSeeds)('does what hftbacktest 2.4.4 did with random stream %i', async (seed) => {
    const { stream, actions, setting } = await randomCase(seed, folder)
    const theirs = golden.get(seed)
    if (theirs === undefined) throw new Error(`no golden outcome for seed ${seed}`)
    const ours = await runOurs(stream.tapes, actions, setting)
    const withAccount = setting.exchange === 'nopartial'
    const { fills, mismatches } = compareOutcomes(ours, theirs, withAccount, 1e-8)
    expect(mismatches).toEqual([])
    expect(fills).toBeGreaterThan(30)
  })

  it('would be noticed to differ by one microsecond of latency', async () => {
    const { stream, actions, setting } = await randomCase(3, folder)
    const theirs = golden.get(3)
    if (theirs === undefined) throw new Error('no golden outcome')
    const ours = await runOurs(stream.tapes, actions, { ...setting, entryUs: setting.entryUs + 1 })
    expect(compareOutcomes(ours, theirs, true, 1e-8).mismatches.length).toBeGreaterThan(5)
  })
})
