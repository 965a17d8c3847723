/** CRC-32C (Castagnoli), as iSCSI and ext4 use it: polynomial 0x1EDC6F41, reflected (RFC 3720, appendix B.4). */

const polynomialReflected = 0x82f63b78

const table = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ polynomialReflected : remainder >>> 1
  }
  table[byte] = remainder
}

/** @returns unsigned, 32 bits */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
