/**
 * Reads a durable journal frame by frame: gives a clean prefix, or refuses.
 *
 * Every frame is on the disk before the next one is begun, so only the last can be torn. One that was cut off, or whose
 * last sectors were never written, is left out: nothing had left because of it. Anything else that does not fit may
 * hide orders that were sent, and is refused.
 */
import { crc32c } from '../core/crc32c.ts'
import { DataError } from '../core/errors.ts'
import { sha256Bytes } from '../core/hash.ts'
import type { ByteSource } from './disk.ts'
import {
  type ChainEnd,
  chainStart,
  decodeHead,
  type FrameHead,
  frameBytesBeside,
  frameHeadBytes,
  framesVersion,
  frameType,
  hasSoundBody,
  hex8,
  payloadBytesMax,
} from './frame.ts'

export interface FrameHeader {
  /** Where the session came from: unknown until validated. */
  readonly origin: unknown
  /** Of the header line, in bytes. */
  readonly length: number
  readonly chain: ChainEnd
}

/** Longest header line that is looked for, in bytes. */
const headerBytesMax = 1_048_576
/** Torn writes leave whole sectors unwritten, and a file system shows those as zeros. */
const sectorBytes = 512

/**
 * @returns undefined when it is not a durable journal
 * @throws {DataError} JOURNAL_DAMAGED, JOURNAL_VERSION
 */
export function readFrameHeader(source: ByteSource, path: string): FrameHeader | undefined {
  const start = source.read(0, headerBytesMax)
  const end = start.indexOf(10)
  const line = Buffer.from(start.subarray(0, Math.max(0, end))).toString('utf8')
  const [, json, seal] = /^(\{"frames":.*\}) ([0-9a-f]{8})$/.exec(line) ?? []
  if (json === undefined || seal === undefined) return undefined
  if (hex8(crc32c(Buffer.from(json))) !== seal) throw damaged(path, 'its first line was changed')
  const parsed: unknown = JSON.parse(json)
  if (typeof parsed !== 'object' || parsed === null || !('frames' in parsed) || !('origin' in parsed)) {
    throw damaged(path, 'its first line is none of ours')
  }
  if (parsed.frames !== framesVersion) {
    throw new DataError(
      'JOURNAL_VERSION',
      `${path} has frames of version ${parsed.frames}; this program reads version ${framesVersion}`,
    )
  }
  const header = start.subarray(0, end + 1)
  return { origin: parsed.origin, length: header.length, chain: chainStart(header) }
}

export class FrameReader {
  readonly header: FrameHeader
  private readonly source: ByteSource
  private readonly path: string
  /** Bytes of the header and of all whole frames so far. */
  private at: number
  private chain: ChainEnd
  private seal: string | undefined

  constructor(source: ByteSource, path: string, header: FrameHeader) {
    this.source = source
    this.path = path
    this.header = header
    this.at = header.length
    this.chain = header.chain
  }

  /** Where a writer goes on, once all payloads were read: what lies behind is a torn frame. */
  get end(): ChainEnd & { readonly offset: number } {
    return { ...this.chain, offset: this.at }
  }

  /** Of a session that has ended; known once all payloads were read. */
  get fingerprint(): string | undefined {
    return this.seal
  }

  /** Records, frame by frame. @throws {DataError} JOURNAL_DAMAGED */
  *payloads(): Generator<Uint8Array> {
    for (let frame = this.next(); frame !== undefined; frame = this.next()) {
      const payload = frame.subarray(frameHeadBytes, frame.length - 4)
      if (frame[4] === frameType.seal) this.seal = Buffer.from(payload).toString('latin1')
      else yield payload
    }
  }

  /** @returns undefined at the end of the clean prefix */
  private next(): Uint8Array | undefined {
    const { source, at } = this
    const left = source.length - at
    if (left <= 0) return undefined
    if (this.seal !== undefined) throw this.refusal('something follows the end of the session')
    if (left < frameHeadBytes) return undefined
    const head = decodeHead(source.read(at, frameHeadBytes))
    if (head === undefined) return this.endUnlessTorn('its head was changed')
    const problem = this.problemOf(head)
    if (problem !== undefined) throw this.refusal(problem)
    const length = head.length + frameBytesBeside
    if (left < length) return undefined
    const frame = source.read(at, length)
    if (!hasSoundBody(frame)) {
      return left === length ? this.endUnlessTorn('it was changed') : this.refuse('it was changed')
    }
    this.at += length
    this.chain = { sequence: head.sequence + 1, previous: sha256Bytes(frame) }
    return frame
  }

  private problemOf({ type, length, sequence, previous }: FrameHead): string | undefined {
    const { chain } = this
    if (sequence !== chain.sequence) return `it says that it is number ${sequence}`
    if (Buffer.compare(previous, chain.previous) !== 0) return 'it does not follow from what is before it'
    if (length > payloadBytesMax) return `${length} bytes are more than a frame holds`
    return type === frameType.records || type === frameType.seal ? undefined : `type ${type} does not exist`
  }

  /** The rest of the file, from some sector on, was never written: power was lost. */
  private endUnlessTorn(problem: string): undefined {
    const { source, at } = this
    let unwrittenFrom = source.length
    while (unwrittenFrom > at) {
      const from = Math.max(at, unwrittenFrom - 65_536)
      const part = source.read(from, unwrittenFrom - from)
      const lastSet = part.findLastIndex((byte) => byte !== 0)
      unwrittenFrom = from + lastSet + 1
      if (lastSet >= 0) break
    }
    const sector = Math.ceil(unwrittenFrom / sectorBytes) * sectorBytes
    // The checksum at the end of a whole frame is zero once in four thousand million.
    const isTorn = unwrittenFrom <= at || (sector < source.length && source.length - sector >= 4)
    return isTorn ? undefined : this.refuse(problem)
  }

  private refuse(problem: string): never {
    throw this.refusal(problem)
  }

  private refusal(problem: string): DataError {
    return damaged(this.path, `frame ${this.chain.sequence} at byte ${this.at}: ${problem}`)
  }
}

function damaged(path: string, what: string): DataError {
  return new DataError('JOURNAL_DAMAGED', `${path} is not the journal that was written: ${what}`)
}
