import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findCycles } from './support/import-rules.ts'
import ratchet from './support/source-ratchet.json' with { type: 'json' }
import { checkFile, functionLinesAim, functionLinesMax, type Violation } from './support/tidy.ts'

const root = new URL('../', import.meta.url)
const paths = ['src', 'strategies'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts')),
)
const checked = paths
  .sort()
  .map((path) => checkFile({ path, text: readFileSync(new URL(path, root), 'utf8') }))
const show = ({ path, line, message }: Violation): string => `${path}:${line} ${message}`

describe('the source', () => {
  it('is there to be checked', () => {
    expect(paths).toContain('src/core/units.ts')
    expect(paths).toContain('strategies/twap/strategy.ts')
  })

  it.each([
    ['imports only what the table allows', 'import'],
    ['reaches no wall clock, chance, locale or Math.pow below the composition root', 'banned'],
    ['uses no any, no non-null and no type assertion outside core', 'unsafe-type'],
    ['suppresses no diagnostics', 'suppression'],
    [`has no function past ${functionLinesMax} lines`, 'function-length'],
    ['names files by one idea, in kebab case', 'file-name'],
  ])('%s', (_title, rule) => {
    const found = checked.flatMap((file) => file.violations).filter((violation) => violation.rule === rule)
    expect(found.map(show)).toEqual([])
  })

  it('has no circular imports, type-only ones included', () => {
    expect(findCycles(new Map(checked.map(({ path, imports }) => [path, imports]))).map(show)).toEqual([])
  })

  it(`does not gain functions past ${functionLinesAim} lines, and its count is lowered when one is split`, () => {
    const long = checked.flatMap(({ path, longFunctions }) =>
      longFunctions.map(({ name, line, lines }) => `${path}:${line} ${name} has ${lines} lines`),
    )
    expect(long.length, `test/support/source-ratchet.json says otherwise:\n${long.join('\n')}`).toBe(
      ratchet.functionsOver40Lines,
    )
  })
})

function rulesBroken(path: string, text: string): string[] {
  return checkFile({ path, text }).violations.map(({ rule }) => rule)
}

describe('the check of the source', () => {
  it.each([
    ['core importing model', 'src/core/a.ts', `import type { Fill } from '../model/fill.ts'`],
    [
      'execution importing the matching core',
      'src/execution/a.ts',
      `import { x } from '../venue/sim/match.ts'`,
    ],
    ['strategy importing a value from book', 'src/strategy/a.ts', `import { x } from '../book/flat-book.ts'`],
    ['cli importing feed', 'src/cli/a.ts', `export { x } from '../feed/a.ts'`],
    ['a lazy import pointing down', 'src/risk/a.ts', `const x = await import('../run/a.ts')`],
    ['a type import in place', 'src/risk/a.ts', `let x: import('../run/a.ts').A`],
    ['a folder outside the table', 'src/stuff/a.ts', `import { x } from '../core/units.ts'`],
    [
      'a strategy looking deeper',
      'strategies/twap/strategy.ts',
      `import { x } from '../../src/core/units.ts'`,
    ],
    [
      'a strategy looking at another',
      'strategies/twap/strategy.ts',
      `import { x } from '../grid/strategy.ts'`,
    ],
    ['a strategy reading files', 'strategies/twap/strategy.ts', `import { readFileSync } from 'node:fs'`],
    ['files read in the engine', 'src/execution/a.ts', `import { readFile } from 'node:fs/promises'`],
    ['ccxt outside its folder', 'src/venue/sim/a.ts', `import ccxt from 'ccxt'`],
    ['src importing tests', 'src/cli/a.ts', `import { x } from '../../test/support/a.ts'`],
  ])('refuses %s', (_title, path, text) => {
    expect(rulesBroken(path, text)).toEqual(['import'])
  })

  it.each([
    [
      'the venue contract in execution',
      'src/execution/a.ts',
      `import type { Venue } from '../venue/venue.ts'`,
    ],
    ['types of book in strategy', 'src/strategy/a.ts', `import type { X } from '../book/flat-book.ts'`],
    ['files in feed', 'src/feed/a.ts', `import { readFile } from 'node:fs/promises'`],
    ['a library in a strategy', 'strategies/a/strategy.ts', `import { SMA } from 'trading-signals'`],
    ['the wall clock in its own file', 'src/clock/wall-clock.ts', 'const now = Date.now()'],
    ['the wall clock in the command line', 'src/cli/a.ts', 'const now = Date.now()'],
    ['a date made from a number', 'src/core/a.ts', 'const d = new Date(1).toISOString()'],
    ['a timer of our own', 'src/execution/a.ts', 'this.timers.setTimeout(1)'],
    ['a const assertion', 'src/risk/a.ts', `const a = ['x'] as const`],
    ['an exception with a reason', 'src/feed/a.ts', 'const t = Date.now() // tidy-ok: stamps a log line'],
  ])('admits %s', (_title, path, text) => {
    expect(rulesBroken(path, text)).toEqual([])
  })

  it.each([
    'Date.now()',
    'const { now } = Date',
    'new Date()',
    'Date()',
    'performance.now()',
    'process.hrtime.bigint()',
    'Math.random()',
    `Math['random']()`,
    'const { random: r } = Math',
    'globalThis.Math.random()',
    'Math.pow(2, 3)',
    'a ** 2',
    'a **= 2',
    'setTimeout(f, 1)',
    'setInterval(f, 1)',
    'x.toLocaleString()',
    'a.localeCompare(b)',
    'new Intl.NumberFormat()',
    'd.getHours()',
    'crypto.randomUUID()',
  ])('finds %s', (text) => {
    for (const path of ['src/core/a.ts', 'src/venue/sim/a.ts', 'strategies/twap/strategy.ts']) {
      expect(rulesBroken(path, text), path).toEqual(['banned'])
    }
  })

  it.each([
    ['any', 'let a: any', 'unsafe-type'],
    ['a non-null assertion', 'a!.b', 'unsafe-type'],
    ['a definite assignment', 'let a!: number', 'unsafe-type'],
    ['a type assertion', 'const a = b as number', 'unsafe-type'],
    ['a silenced compiler', '// @ts-ignore', 'suppression'],
    ['a TODO without an issue', '// TODO later', 'suppression'],
    ['an exception without a reason', 'let a: any // tidy-ok:', 'unsafe-type'],
  ])('finds %s', (_title, text, rule) => {
    expect(rulesBroken('src/risk/a.ts', text)).toEqual([rule])
  })

  it.each(['src/risk/riskGuard.ts', 'src/risk/Risk.ts', 'src/risk/utils.ts', 'src/risk/types.ts'])(
    'refuses the file name %s',
    (path) => {
      expect(rulesBroken(path, '')).toEqual(['file-name'])
    },
  )

  it('finds a circle of type-only imports', () => {
    const imports = (from: string) => [{ from, line: 1, isTypeOnly: true }]
    const circle = new Map([
      ['src/model/a.ts', imports('./b.ts')],
      ['src/model/b.ts', imports('./c.ts')],
      ['src/model/c.ts', imports('./a.ts')],
    ])
    expect(findCycles(circle).map(({ message }) => message)).toEqual([
      'circular import: src/model/a.ts → src/model/b.ts → src/model/c.ts → src/model/a.ts',
    ])
  })

  it('measures functions: 40 lines pass, 41 are counted, 71 are refused', () => {
    const functionOf = (lines: number): string => `const f = () => {\n${'\n'.repeat(lines - 2)}}`
    const check = (lines: number) => checkFile({ path: 'src/risk/a.ts', text: functionOf(lines) })
    expect(check(40).longFunctions).toEqual([])
    expect(check(41).longFunctions).toEqual([{ name: 'f', line: 1, lines: 41 }])
    expect(check(70).violations).toEqual([])
    expect(check(71).violations.map(({ rule }) => rule)).toEqual(['function-length'])
  })
})
