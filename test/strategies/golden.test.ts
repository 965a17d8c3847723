/**
 * One run of each strategy on the sample tape: fingerprint and headline figures stand in `golden.json` beside the
 * strategy. `npm run golden:update` writes them anew; the commit that does so says why they changed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtinNames } from '../../src/run/load-strategy.ts'
import { prepareRun } from '../../src/run/prepare-run.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { runReplay } from '../../src/run/run-replay.ts'

const projectPath = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** What is given besides the data, paths from the project's root; all else is the strategy's own proposal. */
const given: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(projectPath('test/strategies/golden-params.json'), 'utf8'),
)

let cacheDir = ''
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'golden-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

async function run(strategy: string) {
  const config = parseRunConfig({})
  const prepared = await prepareRun({
    strategy,
    params: given[strategy] ?? {},
    data: [projectPath('data/btcusdt-synth.parquet')],
    balance: config.account.balance,
    prepare: { cacheDir },
  })
  const { summary } = await runReplay({ ...prepared, config })
  const { wallMs: _wallMs, rowsPerSecond: _rowsPerSecond, ...golden } = summary
  return golden
}

describe('golden runs', () => {
  it('cover every strategy', () => {
    expect(Object.keys(given)).toEqual(builtinNames())
  })

  it.each(Object.keys(given))('%s does what it did', async (strategy) => {
    const summary = await run(strategy)
    expect(await run(strategy)).toEqual(summary)
    expect(summary.fills).toBeGreaterThan(0)
    await expect(`${JSON.stringify(summary, undefined, 2)}\n`).toMatchFileSnapshot(
      projectPath(`strategies/${strategy}/golden.json`),
    )
  })
})
