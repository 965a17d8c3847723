/**
 * A durable journal is one header line and then frames, each written and synced as one. All numbers little-endian:
 *
 * | bytes | what                                                        |
 * | ----- | ----------------------------------------------------------- |
 * | 4     | length of the payload                                       |
 * | 1     | type                                                        |
 * | 8     | sequence, from 0                                            |
 * | 32    | SHA-256 of the frame before; of the header line for frame 0 |
 * | 4     | CRC-32C of the 45 bytes so far                              |
 * | n     | payload                                                     |
 * | 4     | CRC-32C of everything so far                                |
 *
 * The head has a checksum of its own, so that a damaged length is never taken for a frame that was cut off.
 * The header line is JSON, a space, the CRC-32C of the JSON as eight hex digits, and a line feed.
 */
import { canonicalJson, type Json } from '../core/canonical-json.ts'
import { crc32c } from '../core/crc32c.ts'
import { sha256Bytes } from '../core/hash.ts'

/** Numbers in files: never changed, never re-used. */
export const frameType = {
  /** Records of 64 bytes, as in model/journal-record.ts; a long text may go on in the next frame. */
  records: 1,
  /** The last frame of a session that has ended: the fingerprint as 64 hex digits. */
  seal: 2,
} as const
export type FrameType = (typeof frameType)[keyof typeof frameType]

/** Of the layout above. */
export const framesVersion = 1

/** Bytes before the payload, and beside it in all. */
export const frameHeadBytes = 49
export const frameBytesBeside = frameHeadBytes + 4
/** No frame is larger: a block of the writer, or one text that does not fit a block. */
export const payloadBytesMax = 16_777_216

/** Where the chain of frames stands. */
export interface ChainEnd {
  /** Of the next frame. */
  readonly sequence: number
  /** What the next frame names as the one before it: 32 bytes. */
  readonly previous: Uint8Array
}

export function headerLine(origin: Json): Uint8Array {
  const json = canonicalJson({ frames: framesVersion, origin })
  return Buffer.from(`${json} ${hex8(crc32c(Buffer.from(json)))}\n`)
}

export function chainStart(header: Uint8Array): ChainEnd {
  return { sequence: 0, previous: sha256Bytes(header) }
}

/** @returns the frame, in a buffer of its own, and where the chain stands behind it */
export function encodeFrame(
  type: FrameType,
  { sequence, previous }: ChainEnd,
  payload: Uint8Array,
): { readonly frame: Uint8Array; readonly end: ChainEnd } {
  const frame = new Uint8Array(payload.length + frameBytesBeside)
  const view = new DataView(frame.buffer)
  view.setUint32(0, payload.length, true)
  view.setUint8(4, type)
  view.setBigUint64(5, BigInt(sequence), true)
  frame.set(previous, 13)
  view.setUint32(45, crc32c(frame.subarray(0, 45)), true)
  frame.set(payload, frameHeadBytes)
  const body = frameHeadBytes + payload.length
  view.setUint32(body, crc32c(frame.subarray(0, body)), true)
  return { frame, end: { sequence: sequence + 1, previous: sha256Bytes(frame) } }
}

export interface FrameHead {
  /** Bytes. */
  readonly length: number
  readonly type: number
  readonly sequence: number
  readonly previous: Uint8Array
}

/** @param bytes at least the head @returns undefined when its checksum does not fit */
export function decodeHead(bytes: Uint8Array): FrameHead | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, frameHeadBytes)
  if (view.getUint32(45, true) !== crc32c(bytes.subarray(0, 45))) return undefined
  return {
    length: view.getUint32(0, true),
    type: view.getUint8(4),
    sequence: Number(view.getBigUint64(5, true)),
    previous: bytes.subarray(13, 45),
  }
}

/** @param frame whole */
export function hasSoundBody(frame: Uint8Array): boolean {
  const body = frame.length - 4
  const view = new DataView(frame.buffer, frame.byteOffset + body, 4)
  return view.getUint32(0, true) === crc32c(frame.subarray(0, body))
}

export const hex8 = (value: number): string => value.toString(16).padStart(8, '0')
