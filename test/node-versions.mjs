/**
 * The golden runs on other versions of Node: the same fingerprints, or exit 1. Installs each version (about 100 MB, from
 * the package `node`) into a temporary folder, which goes when it is done.
 *
 * usage: npm run fingerprints [-- 22 24]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24']
const folder = mkdtempSync(join(tmpdir(), 'node-versions-'))
const strategies = readdirSync('strategies', { withFileTypes: true }).filter((entry) => entry.isDirectory())
let failed = 0

/** Same parameters as the golden runs, so the same fingerprint. */
function fingerprintOf(node, strategy) {
  const params = JSON.parse(readFileSync('test/strategies/golden-params.json', 'utf8'))[strategy] ?? {}
  const given = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`])
  const data = ['--data', 'data/btcusdt-synth.parquet', '--cache', join(folder, 'cache')]
  const args = ['dist/sim.js', 'run', '--strategy', strategy, ...given, ...data, '--no-report', '--json']
  return JSON.parse(execFileSync(node, args, { encoding: 'utf8' })).fingerprint
}

try {
  for (const version of versions) {
    const home = join(folder, version)
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    const install = ['install', '--prefix', home, '--no-audit', '--no-fund', '--silent', `node@${version}`]
    execFileSync('npm', install, { stdio: ['ignore', 'ignore', 'inherit'] })
    const node = join(home, 'node_modules', '.bin', 'node')
    const name = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
    for (const { name: strategy } of strategies) {
      const expected = JSON.parse(readFileSync(`strategies/${strategy}/golden.json`, 'utf8')).fingerprint
      const found = fingerprintOf(node, strategy)
      if (found !== expected) failed++
      console.log(
        `${name}  ${strategy.padEnd(14)} ${found === expected ? 'same' : `DIFFERS: ${found}, not ${expected}`}`,
      )
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1
