/**
 * Captures as a source of messages. A capture may hold its connections one after the other, each in order by itself:
 * then the file is read once per connection, side by side, and merged by receive time in bounded memory.
 */
import { isoTime } from '../parse-time.ts'
import { SourcePosition } from '../source-position.ts'
import { type CaptureLine, captureBlocks } from './capture-lines.ts'
import { filesOf, type MessageSource, type OnMessage } from './message-source.ts'

export function captureSource(paths: readonly string[]): MessageSource {
  return {
    hasReceiveTime: true,
    files: filesOf(paths, captureSource),
    read: (position, onMessage) => readCaptures(paths, position, onMessage),
  }
}

async function readCaptures(
  paths: readonly string[],
  position: SourcePosition,
  onMessage: OnMessage,
): Promise<void> {
  let latest = 0
  for (const path of paths) {
    position.open(path, 'line')
    for await (const line of linesInOrder(path)) {
      position.line = line.line
      if (line.receiveTime < latest) throw backwards(position, line.receiveTime, latest)
      latest = line.receiveTime
      if (line.json !== undefined && onMessage(line.receiveTime, line.json, line.url) === false) return
    }
  }
}

async function* linesInOrder(path: string): AsyncGenerator<CaptureLine> {
  const { connections, isInOrder } = await survey(path)
  const cursors = (isInOrder ? [undefined] : connections).map((name) => new Cursor(path, name))
  try {
    for (const cursor of cursors) await cursor.advance()
    for (;;) {
      const next = earliest(cursors)
      if (next?.line === undefined) return
      yield next.line
      // Only the end of a block has to be awaited.
      if (!next.step()) await next.advance()
    }
  } finally {
    for (const cursor of cursors) await cursor.close()
  }
}

async function survey(path: string): Promise<{ connections: readonly string[]; isInOrder: boolean }> {
  const latest = new Map<string, number>()
  const position = new SourcePosition()
  position.open(path, 'line')
  let latestOfAll = 0
  let isInOrder = true
  for await (const block of captureBlocks(path)) {
    for (const { line, connection, receiveTime } of block) {
      const before = latest.get(connection) ?? 0
      position.line = line
      if (receiveTime < before) throw backwards(position, receiveTime, before)
      latest.set(connection, receiveTime)
      if (receiveTime < latestOfAll) isInOrder = false
      latestOfAll = Math.max(latestOfAll, receiveTime)
    }
  }
  return { connections: [...latest.keys()], isInOrder }
}

/** At equal times the connection that the file names first. */
function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  let best: Cursor | undefined
  for (const cursor of cursors) {
    if (cursor.line === undefined) continue
    if (best?.line === undefined || cursor.line.receiveTime < best.line.receiveTime) best = cursor
  }
  return best
}

/** Walks the lines of one connection, or of all. */
class Cursor {
  line: CaptureLine | undefined
  readonly #connection: string | undefined
  readonly #blocks: AsyncGenerator<readonly CaptureLine[]>
  #block: readonly CaptureLine[] = []
  #next = 0

  constructor(path: string, connection: string | undefined) {
    this.#connection = connection
    this.#blocks = captureBlocks(path)
  }

  /** To the next line of the block at hand. @returns false when there is none */
  step(): boolean {
    while (this.#next < this.#block.length) {
      const line = this.#block[this.#next++]
      if (this.#connection !== undefined && line?.connection !== this.#connection) continue
      this.line = line
      return true
    }
    return false
  }

  /** Over as many blocks as it takes; `line` is undefined at the end. */
  async advance(): Promise<void> {
    while (!this.step()) {
      const next = await this.#blocks.next()
      this.line = undefined
      if (next.done === true) return
      this.#block = next.value
      this.#next = 0
    }
  }

  async close(): Promise<void> {
    await this.#blocks.return(undefined)
  }
}

function backwards(position: SourcePosition, time: number, latest: number): Error {
  const message = `expected receive times in order, found ${isoTime(time)} after ${isoTime(latest)}`
  return position.error('DATA_OUT_OF_ORDER', message)
}
