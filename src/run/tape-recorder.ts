/**
 * Records a feed: one growing part for each instrument, which becomes a tape when it is long or large enough, and the
 * next one begins. Every tape starts with the whole book, so that each can be replayed alone; together they are one
 * recording without a gap.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LiveBook, type LiveLevel } from '../book/live-book.ts'
import type { WallClock } from '../clock/wall-clock.ts'
import { ConfigError } from '../core/errors.ts'
import { timeUs } from '../core/units.ts'
import { finishPart, type PartHeader, readPartHeader, TapePart } from '../feed/tape-part.ts'
import type { Instrument } from '../model/instrument.ts'
import type { MarketRow } from '../model/market-row.ts'
import { rowKind, sideCode, type TapeFacts } from '../model/tape.ts'

export interface RecorderOptions {
  readonly folder: string
  readonly clock: WallClock
  readonly instruments: readonly Instrument[]
  readonly level: LiveLevel
  /** What is recorded, for the facts of the tapes. */
  readonly source: string
  readonly isSynthetic: boolean
  /** A tape is finished after this long, in microseconds, or this many bytes of its part. */
  readonly rotation: { readonly us?: number | undefined; readonly bytes?: number | undefined }
  readonly onTape?: (path: string, facts: TapeFacts) => void
}

interface Channel {
  readonly instrument: Instrument
  /** Undefined before the first row, and between two parts. */
  part: TapePart | undefined
  startedAt: number
  readonly book: LiveBook
  /** Of the newest row, microseconds. */
  exchangeTime: number
  rows: number
}

export class TapeRecorder {
  private readonly options: RecorderOptions
  private readonly channels: readonly Channel[]
  /** Tapes that are being written, one after the other. */
  private finishing: Promise<void> = Promise.resolve()
  private failure: { readonly error: unknown } | undefined

  constructor(options: RecorderOptions) {
    this.options = options
    this.channels = options.instruments.map((instrument) => ({
      instrument,
      part: undefined,
      startedAt: 0,
      // Whether it is crossed is for who uses the tape to judge.
      book: new LiveBook(options.level, { isChecked: false }),
      exchangeTime: 0,
      rows: 0,
    }))
    mkdirSync(options.folder, { recursive: true })
  }

  /** Rows recorded so far, of all instruments. */
  get rows(): number {
    return this.channels.reduce((sum, { rows }) => sum + rows, 0)
  }

  /** One whole message. @throws {Error} of the file system, or of a tape that could not be written */
  receive(instrument: number, rows: readonly MarketRow[]): void {
    if (this.failure !== undefined) throw this.failure.error
    const channel = this.channels[instrument]
    if (channel === undefined || rows.length === 0) return
    const now = this.options.clock.advance()
    if (this.isDue(channel, now)) this.rotate(channel)
    this.partOf(channel, now).add(rows, now)
    channel.rows += rows.length
    for (const row of rows) {
      channel.book.apply(row, now)
      channel.exchangeTime = row.exchangeTime
    }
  }

  /** The feed of an instrument is down: a gap. */
  lose(instrument: number): void {
    const { clock } = this.options
    const channel = this.channels[instrument]
    if (channel?.part === undefined) return
    const exchangeTime = timeUs(Math.max(channel.exchangeTime, clock.present()))
    const gap = { kind: rowKind.clear, side: sideCode.buy, exchangeTime, price: 0, qty: 0, isLast: true }
    this.receive(instrument, [gap])
  }

  /** About once a second. */
  sync(): void {
    for (const { part } of this.channels) part?.sync()
  }

  /** Finishes every part. @throws what a tape could not be written for */
  async close(): Promise<void> {
    for (const channel of this.channels) this.rotate(channel)
    await this.finishing
    if (this.failure !== undefined) throw this.failure.error
  }

  private isDue({ part, startedAt }: Channel, now: number): boolean {
    const { us = Number.POSITIVE_INFINITY, bytes = Number.POSITIVE_INFINITY } = this.options.rotation
    return part !== undefined && (now - startedAt >= us || part.byteLength >= bytes)
  }

  private partOf(channel: Channel, now: number): TapePart {
    if (channel.part !== undefined) return channel.part
    const { folder, source, isSynthetic, level } = this.options
    const { instrument, book } = channel
    const levels: PartHeader['levels'] = level === 'trades' ? ['trades'] : [level, 'trades']
    const header = {
      format: 1 as const,
      pid: process.pid,
      instrument: instrument.spec,
      source,
      isSynthetic,
      levels,
    }
    const part = new TapePart(freePath(folder, instrument.id, now), header)
    channel.part = part
    channel.startedAt = now
    const snapshot = bookRows(book, level, channel.exchangeTime)
    if (snapshot.length > 0) part.add(snapshot, now)
    return part
  }

  private rotate(channel: Channel): void {
    const { part } = channel
    channel.part = undefined
    if (part === undefined) return
    part.close()
    const { onTape } = this.options
    this.finishing = this.finishing.then(async () => {
      try {
        const path = tapeOf(part.path)
        const facts = await finishPart({ part: part.path, tape: path, rest })
        if (facts !== undefined) onTape?.(path, facts)
      } catch (error) {
        this.failure ??= { error }
      }
    })
  }
}

/**
 * Turns what a recorder that was killed has left into tapes.
 *
 * @returns their paths @throws {ConfigError} RECORDER_RUNS when somebody still writes there
 */
export async function recoverParts(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const tapes: string[] = []
  const names = readdirSync(folder).sort()
  for (const name of names.filter((one) => one.endsWith(partEnding))) {
    const part = join(folder, name)
    const { pid } = readPartHeader(part)
    if (pid !== process.pid && isRunning(pid)) {
      throw new ConfigError('RECORDER_RUNS', `${folder} is being recorded into by process ${pid}`)
    }
    const tape = tapeOf(part)
    for (const left of names.filter((one) => join(folder, one).startsWith(`${tape}.tmp-`))) {
      rmSync(join(folder, left), { force: true, recursive: true })
    }
    if ((await finishPart({ part, tape, rest })) !== undefined) tapes.push(tape)
  }
  return tapes
}

const rest = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const partEnding = '.part'
const tapeOf = (part: string): string => `${part.slice(0, -partEnding.length)}.parquet`

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** `BTC-USDT-20240501T080000.part`; numbered when there are several of one second. */
function freePath(folder: string, id: string, us: number): string {
  const at = new Date(us / 1000).toISOString().slice(0, 19).replace(/[-:]/g, '')
  const base = join(folder, `${id.replace(/[^\w.-]+/g, '-')}-${at}`)
  for (let n = 1; ; n++) {
    const part = `${base}${n === 1 ? '' : `-${n}`}${partEnding}`
    if (!existsSync(part) && !existsSync(tapeOf(part))) return part
  }
}

/** What is known of the book, as the message that a tape starts with; none when a side is empty. */
function bookRows(book: LiveBook, level: LiveLevel, exchangeTime: number): MarketRow[] {
  if (book.bestBid() === undefined || book.bestAsk() === undefined) return []
  const rows: MarketRow[] = []
  const base = { exchangeTime: timeUs(exchangeTime), isLast: false }
  if (level === 'l2') rows.push({ ...base, kind: rowKind.clear, side: sideCode.buy, price: 0, qty: 0 })
  const kind = level === 'l2' ? rowKind.snapshot : rowKind.quote
  const depth = level === 'l2' ? Number.MAX_SAFE_INTEGER : 1
  for (const side of ['buy', 'sell'] as const) {
    for (const { price, qty } of book.levels(side, depth)) {
      rows.push({ ...base, kind, side: sideCode[side], price, qty })
    }
  }
  return rows.map((row, index) => ({ ...row, isLast: index === rows.length - 1 }))
}
