/** SHA-256 as lower-case hex. */
import { createHash } from 'node:crypto'

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** SHA-256 of a stream, fed in pieces. */
export interface Hasher {
  update(bytes: Uint8Array): void
  /** Lower-case hex; ends the stream. */
  finish(): string
}

export function createHasher(): Hasher {
  const hash = createHash('sha256')
  return {
    update: (bytes) => {
      hash.update(bytes)
    },
    finish: () => hash.digest('hex'),
  }
}

/** SHA-256 as its 32 bytes. */
export function sha256Bytes(data: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest()
}
