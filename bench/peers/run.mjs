/**
 * `npm run bench:peers`: the same rows through this engine and through its peers, alternating, on this machine. Figures
 * are medians over the rounds; a ratio is taken within a round. What is timed inside a process is its warm runs (peers
 * with their data in memory, compiled); whole processes are timed from start to result.
 *
 * node bench/peers/run.mjs [--rounds N] [--save bench/PEERS.md]
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

process.chdir(join(import.meta.dirname, '../..'))
const { values: args } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, save: { type: 'string' } },
})
const rounds = Number(args.rounds)
const here = 'bench/peers'
const venv = '.cache/peers'
const folder = '.cache/peers-data'
const python = join(venv, 'bin/python')
const bookRows = 2_000_000
const bars = 1_000_000
/** NautilusTrader keeps an object per row: all two million do not fit into the memory of a small machine. */
const nautilusRows = 200_000

await setUp()
const tape = tapeOf('book', ['--rows', String(bookRows)])
const barTape = tapeOf('bars', ['--rows', String(4 * bars), '--bars', '1m'])
const npz = join(folder, 'book.npz')
if (!existsSync(npz)) exportNpz()

const commands = {
  ours: (name, runs) => [
    'node',
    ['dist/peers-ours.mjs', name, name === 'bars' ? barTape : tape, String(runs), join(folder, 'cache')],
  ],
  hftbacktest: (name, runs) => [python, [join(here, 'hft.py'), name, npz, String(runs)]],
  nautilus: (name) => [python, [join(here, 'nautilus.py'), name, npz, String(nautilusRows)]],
  vectorbt: (_name, runs) => [python, [join(here, 'sma.py'), 'vectorbt', barTape, String(runs)]],
  backtesting: () => [python, [join(here, 'sma.py'), 'backtesting', barTape, '1']],
}

const inside = [
  { ours: 'no-op-both', peer: 'hftbacktest', name: 'no-op', what: 'no-op, both books kept', target: 4 },
  {
    ours: 'no-op',
    peer: 'hftbacktest',
    name: 'no-op',
    what: 'no-op, nobody reads the second book',
    target: 8,
  },
  { ours: 'twap', peer: 'hftbacktest', name: 'twap', what: 'TWAP, one market order a second', target: 4 },
  {
    ours: 'market-maker',
    peer: 'hftbacktest',
    name: 'market-maker',
    what: 'market maker, two quotes each 100 ms',
    target: 2.5,
  },
  {
    ours: 'twap/hftbacktest',
    peer: 'hftbacktest',
    name: 'twap',
    what: 'TWAP under the peer\u2019s fill model',
    isSame: true,
  },
  {
    ours: 'market-maker/hftbacktest',
    peer: 'hftbacktest',
    name: 'market-maker',
    what: 'market maker under the peer\u2019s fill model',
    isSame: true,
  },
  { ours: 'no-op', peer: 'nautilus', name: 'no-op', what: 'no-op' },
  { ours: 'twap', peer: 'nautilus', name: 'twap', what: 'TWAP, one market order a second' },
  {
    ours: 'market-maker',
    peer: 'nautilus',
    name: 'market-maker',
    what: 'market maker, two quotes each 100 ms',
    target: 300,
  },
  { ours: 'bars', peer: 'vectorbt', name: 'bars', what: 'SMA cross, 1 M bars', target: 1 },
  { ours: 'bars', peer: 'backtesting', name: 'bars', what: 'SMA cross, 1 M bars', target: 30 },
]
const whole = [
  { ours: 'no-op', peer: 'hftbacktest', name: 'no-op', what: 'no-op', target: 20 },
  { ours: 'twap', peer: 'hftbacktest', name: 'twap', what: 'TWAP', target: 20 },
  { ours: 'market-maker', peer: 'hftbacktest', name: 'market-maker', what: 'market maker', target: 20 },
  { ours: 'bars', peer: 'vectorbt', name: 'bars', what: 'SMA cross, 1 M bars' },
]

const insideRows = inside.map((one) => compare(one, (side, name) => warmRun(side, name)))
const wholeRows = whole.map((one) => compare(one, (side, name) => wholeProcess(side, name)))
const text = page()
process.stdout.write(text)
if (args.save !== undefined) {
  writeFileSync(`${args.save}.tmp`, text)
  renameSync(`${args.save}.tmp`, args.save)
}

async function setUp() {
  if (!existsSync(python)) {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' })
    execFileSync(python, ['-m', 'pip', 'install', '-q', '-r', join(here, 'requirements.txt')], {
      stdio: 'inherit',
    })
  }
  mkdirSync(folder, { recursive: true })
  execFileSync('node', ['build.mjs'])
  await build({
    entryPoints: [join(here, 'ours.ts')],
    outfile: 'dist/peers-ours.mjs',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifySyntax: true,
    external: ['@duckdb/*', 'apache-arrow', 'esbuild', 'fzstd', 'uplot', 'xz-decompress', 'yauzl'],
  })
}

function tapeOf(name, options) {
  const path = join(folder, `${name}.parquet`)
  if (!existsSync(path))
    execFileSync('node', ['dist/sim.js', 'data', 'synth', '-o', path, '--seed', '3', ...options])
  return path
}

/** From the cache that a first run makes: the very rows, and times, that our replay reads. */
function exportNpz() {
  const cache = join(folder, 'npz-cache')
  execFileSync('node', ['dist/peers-ours.mjs', 'no-op', tape, '1', cache])
  const [entry] = readdirSync(join(cache, 'packed'))
  const arrow = join(cache, 'packed', entry, 'receive.arrow')
  execFileSync(python, [join(here, 'tape_to_npz.py'), arrow, npz, '0.1', '0.001'], { stdio: 'inherit' })
}

/** Lines of JSON that a process prints, with the time from its start to its end. */
function run(side, name, runs) {
  const [command, commandArgs] = commands[side](name, runs)
  const started = performance.now()
  const { stdout, stderr, status } = spawnSync(command, commandArgs, { encoding: 'utf8', maxBuffer: 1e8 })
  const processMs = performance.now() - started
  if (status !== 0) throw new Error(`${side} ${name} failed: ${stderr}`)
  return {
    lines: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    processMs,
  }
}

/** CPU time per row of the warm runs of one process; where there is only one run, of that. */
function warmRun(side, name) {
  const { lines } = run(side, name, 20)
  const warm = lines.length > 10 ? lines.slice(10) : lines.slice(-1)
  const rows = side === 'ours' && name === 'bars' ? bars : lines[0].rows
  return { msPerMillion: (1e6 * median(warm.map(({ cpuMs }) => cpuMs))) / rows, last: lines.at(-1) }
}

function wholeProcess(side, name) {
  const { lines, processMs } = run(side, name, 1)
  return { msPerMillion: processMs, last: lines.at(-1) }
}

function compare(one, measure) {
  const found = []
  for (let round = 0; round < rounds; round++) {
    const ours = measure('ours', one.ours)
    const peer = measure(one.peer, one.name)
    found.push({
      ours: ours.msPerMillion,
      peer: peer.msPerMillion,
      ratio: peer.msPerMillion / ours.msPerMillion,
      a: ours.last,
      b: peer.last,
    })
    const isSame = ours.last.orders === peer.last.orders && ours.last.fills === peer.last.fills
    if (one.isSame && !isSame)
      throw new Error(`${one.what}: ${JSON.stringify([ours.last, peer.last])} differ`)
    process.stderr.write(`${one.what} / ${one.peer}: ${found.at(-1).ratio.toFixed(2)}\n`)
  }
  return {
    ...one,
    oursMs: median(found.map(({ ours }) => ours)),
    peerMs: median(found.map(({ peer }) => peer)),
    ratio: median(found.map(({ ratio }) => ratio)),
    low: Math.min(...found.map(({ ratio }) => ratio)),
    high: Math.max(...found.map(({ ratio }) => ratio)),
    oursLast: found[0].a,
    peerLast: found[0].b,
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

function page() {
  const rate = (ms) => (1000 / ms).toPrecision(3)
  const verdict = ({ ratio, target }) =>
    target === undefined ? '' : `${target} × ${ratio >= target ? 'met' : '**missed**'}`
  const spread = ({ ratio, low, high }) =>
    `**${ratio.toPrecision(3)}** (${low.toPrecision(3)}–${high.toPrecision(3)})`
  const counts = ({ orders, fills }) => (fills === undefined ? `${orders} orders` : `${orders} / ${fills}`)
  return `# Against its peers

Made by \`npm run bench:peers -- --save bench/PEERS.md\`: the same generated rows through each tool on one machine, alternating, ${rounds} rounds,
medians with the range of the ratios. Inside a process: CPU time of warm runs, data in memory, compiled. Latency 5 ms each way.

${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus()[0].model.trim()} × ${cpus().length}, Node ${process.version}, ${versions()}.

## Speed inside a process

| case | peer | ours, M rows/s | peer, M rows/s | ratio | target | ours: orders / fills | peer |
| --- | --- | --- | --- | --- | --- | --- | --- |
${insideRows.map((row) => `| ${row.what} | ${row.peer} | ${rate(row.oursMs)} | ${rate(row.peerMs)} | ${spread(row)} | ${verdict(row)} | ${counts(row.oursLast)} | ${counts(row.peerLast)} |`).join('\n')}

Rows are bars in the last two lines. NautilusTrader runs the first ${nautilusRows.toLocaleString('en-US')} rows only, because it keeps an object per row; its orders and fills are of those.
Both sides of the market maker follow the same rules; fills differ where the fill models do. Under \`--fill-model hftbacktest\` orders
and fills must be the same, or the bench stops; \`npm run differential\` compares each fill.

## Whole processes, from start to result

| case | peer | ours, s | peer, s | ratio | target |
| --- | --- | --- | --- | --- | --- |
${wholeRows.map((row) => `| ${row.what} | ${row.peer} | ${(row.oursMs / 1000).toPrecision(3)} | ${(row.peerMs / 1000).toPrecision(3)} | ${spread(row)} | ${verdict(row)} |`).join('\n')}

Peers compile when they start (numba); ours reads its columns from a warm cache.
`
}

function commit() {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}

function versions() {
  return readFileSync(join(here, 'requirements.txt'), 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('plotly'))
    .join(', ')
}
