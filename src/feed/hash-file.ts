/** SHA-256 of a file of any size. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'

const blockBytes = 1 << 20

export function hashFile(path: string): string {
  const hash = createHash('sha256')
  const block = Buffer.alloc(blockBytes)
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const length = readSync(file, block, 0, blockBytes, null)
      if (length === 0) return hash.digest('hex')
      hash.update(block.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
}
