/**
 * Makes what the comparison needs — a Python environment with hftbacktest 2.4.4, our source as one file — and runs it.
 * All of it lies under `.cache/differential`, which may be deleted at any time.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '../..')
const work = join(root, '.cache/differential')
const python = join(work, 'venv/bin/python')
const wheel = 'hftbacktest==2.4.4'

mkdirSync(work, { recursive: true })
if (!existsSync(python) || !hasWheel()) {
  console.log(`making a Python environment with ${wheel} …`)
  execFileSync('python3', ['-m', 'venv', join(work, 'venv')], { stdio: 'inherit' })
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', wheel], { stdio: 'inherit' })
}
await build({
  entryPoints: [
    { in: join(root, 'test/differential/differential.ts'), out: 'differential' },
    // Tapes are decoded by a process of its own, found beside whoever asks for it.
    { in: join(root, 'src/feed/decode-process.ts'), out: 'decode' },
  ],
  outdir: join(work, 'bundle'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['@duckdb/*', 'apache-arrow', 'esbuild', 'fzstd', 'uplot', 'xz-decompress', 'yauzl', 'vitest'],
  logLevel: 'warning',
})
const { main } = await import(pathToFileURL(join(work, 'bundle/differential.js')).href)
const paths = {
  python,
  work,
  root,
  shared: join(root, '../shared'),
  script: join(import.meta.dirname, 'hft_run.py'),
}
process.exitCode = await main(process.argv.slice(2), paths)

function hasWheel() {
  const check = "from importlib.metadata import version; assert version('hftbacktest') == '2.4.4'"
  try {
    execFileSync(python, ['-c', check], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
