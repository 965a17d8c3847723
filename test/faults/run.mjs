// `npm run faults`: the harness as one file, under plain Node. See faults-command.ts.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const outfile = join(import.meta.dirname, '../../.cache/faults/faults.mjs')
await build({
  entryPoints: [join(import.meta.dirname, 'faults-command.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['@duckdb/*', 'apache-arrow', 'esbuild', 'fzstd', 'uplot', 'xz-decompress', 'yauzl'],
  sourcemap: 'inline',
  logLevel: 'warning',
})
const { main } = await import(pathToFileURL(outfile).href)
process.exitCode = await main(process.argv.slice(2), () => performance.now())
