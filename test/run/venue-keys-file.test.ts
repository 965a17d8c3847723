import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readVenueKeys } from '../../src/run/venue-keys-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function file(text: string, mode: number): string {
  const path = join(folder, 'keys.env')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('the file of keys', () => {
  it('is read when it is nobody else’s, and the environment wins over it', () => {
    const path = file('OKX_API_KEY=a\nOKX_API_SECRET=b\n', 0o600)
    const keys = readVenueKeys('okx', { OKX_API_SECRET: 'c' }, path)
    expect([keys?.apiKey.reveal(), keys?.secret.reveal()]).toEqual(['a', 'c'])
  })

  it.each([0o644, 0o640, 0o604, 0o660])('is refused with mode %o', (mode) => {
    const path = file('OKX_API_KEY=a\nOKX_API_SECRET=b\n', mode)
    expect(() => readVenueKeys('okx', {}, path)).toThrow(`chmod 600 ${path}`)
  })

  it('is refused when it is not there, or leads elsewhere', () => {
    expect(() => readVenueKeys('okx', {}, join(folder, 'none'))).toThrow('cannot read the keys')
    const path = file('OKX_API_KEY=a\n', 0o600)
    symlinkSync(path, join(folder, 'link'))
    expect(() => readVenueKeys('okx', {}, join(folder, 'link'))).toThrow('no plain file')
  })
})
