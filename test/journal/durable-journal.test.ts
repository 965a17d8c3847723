import { describe, expect, it } from 'vitest'
import { crc32c } from '../../src/core/crc32c.ts'
import { DataError } from '../../src/core/errors.ts'
import { timeUs } from '../../src/core/units.ts'
import { createDurableJournal, DurableJournal } from '../../src/journal/durable-journal.ts'
import { frameBytesBeside } from '../../src/journal/frame.ts'
import { type JournalBytes, partialJournal, readRecords } from '../../src/journal/journal-reader.ts'
import { JournalWriter } from '../../src/journal/journal-writer.ts'
import { recordBytes, recordKind } from '../../src/model/journal-record.ts'
import { diskFaults, SimDisk } from '../support/sim-disk.ts'

const start = 1_700_000_000_000_000
const path = '/s/journal'

function create(disk: SimDisk): { readonly target: DurableJournal; readonly writer: JournalWriter } {
  const { offset, ...chain } = createDurableJournal(disk, {
    folder: '/s',
    name: 'journal',
    origin: { session: 'x' },
  })
  const target = new DurableJournal(path, disk.append(path, offset), chain)
  return { target, writer: new JournalWriter(target) }
}

/** Three frames, of 2, 3 and 1 records of 64 bytes, texts included, and a seal where the session ended. */
function smallJournal(isEnded: boolean): Buffer {
  const disk = new SimDisk()
  const { writer } = create(disk)
  writer.text(recordKind.config, timeUs(start), '{"strategy":"twap"}')
  writer.flush()
  writer.text(recordKind.log, timeUs(start + 1), 'fünf ✓')
  writer.record(recordKind.timer, timeUs(start + 2), 0, 0, 1)
  writer.flush()
  writer.record(recordKind.submit, timeUs(start + 3), 0, 2, 1, 1000, 5)
  if (isEnded) writer.close()
  else writer.flush()
  return Buffer.from(disk.read(path) ?? [])
}

/** The journal, or the code of the refusal. */
function open(bytes: Buffer): JournalBytes | string {
  try {
    return partialJournal(bytes, path)
  } catch (error) {
    if (error instanceof DataError) return error.code
    throw error
  }
}

describe('CRC-32C', () => {
  it('is that of RFC 3720, appendix B.4, and of the check value', () => {
    expect(crc32c(Buffer.from('123456789')).toString(16)).toBe('e3069283')
    expect(crc32c(new Uint8Array(32)).toString(16)).toBe('8a9136aa')
    expect(crc32c(new Uint8Array(32).fill(0xff)).toString(16)).toBe('62a8ab43')
  })
})

describe('a durable journal', () => {
  const broken = smallJournal(false)
  const ended = smallJournal(true)
  const sizes = [2, 3, 1].map((records) => records * recordBytes + frameBytesBeside)
  const headerBytes = broken.length - sizes.reduce((sum, size) => sum + size, 0)
  const frameEnds = sizes.map((_, index) =>
    sizes.slice(0, index + 1).reduce((sum, size) => sum + size, headerBytes),
  )

  it('is read back, with its origin', () => {
    const journal = partialJournal(broken, path)
    expect(journal).toMatchObject({ origin: { session: 'x' }, isWhole: false })
    expect([...readRecords(journal)].map(({ kind }) => kind)).toEqual([
      recordKind.config,
      recordKind.log,
      recordKind.timer,
      recordKind.submit,
    ])
    const whole = partialJournal(ended, path)
    expect(whole.isWhole).toBe(true)
    expect(Buffer.compare(whole.body, journal.body)).toBe(0)
    expect(whole.fingerprint).toBe(journal.fingerprint)
  })

  it('gives the frames that are whole when it is cut at any byte', () => {
    const { body } = partialJournal(ended, path)
    for (let length = 0; length < ended.length; length++) {
      const found = open(ended.subarray(0, length))
      const frames = frameEnds.filter((end) => end <= length).length
      const expected = sizes.slice(0, frames).reduce((sum, size) => sum + size - frameBytesBeside, 0)
      if (length < headerBytes) expect(found, `cut at ${length}`).toBe('JOURNAL_DAMAGED')
      else {
        expect(found, `cut at ${length}`).toMatchObject({ isWhole: false })
        if (typeof found === 'string') throw new Error(found)
        expect(Buffer.compare(found.body, body.subarray(0, expected)), `cut at ${length}`).toBe(0)
      }
    }
  })

  it.each([
    ['broken off', broken],
    ['ended', ended],
  ])('is refused when any bit of any byte is flipped (%s)', (_name, whole) => {
    const bytes = Buffer.from(whole)
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const before = bytes[at] ?? 0
        bytes[at] = before ^ (1 << bit)
        const found = open(bytes)
        expect(['JOURNAL_DAMAGED', 'JOURNAL_VERSION'], `bit ${bit} of byte ${at}`).toContain(found)
        bytes[at] = before
      }
    }
  })

  it('leaves out a last frame whose last sectors were never written', () => {
    const disk = new SimDisk()
    const { writer } = create(disk)
    writer.text(recordKind.config, timeUs(start), '{}')
    writer.flush()
    const before = disk.read(path)?.length ?? 0
    for (let i = 0; i < 40; i++) writer.record(recordKind.timer, timeUs(start), 0, 0, i + 1)
    writer.flush()
    const bytes = Buffer.from(disk.read(path) ?? [])
    for (let sector = 512; sector < bytes.length; sector += 512) {
      const torn = Buffer.concat([bytes.subarray(0, sector), Buffer.alloc(bytes.length - sector)])
      const found = open(torn)
      // Zeros over a frame that was synced before it cannot be told from damage, and are refused.
      if (sector >= before) expect(found).toMatchObject({ body: { length: 2 * recordBytes } })
    }
  })

  it('is refused when a frame in the middle is lost, doubled or moved', () => {
    const [a = 0, b = 0, c = 0] = frameEnds
    const part = (from: number, to: number) => broken.subarray(from, to)
    const head = part(0, headerBytes)
    const [one, two, three] = [part(headerBytes, a), part(a, b), part(b, c)]
    for (const frames of [
      [one, three],
      [two, three],
      [one, one, two],
      [two, one],
      [one, three, two],
    ]) {
      expect(open(Buffer.concat([head, ...frames]))).toBe('JOURNAL_DAMAGED')
    }
    expect(open(Buffer.concat([ended, three]))).toBe('JOURNAL_DAMAGED')
    expect(open(Buffer.concat([ended, Buffer.from('x')]))).toBe('JOURNAL_DAMAGED')
  })

  it('fails for good with the first write or sync that fails, and is never written to again', () => {
    // create, write, sync, rename, sync folder, truncate: then write and sync of each frame.
    for (const kind of ['ENOSPC', 'EIO', 'short-then-ENOSPC'] as const) {
      for (const point of [6, 7, 8, 9, 10, 11]) {
        const disk = new SimDisk()
        disk.failAt(point, kind)
        const { target, writer } = create(disk)
        const seen: boolean[] = []
        for (let i = 0; i < 4; i++) {
          writer.record(recordKind.timer, timeUs(start + i), 0, 0, i + 1)
          writer.flush()
          seen.push(target.failure !== undefined)
        }
        const failed = Math.floor((point - 6) / 2)
        expect(seen).toEqual([0, 1, 2, 3].map((frame) => frame >= failed))
        expect(disk.points).toBe(point + 1)
        expect(target.failure).toMatchObject({ code: 'JOURNAL_FAILED' })
        writer.close()
        const found = open(Buffer.from(disk.read(path) ?? []))
        // A frame that could not be synced may be there; a later one is not.
        const records = typeof found === 'string' ? found : found.body.length / recordBytes
        const isWritten = point % 2 === 1
        expect(records).toBe(failed + (isWritten ? 1 : 0))
      }
    }
  })

  it('keeps every frame that it had synced, wherever process or power fails', () => {
    for (const kind of diskFaults) {
      for (let point = 0; point < 14; point++) {
        for (const power of [false, true]) {
          const disk = new SimDisk()
          disk.failAt(point, kind)
          let synced = -1
          try {
            const { target, writer } = create(disk)
            synced = 0
            for (let i = 0; i < 4; i++) {
              writer.record(recordKind.timer, timeUs(start + i), 0, 0, i + 1)
              writer.flush()
              if (target.failure === undefined) synced++
            }
          } catch {
            // Not even begun.
          }
          disk.restart({ power })
          const bytes = disk.read(path)
          const at = `${kind} at ${point}, power ${power}`
          if (bytes === undefined) expect(synced, at).toBeLessThan(0)
          else {
            const found = open(Buffer.from(bytes))
            if (typeof found === 'string') throw new Error(`${found}: ${at}`)
            expect(found.body.length / recordBytes, at).toBeGreaterThanOrEqual(synced)
          }
        }
      }
    }
  })
})
