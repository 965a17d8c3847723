import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sim } from '../support/spawn-sim.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The saved ratios, made so high that nothing can reach them, or so low that nothing falls short. */
function changeRatios(path: string, factor: number): void {
  const baseline = JSON.parse(readFileSync(path, 'utf8'))
  for (const result of baseline.results) if (result.ratio !== undefined) result.ratio *= factor
  writeFileSync(path, JSON.stringify(baseline))
}

describe('sim bench', () => {
  it('checks its runs, and exits by what the ratios did since the baseline', () => {
    const saved = sim(folder, 'bench', '--smoke', '--save', 'base.json')
    expect(saved).toMatchObject({ exitCode: 0, stderr: '' })
    expect(saved.stdout).toMatch(/^market-maker +[\d.]+ M rows\/s +[\d.]+ +ratio ≥ 0\.15/m)
    changeRatios(join(folder, 'base.json'), 1000)
    const slower = sim(folder, 'bench', '--smoke', '--baseline', 'base.json')
    expect(slower.exitCode).toBe(1)
    expect(slower.stdout).toMatch(/^REGRESSION twap: ratio [\d.]+, was [\d.]+ \(100 % down, 15 % allowed\)$/m)
    changeRatios(join(folder, 'base.json'), 1e-6)
    const faster = sim(folder, 'bench', '--smoke', '--baseline', 'base.json')
    expect(faster.exitCode).toBe(0)
    expect(faster.stdout).toMatch(/^no ratio fell by more than 15 %/m)
  })

  it.each([
    { args: ['--baseline', 'absent.json'], message: /absent\.json is not a baseline/ },
    { args: ['--tolerance', '15'], message: /expected a part between 0 and 1/ },
  ])('refuses $args in one line', ({ args, message }) => {
    const result = sim(folder, 'bench', '--smoke', ...args)
    expect(result).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^sim: [^\n]+\n$/),
    })
    expect(result.stderr).toMatch(message)
  })
})
