/** How long the last stream of an xz file is, from the index at its end (https://tukaani.org/xz/xz-file-format.txt, 1.2.1). */
import { open } from 'node:fs/promises'

const headerBytes = 12
const footerBytes = 12

/** `length` is undefined when the file does not end with a stream. Both in bytes. */
export async function xzStreamLength(path: string): Promise<{ length: number | undefined; size: number }> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const read = async (start: number, length: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(length)
      await handle.read(buffer, 0, length, start)
      return buffer
    }
    if (size < headerBytes + footerBytes) return { length: undefined, size }
    const footer = await read(size - footerBytes, footerBytes)
    const indexBytes = (footer.readUInt32LE(4) + 1) * 4
    const isFooter = footer.subarray(10).toString('latin1') === 'YZ'
    if (!isFooter || indexBytes > size - headerBytes - footerBytes) return { length: undefined, size }
    const blocks = blockBytes(await read(size - footerBytes - indexBytes, indexBytes))
    const length = blocks === undefined ? undefined : headerBytes + blocks + indexBytes + footerBytes
    return { length, size }
  } finally {
    await handle.close()
  }
}

/** Sum of the block sizes, each padded to four bytes; undefined when `index` is none. */
function blockBytes(index: Buffer): number | undefined {
  let at = 0
  const number = (): number => {
    let value = 0
    for (let scale = 1; at < index.length; scale *= 128) {
      const byte = index[at++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) break
    }
    return value
  }
  if (number() !== 0) return undefined
  let sum = 0
  for (let records = number(); records > 0; records--) {
    if (at >= index.length) return undefined
    sum += Math.ceil(number() / 4) * 4
    number()
  }
  return sum
}
