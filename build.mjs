// Bundles the command, the library and each example strategy into dist/, so that `sim` starts fast on plain Node.
import { readdirSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
const strategies = readdirSync('strategies', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => ({ in: `strategies/${entry.name}/strategy.ts`, out: `strategies/${entry.name}` }))

await build({
  entryPoints: [{ in: 'src/cli/sim.ts', out: 'sim' }, { in: 'src/index.ts', out: 'index' }, ...strategies],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'linked',
})
