import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { DataError } from '../../src/core/errors.ts'
import { listZip, readZipEntry } from '../../src/feed/zip-file.ts'
import { writeZip } from '../support/write-zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-zip-'))
const path = join(folder, 'a.zip')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function textOf(name: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of readZipEntry(path, name)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const long = 'a line that comes back\n'.repeat(20_000)

describe('a zip archive', () => {
  it.each([true, false])('gives its files by name, deflated: %s', async (isDeflated) => {
    writeZip(path, { 'one.txt': 'first', 'folder/two.txt': long }, isDeflated)
    expect(await listZip(path)).toEqual([
      { name: 'one.txt', bytes: 5 },
      { name: 'folder/two.txt', bytes: long.length },
    ])
    expect(await textOf('folder/two.txt')).toBe(long)
    expect(await textOf('one.txt')).toBe('first')
    await expect(textOf('three.txt')).rejects.toThrow('no file "three.txt" inside (a.zip)')
  })

  it('is refused when it is cut off anywhere', async () => {
    writeZip(path, { 'one.txt': 'first' })
    const whole = readFileSync(path)
    for (let length = 1; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      await expect(textOf('one.txt'), `${length} bytes`).rejects.toThrow(DataError)
    }
  })

  it('never gives other content when a bit of it is wrong', async () => {
    writeZip(path, { 'one.txt': 'the content' })
    const whole = readFileSync(path)
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const damaged = Buffer.from(whole)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      writeFileSync(path, damaged)
      const found = await textOf('one.txt').catch((error: unknown) => {
        expect(error, `bit ${bit}`).toBeInstanceOf(DataError)
        return undefined
      })
      expect([undefined, 'the content'], `bit ${bit}`).toContain(found)
    }
  })
})
