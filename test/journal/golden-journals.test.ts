/**
 * Journals as versions before wrote them: each must be read for what it is, or refused in one clear line. The files are
 * never written anew; a new version of a format adds its own.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../src/core/crc32c.ts'
import { describeRecord } from '../../src/journal/describe-record.ts'
import { hex8 } from '../../src/journal/frame.ts'
import { openPartialJournal, partialJournal, readRecords } from '../../src/journal/journal-reader.ts'

const file = (name: string): string => new URL(`golden/${name}.journal`, import.meta.url).pathname

/** What a person would want to know of it, without market rows and the long first record. */
function wordsOf(name: string): string[] {
  const records = [...readRecords(openPartialJournal(file(name)))].map(describeRecord)
  return records.filter((words) => !words.startsWith('market row') && !words.startsWith('config'))
}

describe('a journal of an earlier version', () => {
  it.each(['plain-format-1', 'session-frames-1-broken-off', 'session-frames-1-ended'])(
    '%s is read',
    (name) => {
      const { fingerprint, isWhole, origin } = openPartialJournal(file(name))
      expect({ fingerprint, isWhole, origin, words: wordsOf(name) }).toMatchSnapshot()
    },
  )

  it('is the beginning of the one that goes on from it', () => {
    const broken = openPartialJournal(file('session-frames-1-broken-off'))
    const ended = openPartialJournal(file('session-frames-1-ended'))
    expect(Buffer.compare(ended.body.subarray(0, broken.body.length), broken.body)).toBe(0)
  })

  it('is refused when its frames are of a version that is not known', () => {
    const bytes = readFileSync(file('session-frames-1-ended'))
    const end = bytes.indexOf(10)
    const json = bytes.toString('utf8', 0, end - 9).replace('"frames":1', '"frames":2')
    const header = Buffer.from(`${json} ${hex8(crc32c(Buffer.from(json)))}`)
    expect(() => partialJournal(Buffer.concat([header, bytes.subarray(end)]), 'journal')).toThrow(
      'journal has frames of version 2; this program reads version 1',
    )
  })
})
