import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findSecrets, searchFolder } from './secret-search.ts'

const secret = 'Fake/Secret+Bird=7'

const leaks: readonly (readonly [string, Buffer])[] = [
  ['plain', Buffer.from(`signed with ${secret}!`)],
  ['URL-encoded', Buffer.from(`https://venue/?secret=${encodeURIComponent(secret)}&x=1`)],
  ['hex', Buffer.from(`key ${Buffer.from(secret).toString('hex')}`)],
  ['upper-case hex', Buffer.from(Buffer.from(secret).toString('hex').toUpperCase())],
  ['base64', Buffer.from(Buffer.from(secret).toString('base64'))],
  ...[1, 2, 3, 4].map((before): readonly [string, Buffer] => [
    `base64 after ${before} other bytes`,
    Buffer.from(Buffer.from(`${'u'.repeat(before)}${secret}:tail`).toString('base64')),
  ]),
  ['base64 for URLs', Buffer.from(Buffer.from(`ab${secret}cd`).toString('base64url'))],
  [
    'between bytes that are no text',
    Buffer.concat([Buffer.from([0, 255, 128]), Buffer.from(secret), Buffer.from([0])]),
  ],
]

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'canary-search-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the search for secrets', () => {
  it.each(leaks)('finds one that was leaked: %s', (_, bytes) => {
    expect(findSecrets(bytes, [secret], 'here')).not.toEqual([])
  })

  it('finds none where there is none', () => {
    const halves = `Fake/Secret+ and Bird=7, ${Buffer.from('Fake/Secret').toString('base64')}`
    expect(findSecrets(Buffer.from(halves), [secret], 'here')).toEqual([])
  })

  it('looks through all files of a folder, and their names, but not into files of keys', () => {
    mkdirSync(join(folder, 'deep', 'plain-secret-1'), { recursive: true })
    writeFileSync(
      join(folder, 'deep', 'journal'),
      Buffer.concat([Buffer.alloc(5000), Buffer.from('plain-secret-1')]),
    )
    writeFileSync(join(folder, 'keys.env'), 'plain-secret-1')
    const { hits, files, bytes } = searchFolder(folder, ['plain-secret-1'], (path) =>
      path.endsWith('keys.env'),
    )
    expect(hits.map(({ where, at }) => [where.replace(folder, ''), at])).toEqual(
      expect.arrayContaining([['/deep/journal', 5000]]),
    )
    expect(hits.some(({ where }) => where.startsWith('the name of '))).toBe(true)
    expect([files, bytes]).toEqual([1, 5014])
  })
})
