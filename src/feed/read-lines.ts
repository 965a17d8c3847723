/** Text lines of a file, plain or compressed, in blocks: one `await` per block, not per line. */
import { readBytes } from './decompress.ts'
import { fileError } from './source-position.ts'

/** Consecutive lines without their line ends. */
export interface LineBlock {
  /** Number of the first one; a file starts with line 1. */
  readonly firstLine: number
  readonly lines: readonly string[]
}

/** Longer than any venue message; what is longer is not line-based text. */
const maxLineLength = 64 * 1024 * 1024

/**
 * Memory is bounded by the longest line. May be left early.
 * @throws {DataError} as `readBytes`, and DATA_LINE_TOO_LONG
 */
export async function* readLineBlocks(path: string): AsyncGenerator<LineBlock> {
  const decoder = new TextDecoder('utf-8')
  let rest = ''
  let firstLine = 1
  for await (const bytes of readBytes(path)) {
    const text = decoder.decode(bytes, { stream: true })
    if (!text.includes('\n')) {
      rest += text
      if (rest.length > maxLineLength) throw tooLong(path, firstLine)
      continue
    }
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    yield { firstLine, lines: lines.map(withoutReturn) }
    firstLine += lines.length
  }
  rest += decoder.decode()
  if (rest !== '') yield { firstLine, lines: [withoutReturn(rest)] }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

function tooLong(path: string, line: number): Error {
  return fileError(
    'DATA_LINE_TOO_LONG',
    path,
    `expected lines of text, found line ${line} longer than 64 MiB`,
  )
}
