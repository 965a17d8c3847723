/** Lines of a raw recording: `<receive time> <JSON as the venue sent it>`. */
import { isoTime, timeOfText } from '../parse-time.ts'
import { readLineBlocks } from '../read-lines.ts'
import type { SourcePosition } from '../source-position.ts'
import { parseOrUndefined } from './json-fields.ts'

/** `onLine` may return false to stop. Checks that receive times never go back, over all files. */
export async function readRawLines(
  paths: readonly string[],
  position: SourcePosition,
  onLine: (receiveTime: number, json: string) => boolean | undefined,
): Promise<void> {
  let latest = 0
  for (const path of paths) {
    position.open(path, 'line')
    for await (const { firstLine, lines } of readLineBlocks(path)) {
      position.line = firstLine - 1
      for (const line of lines) {
        position.line++
        if (line === '') continue
        const space = line.indexOf(' ')
        const receiveTime = receiveTimeOf(line.slice(0, space), position)
        if (receiveTime < latest) throw backwards(receiveTime, latest, position)
        latest = receiveTime
        if (onLine(receiveTime, line.slice(space + 1)) === false) return
      }
    }
  }
}

/** The JSON of a line that starts with a receive time; undefined for any other text. */
export function rawJsonOf(line: string): unknown {
  const match = /^\d{13,19} (\{.*)$/.exec(line)
  return match?.[1] === undefined ? undefined : parseOrUndefined(match[1])
}

function receiveTimeOf(text: string, position: SourcePosition): number {
  const time = /^\d{13,19}$/.test(text) ? timeOfText(text) : undefined
  if (time !== undefined) return time
  throw position.error(
    'DATA_BAD_TIME',
    `expected a receive time in µs or ns and a space, found ${JSON.stringify(text.slice(0, 40))}`,
  )
}

function backwards(time: number, latest: number, position: SourcePosition): Error {
  const message = `expected receive times in order, found ${isoTime(time)} after ${isoTime(latest)}`
  return position.error('DATA_OUT_OF_ORDER', message)
}
