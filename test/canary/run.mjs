// `npm run canary`: runs every suite that uses keys, keeps all that it prints and leaves, and looks for the keys in it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

process.chdir(join(import.meta.dirname, '..', '..'))

/** The fake keys of the suites. Each is used nowhere else. */
const secrets = [
  'test-key-one',
  'test-secret-one',
  'test-key-two',
  'test-secret-two',
  'canary-key',
  'canary-secret',
]
/** Where keys are meant to be. */
const keyFiles = /(^|[/\\])(accounts\.json|[\w-]*keys?\.env)$/

/** Suites that have to do with keys: the words are in them, or in a support file that they name. */
const suites = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') && !path.includes('secret-search'))
  .map((path) => join('test', path))
  .filter((path) =>
    /stageKeys|localSettings|LiveStage|ExchangeStage|apiKey|API_KEY|canary/.test(readFileSync(path, 'utf8')),
  )

const folder = mkdtempSync(join(tmpdir(), 'canary-'))
const temporary = join(folder, 'tmp')
mkdirSync(temporary)
const preload = pathToFileURL(join(import.meta.dirname, 'keep-output.mjs')).href
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--reporter=verbose', ...suites],
  {
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { ...process.env, CANARY_FOLDER: folder, TMPDIR: temporary, NODE_OPTIONS: `--import ${preload}` },
  },
)
writeFileSync(join(folder, 'suites.out'), stdout)
writeFileSync(join(folder, 'suites.err'), stderr)
await build({
  entryPoints: ['test/canary/secret-search.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: join(folder, 'search.mjs'),
})
const { searchFolder } = await import(pathToFileURL(join(folder, 'search.mjs')).href)
// A bundle that a suite makes of its own sources holds the fake keys that those sources name.
const isKeyFile = (path) => keyFiles.test(path) || /\.mjs(\.map)?$/.test(path)
const { hits, files, bytes } = searchFolder(folder, secrets, isKeyFile)
for (const { where, secret, form, at } of hits) {
  process.stdout.write(`LEAK ${where}: ${secret}, ${form}, at byte ${at}\n`)
}
process.stdout.write(
  `${suites.length} suites, exit code ${status}; ${files} files and ${bytes} bytes searched for ${secrets.length} secrets: ${hits.length} leaks\n`,
)
if (status !== 0) process.stdout.write(`${stdout.slice(-3000)}\n${stderr.slice(-2000)}\n`)
const isClean = status === 0 && hits.length === 0 && files > suites.length && existsSync(temporary)
if (isClean) rmSync(folder, { recursive: true })
else process.stdout.write(`kept in ${folder}\n`)
process.exitCode = isClean ? 0 : 1
