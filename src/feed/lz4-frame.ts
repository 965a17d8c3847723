/**
 * LZ4 frames, as Feather files hold them (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and
 * lz4_Block_format.md, read 2025-11). Checksums are skipped; lengths and offsets are checked.
 */

const frameMagic = 0x184d2204
const uncompressedBit = 0x80000000
const minMatch = 4

/** @throws {RangeError} when the frame is damaged or cut off */
export function decodeLz4Frame(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (view.getUint32(0, true) !== frameMagic) throw new RangeError('no LZ4 frame')
  const flags = view.getUint8(4)
  const hasBlockChecksum = (flags & 0x10) !== 0
  const hasContentSize = (flags & 0x08) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  let at = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0)
  const output = new Lz4Output(hasContentSize ? Number(view.getBigUint64(6, true)) : input.length * 4)
  for (;;) {
    const head = view.getUint32(at, true)
    at += 4
    if (head === 0) return output.bytes()
    const length = head % uncompressedBit
    if (at + length > input.length) throw new RangeError('LZ4 block is cut off')
    const block = input.subarray(at, at + length)
    if (head >= uncompressedBit) output.literals(block)
    else decodeBlock(block, output)
    at += length + (hasBlockChecksum ? 4 : 0)
  }
}

function decodeBlock(block: Uint8Array, output: Lz4Output): void {
  const reader = new BlockReader(block)
  while (!reader.isAtEnd) {
    const token = reader.byte()
    output.literals(reader.take(reader.length(token >> 4)))
    // The last sequence has literals only.
    if (reader.isAtEnd) return
    const offset = reader.byte() + 256 * reader.byte()
    output.match(offset, reader.length(token & 15) + minMatch)
  }
}

class BlockReader {
  readonly #block: Uint8Array
  #at = 0

  constructor(block: Uint8Array) {
    this.#block = block
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#block.length
  }

  byte(): number {
    const value = this.#block[this.#at++]
    if (value === undefined) throw new RangeError('LZ4 block is cut off')
    return value
  }

  /** Four bits; 15 means that bytes follow which are added, up to the first that is not 255. */
  length(bits: number): number {
    let total = bits
    if (bits < 15) return total
    for (;;) {
      const more = this.byte()
      total += more
      if (more < 255) return total
    }
  }

  take(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#block.length) throw new RangeError('LZ4 block is cut off')
    const bytes = this.#block.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}

/** Grows; blocks may refer back into the blocks before them. */
class Lz4Output {
  #bytes: Uint8Array
  #length = 0

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.max(64, expected))
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  literals(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  match(offset: number, length: number): void {
    const start = this.#length - offset
    if (offset === 0 || start < 0) throw new RangeError('LZ4 match starts before the data')
    this.#reserve(length)
    // Byte by byte: a match may overlap what it writes.
    for (let i = 0; i < length; i++) this.#bytes[this.#length + i] = this.#bytes[start + i] ?? 0
    this.#length += length
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + length))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
