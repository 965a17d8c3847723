import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkOutput, writeOutput } from '../../src/cli/output-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('writeOutput', () => {
  it('shows the file only when it is whole', async () => {
    const path = join(folder, 'a.txt')
    await writeOutput(path, (temporary) => {
      writeFileSync(temporary, 'whole')
      expect(existsSync(path)).toBe(false)
    })
    expect(readFileSync(path, 'utf8')).toBe('whole')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })

  it('leaves the old file and nothing else when writing fails', async () => {
    const path = join(folder, 'a.txt')
    writeFileSync(path, 'old')
    const failing = writeOutput(path, (temporary) => {
      writeFileSync(temporary, 'half')
      throw new Error('disk full')
    })
    await expect(failing).rejects.toThrow('disk full')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })
})

describe('checkOutput', () => {
  it('makes missing folders', () => {
    checkOutput(join(folder, 'a/b/c.html'))
    expect(existsSync(join(folder, 'a/b'))).toBe(true)
  })

  it.each([
    ['a folder stands there', 'taken', 'EISDIR'],
    ['a file stands where a folder is needed', 'file/x.html', 'EEXIST'],
  ])('refuses when %s', (_title, name, code) => {
    mkdirSync(join(folder, 'taken'))
    writeFileSync(join(folder, 'file'), '')
    const path = join(folder, name)
    expect(() => checkOutput(path)).toThrow(expect.objectContaining({ code, path }))
  })
})
