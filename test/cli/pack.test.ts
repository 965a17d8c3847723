/** The package as a user gets it: packed with all its scripts, installed into an empty folder, used from there. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'pack-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const user = join(folder, 'user')
const env = { ...process.env, REHEARSAL_CACHE: join(folder, 'cache') }

function inUserFolder(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: user, encoding: 'utf8', env })
  return { status, stdout, stderr }
}

/** A copy, so that packing does not rebuild what other tests are running. */
function packCopy(): string {
  const copy = join(folder, 'copy')
  const left = new Set(['node_modules', '.git', 'dist', 'reports', '.cache'])
  cpSync(root, copy, { recursive: true, filter: (path) => path === root || !left.has(basename(path)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: copy, stdio: 'pipe' })
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack left no tarball')
  return join(folder, tarball)
}

describe('the packed package', () => {
  it('works from an empty folder: command, strategies, sample tape, own strategy with types', (context) => {
    const tarball = packCopy()
    mkdirSync(user)
    writeFileSync(join(user, 'package.json'), '{ "type": "module" }')
    const install = inUserFolder('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball)
    if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN/.test(install.stderr)) {
      context.skip(`the package registry cannot be reached: ${install.stderr.split('\n')[0]}`)
    }
    expect(install.status, install.stderr).toBe(0)

    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const sim = join(user, 'node_modules/.bin/sim')
    expect(inUserFolder(sim, '--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })

    const sample = 'node_modules/rehearsal/data/btcusdt-synth.parquet'
    const run = inUserFolder(sim, 'run', '--strategy', 'twap', '--data', sample, '--json')
    expect(run).toMatchObject({ status: 0, stderr: '' })
    const { fills, report } = JSON.parse(run.stdout)
    expect(fills).toBeGreaterThan(0)
    expect(readFileSync(join(user, report), 'utf8')).toContain('uPlot')

    writeFileSync(join(user, 'mine.ts'), ownStrategy)
    const mine = inUserFolder(
      sim,
      'run',
      '--strategy',
      './mine.ts',
      '--data',
      sample,
      '--json',
      '--no-report',
    )
    expect(mine).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(mine.stdout)).toMatchObject({ strategy: 'mine', position: { BTCUSDT: '0.010' } })

    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023']
    const types = inUserFolder(process.execPath, tsc, ...flags, 'mine.ts')
    expect(types).toMatchObject({ status: 0, stdout: '' })

    const example = 'node_modules/rehearsal/strategies/sma-cross/strategy.ts'
    const copied = inUserFolder(
      sim,
      'run',
      '--strategy',
      example,
      '--data',
      sample,
      '--json',
      '--no-report',
      '--param',
      'barInterval=1s',
    )
    expect(copied).toMatchObject({ status: 0, stderr: '' })
  })
})

const ownStrategy = `import { defineStrategy, p, z } from 'rehearsal'

export default defineStrategy({
  name: 'mine',
  description: 'buys a little',
  params: z.strictObject({ quantity: p.qty().default('0.010') }),
  create({ quantity }, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(quantity)
    return { onStart: () => void context.submit({ instrument: 0, side: 'buy', type: 'market', qty }) }
  },
})
`
