import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/core/errors.ts'
import { builtinNames, loadStrategy } from '../../src/run/load-strategy.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strategy-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
  return path
}

const refusal = async (nameOrPath: string): Promise<{ code: string; message: string }> => {
  const error: unknown = await loadStrategy(nameOrPath).catch((reason: unknown) => reason)
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, found ${String(error)}`)
  return { code: error.code, message: error.message.replaceAll(`${folder}/`, '') }
}

describe('loadStrategy', () => {
  it.each(['buy-and-hold', 'is', 'market-maker', 'pegged', 'pov', 'scripted', 'sma-cross', 'twap', 'vwap'])(
    'finds %s by name',
    async (name) => {
      expect(builtinNames()).toContain(name)
      expect((await loadStrategy(name)).definition.name).toBe(name)
    },
  )

  it('runs a TypeScript file outside the project, with its own imports, and shares our classes with it', async () => {
    write('lib/words.ts', `export const word: string = 'mine'`)
    const path = write(
      'my.ts',
      `import { ConfigError, defineStrategy, p, z } from 'rehearsal'
       import * as zod from 'zod'
       import { sep } from 'node:path'
       import { word } from './lib/words.ts'
       export default defineStrategy({
         name: word + sep + String(zod.z === z),
         description: '',
         params: z.strictObject({ size: p.qty() }),
         create() { throw new ConfigError('MINE', 'thrown by a user') },
       })`,
    )
    const { definition, codeHash } = await loadStrategy(path)
    expect(definition.name).toBe('mine/true')
    expect(codeHash).toMatch(/^[0-9a-f]{64}$/)
    expect(definition.params.parse({ size: 2 })).toEqual({ size: '2' })
    expect(() => Reflect.apply(definition.create, definition, [{}, {}])).toThrow(ConfigError)
  })

  it.each(['my.js', 'my.mjs'])('runs plain JavaScript in %s', async (name) => {
    const text = `import { defineStrategy, z } from 'rehearsal'
      export default defineStrategy({ name: 'js', description: '', params: z.strictObject({}), create: () => ({}) })`
    expect((await loadStrategy(write(name, text))).definition.name).toBe('js')
  })

  it('gives the same code the same hash wherever it lies, and other code another', async () => {
    const text = (name: string) =>
      `import { defineStrategy, z } from 'rehearsal'
       export default defineStrategy({ name: '${name}', description: '', params: z.strictObject({}), create: () => ({}) })`
    const first = await loadStrategy(write('one/s.ts', text('a')))
    const moved = await loadStrategy(write('two/s.ts', text('a')))
    const changed = await loadStrategy(write('one/s.ts', text('b')))
    expect(moved.codeHash).toBe(first.codeHash)
    expect(changed.codeHash).not.toBe(first.codeHash)
  })

  it('suggests the nearest name and lists all', async () => {
    const { code, message } = await refusal('twp')
    expect(code).toBe('STRATEGY_UNKNOWN')
    expect(message).toContain('Did you mean "twap"?')
    expect(message).toContain('buy-and-hold, is, market-maker, pegged, pov, scripted, sma-cross, twap, vwap')
  })

  it.each([
    ['is absent', './nowhere/my.ts', undefined, 'STRATEGY_FILE', 'not found'],
    ['is a folder', './src/', undefined, 'STRATEGY_FILE', 'not a file'],
    [
      'does not parse',
      'bad.ts',
      'const a = 1\nconst b = (\n',
      'STRATEGY_SYNTAX',
      /bad\.ts:3:1: Unexpected end of file/,
    ],
    [
      'imports what is not there',
      'lost.ts',
      `import 'no-such-thing'`,
      'STRATEGY_SYNTAX',
      /lost\.ts:1:8: Could not resolve/,
    ],
    [
      'throws at load',
      'throws.ts',
      `throw new TypeError('boom')`,
      'STRATEGY_LOAD',
      'throws.ts failed while it was loaded: TypeError: boom',
    ],
    [
      'has no default export',
      'none.ts',
      'export const a = 1',
      'STRATEGY_EXPORT',
      'none.ts has no default export',
    ],
    [
      'exports something else',
      'else.ts',
      'export default { name: "x" }',
      'STRATEGY_EXPORT',
      'does not export a strategy',
    ],
  ])('says in one line that the file %s', async (_title, name, text, code, expected) => {
    const found = await refusal(text === undefined ? name : write(name, text))
    expect(found.code).toBe(code)
    expect(found.message).toMatch(expected)
    expect(found.message).not.toContain('\n')
  })
})
