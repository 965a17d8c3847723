/**
 * A tape that is being recorded: a plain file that only grows, so that whatever stops the recorder leaves what it had.
 * One line of JSON (what is recorded), then 48 bytes a row: six little-endian doubles, the last of which is the number of
 * the row. A tail that was never written, or only in part, shows by that. Whole, it becomes a tape and goes.
 */
import { closeSync, fdatasyncSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { z } from 'zod'
import { DataError } from '../core/errors.ts'
import { f64At } from '../core/typed-array.ts'
import { instrumentKinds } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'
import { dataLevels, rowKind, type TapeFacts } from '../model/tape.ts'
import { rowKindOf } from './row-kinds.ts'
import { noCounters, type TapeOrigin } from './tape-facts.ts'
import { writeTape } from './tape-writer.ts'

const decimal = z.string()
const headerSchema = z.strictObject({
  format: z.literal(1),
  pid: z.number().int(),
  instrument: z.strictObject({
    id: z.string(),
    venue: z.string(),
    kind: z.enum(instrumentKinds),
    baseCurrency: z.string(),
    settleCurrency: z.string(),
    tickSize: decimal,
    lotSize: decimal,
    minNotional: decimal,
    contractSize: decimal,
    settleQuantum: decimal,
  }),
  source: z.string(),
  isSynthetic: z.boolean(),
  levels: z.array(z.enum(dataLevels)).min(1),
})
export type PartHeader = z.output<typeof headerSchema>

const valuesPerRow = 6
const rowBytes = 8 * valuesPerRow
const rowsPerBlock = 1024

export class TapePart {
  readonly path: string
  private readonly file: number
  private readonly block = new Float64Array(rowsPerBlock * valuesPerRow)
  private readonly bytes = new Uint8Array(this.block.buffer)
  private rows = 0
  private used = 0
  private isOpen = true

  /** @param path of a file that does not exist yet */
  constructor(path: string, header: PartHeader) {
    this.path = path
    this.file = openSync(path, 'wx')
    this.put(Buffer.from(`${JSON.stringify(header)}\n`))
  }

  get byteLength(): number {
    return this.rows * rowBytes
  }

  /** One whole message. @param receiveTime microseconds */
  add(rows: readonly MarketRow[], receiveTime: number): void {
    // A message has one time at its venue.
    const exchangeTime = rows.at(-1)?.exchangeTime ?? receiveTime
    for (const { kind, side, price, qty, isLast } of rows) {
      const { block, used: at } = this
      block[at] = kind + 16 * side + (isLast ? 32 : 0)
      block[at + 1] = exchangeTime
      block[at + 2] = receiveTime
      block[at + 3] = price
      block[at + 4] = qty
      block[at + 5] = this.rows++
      this.used += valuesPerRow
      if (this.used === block.length) this.flush()
    }
  }

  /** Down to the disk, so that not even the loss of power takes it back. */
  sync(): void {
    if (!this.isOpen) return
    this.flush()
    fdatasyncSync(this.file)
  }

  close(): void {
    if (!this.isOpen) return
    this.sync()
    this.isOpen = false
    closeSync(this.file)
  }

  private flush(): void {
    this.put(this.bytes.subarray(0, this.used * 8))
    this.used = 0
  }

  private put(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.file, bytes, done)
  }
}

/** @throws {DataError} PART_DAMAGED when it does not say what was recorded */
export function readPartHeader(path: string): PartHeader {
  try {
    return headerSchema.parse(JSON.parse(headerLine(path)))
  } catch (cause) {
    throw new DataError(
      'PART_DAMAGED',
      `${path} does not say what was recorded: its start was never written`,
      {
        cause,
      },
    )
  }
}

/** Short: the names of one instrument. */
const headerBytesMax = 65_536

function headerLine(path: string): string {
  const file = openSync(path, 'r')
  try {
    const start = Buffer.alloc(headerBytesMax)
    const length = readSync(file, start, 0, start.length, 0)
    const lineEnd = start.indexOf(10)
    return start.toString('utf8', 0, lineEnd < 0 ? length : lineEnd)
  } finally {
    closeSync(file)
  }
}

export interface FinishOptions {
  readonly part: string
  readonly tape: string
  /** Gives others a turn: the recorder goes on meanwhile. */
  readonly rest: () => Promise<void>
}

/**
 * A part → a tape; the part goes. What was written of a message that is not whole is left out.
 *
 * @returns undefined when there is no whole message in it: the part goes all the same
 * @throws {DataError} PART_DAMAGED, DISK_FULL, and of a bad row
 */
export async function finishPart({ part, tape, rest }: FinishOptions): Promise<TapeFacts | undefined> {
  const { instrument, source, isSynthetic, levels } = readPartHeader(part)
  const rows = countWhole(part)
  if (rows === 0) {
    rmSync(part)
    return undefined
  }
  const origin: TapeOrigin = {
    instrument,
    isSynthetic,
    sources: [source],
    format: 'recording',
    levels,
    hasReceiveTime: true,
  }
  const facts = await writeTape(tape, origin, async (sink) => {
    let gaps = 0
    for (const { block, count } of readBlocks(part, rows)) {
      for (let at = 0; at < count * valuesPerRow; at += valuesPerRow) {
        const flags = f64At(block, at)
        const isLast = (flags & 32) !== 0
        const kind = rowKindOf(flags & 15)
        if (kind === rowKind.clear && isLast) gaps++
        const [exchangeTime, receiveTime] = [f64At(block, at + 1), f64At(block, at + 2)]
        const side = (flags & 16) === 0 ? 0 : 1
        sink.row(kind, side, exchangeTime, receiveTime, f64At(block, at + 3), f64At(block, at + 4), isLast)
      }
      await rest()
    }
    return { ...noCounters, gaps }
  })
  rmSync(part)
  return facts
}

/** Rows up to the end of the last whole message. */
function countWhole(path: string): number {
  let rows = 0
  let whole = 0
  for (const { block, count } of readBlocks(path, Number.POSITIVE_INFINITY)) {
    for (let at = 0; at < count * valuesPerRow; at += valuesPerRow) {
      if (f64At(block, at + 5) !== rows || f64At(block, at + 1) === 0) return whole
      rows++
      if ((f64At(block, at) & 32) !== 0) whole = rows
    }
  }
  return whole
}

function* readBlocks(path: string, limit: number): Generator<{ block: Float64Array; count: number }> {
  const header = Buffer.byteLength(headerLine(path)) + 1
  const file = openSync(path, 'r')
  try {
    const block = new Float64Array(rowsPerBlock * valuesPerRow)
    const bytes = new Uint8Array(block.buffer)
    const total = Math.min(limit, Math.floor((statSync(path).size - header) / rowBytes))
    for (let done = 0; done < total; ) {
      const wanted = Math.min(rowsPerBlock, total - done)
      let got = 0
      while (got < wanted * rowBytes) {
        const length = readSync(file, bytes, got, wanted * rowBytes - got, header + done * rowBytes + got)
        if (length === 0) return
        got += length
      }
      yield { block, count: wanted }
      done += wanted
    }
  } finally {
    closeSync(file)
  }
}
