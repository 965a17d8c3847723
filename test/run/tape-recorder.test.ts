import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { finishPart, TapePart } from '../../src/feed/tape-part.ts'
import { readTapeFacts } from '../../src/feed/tape-reader.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { recoverParts, TapeRecorder } from '../../src/run/tape-recorder.ts'
import twap from '../../strategies/twap/strategy.ts'
import { messagesOf, toMarketRow } from '../support/paper-stage.ts'
import { randomMarket } from '../support/random-market.ts'
import { memoryTape, runJournaled, runnable } from '../support/run-rows.ts'
import { testInstrument } from '../support/tape-rows.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const start = 1_700_000_000_000_000
const rows = randomMarket({ seed: 9, messages: 500, start })
const messages = messagesOf(rows)

/** Time as the rows say: each is received when it was. */
function recorderOn(rotation: { us?: number; bytes?: number }) {
  let now = start
  const clock = new WallClock({ timeOfDay: () => start / 1000, monotonic: () => (now - start + 0.5) / 1000 })
  const recorder = new TapeRecorder({
    folder,
    clock,
    instruments: [new Instrument(testInstrument)],
    level: 'l2',
    source: 'test streams',
    isSynthetic: false,
    rotation,
  })
  const receive = (message: readonly TapeRow[]): void => {
    now = message[0]?.receiveTime ?? now
    recorder.receive(0, message.map(toMarketRow))
  }
  return { recorder, receive, skip: (us: number) => (now += us) }
}

const tapes = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.parquet'))
    .sort()

describe('a recorder', () => {
  it('writes what it received as one tape, row for row', async () => {
    const { recorder, receive } = recorderOn({})
    for (const message of messages) receive(message)
    await recorder.close()
    expect(readdirSync(folder)).toEqual(['BTCUSDT-20231114T221320.parquet'])
    const facts = readTapeFacts(join(folder, tapes()[0] ?? ''))
    // The hash is over the rows with both their times.
    expect(facts).toMatchObject({
      rows: rows.length,
      dataHash: memoryTape(rows).facts.dataHash,
      format: 'recording',
    })
  })

  it('begins another tape after a while, each with the whole book, and together they replay as one', async () => {
    const { recorder, receive } = recorderOn({ us: 2_000_000 })
    for (const message of messages) receive(message)
    await recorder.close()
    expect(tapes().length).toBeGreaterThan(3)
    const paths = tapes().map((name) => join(folder, name))
    const prepared = await prepareTapes(paths, { cacheDir: join(folder, 'cache') })
    const whole = memoryTape(rows)
    const given = { side: 'buy', quantity: '0.300', slices: '30', duration: '8s' }
    const strategy = runnable(twap, given, whole)
    const [one, cut] = [await runJournaled([whole], strategy), await runJournaled(prepared, strategy)]
    expect(cut.record?.fills.map(({ price, qty, time }) => [price, qty, time])).toEqual(
      one.record?.fills.map(({ price, qty, time }) => [price, qty, time]),
    )
    expect(one.summary.fills).toBeGreaterThan(20)
  })

  it('begins another tape when the part is large enough', async () => {
    // 48 bytes a row.
    const { recorder, receive } = recorderOn({ bytes: 48 * 500 })
    for (const message of messages) receive(message)
    await recorder.close()
    const facts = tapes().map((name) => readTapeFacts(join(folder, name)))
    expect(facts.length).toBeGreaterThan(2)
    for (const one of facts.slice(0, -1)) expect(one?.rows).toBeGreaterThanOrEqual(500)
  })

  it('notes an interruption of the feed as a gap', async () => {
    const { recorder, receive, skip } = recorderOn({})
    for (const message of messages.slice(0, 50)) receive(message)
    skip(1000)
    recorder.lose(0)
    await recorder.close()
    const facts = readTapeFacts(join(folder, tapes()[0] ?? ''))
    expect(facts).toMatchObject({ gaps: 1, rowsByKind: { clear: 1 } })
  })
})

/** As a recorder leaves it that was killed. */
function killed(count: number, pid: number): string {
  const path = join(folder, 'killed.part')
  const header = { format: 1 as const, pid, instrument: testInstrument, source: 'x', isSynthetic: false }
  const part = new TapePart(path, { ...header, levels: ['l2', 'trades'] })
  for (const message of messages.slice(0, count)) {
    part.add(message.map(toMarketRow), message[0]?.receiveTime ?? 0)
  }
  part.close()
  return path
}

const noRest = async (): Promise<void> => {}

describe('what a killed recorder has left', () => {
  it('is whole messages, wherever its last bytes are cut off', async () => {
    const path = killed(6, 1)
    const bytes = readFileSync(path)
    const lengths = messages.slice(0, 6).map((message) => message.length)
    const header = bytes.indexOf(10) + 1
    let whole = 0
    for (let end = header; end <= bytes.length; end += 7) {
      const copy = join(folder, `cut-${end}.part`)
      copyFileSync(path, copy)
      truncateSync(copy, end)
      const had = Math.floor((end - header) / 48)
      let expected = 0
      for (const length of lengths) {
        if (expected + length > had) break
        expected += length
      }
      const facts = await finishPart({ part: copy, tape: copy.replace('.part', '.parquet'), rest: noRest })
      expect(facts?.rows ?? 0, `cut at byte ${end}`).toBe(expected)
      if (expected > 0) whole++
    }
    expect(whole).toBeGreaterThan(5)
  }, 60_000)

  it('ends where the disk has nothing but zeros', async () => {
    const path = killed(6, 1)
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(4096)]))
    const facts = await finishPart({ part: path, tape: `${path}.parquet`, rest: noRest })
    expect(facts?.rows).toBe(messages.slice(0, 6).flat().length)
  })

  it('becomes tapes when it is recovered, and nothing else is left of it', async () => {
    killed(100, 999_999_999)
    writeFileSync(join(folder, 'killed.parquet.tmp-999999999.rows'), 'half')
    expect(await recoverParts(folder)).toEqual([join(folder, 'killed.parquet')])
    expect(readdirSync(folder)).toEqual(['killed.parquet'])
    expect(await recoverParts(folder)).toEqual([])
  })

  it('is left alone while its recorder runs', async () => {
    killed(10, process.ppid)
    await expect(recoverParts(folder)).rejects.toThrow(`is being recorded into by process ${process.ppid}`)
  })

  it('is refused when not even its start was written', async () => {
    writeFileSync(join(folder, 'killed.part'), '{"format"')
    await expect(recoverParts(folder)).rejects.toThrow(/its start was never written/)
  })
})
