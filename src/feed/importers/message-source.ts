/** Where messages of a venue come from: lines with or without a receive time, or a capture with several connections. */
import { readLineBlocks } from '../read-lines.ts'
import type { SourcePosition } from '../source-position.ts'
import { readRawLines } from './raw-line.ts'

/**
 * @param receiveTime microseconds; undefined where the source has none
 * @param url what was asked for, when the message answers an HTTP request
 * @returns false to stop
 */
export type OnMessage = (
  receiveTime: number | undefined,
  json: string,
  url: string | undefined,
) => boolean | undefined

export interface MessageSource {
  readonly hasReceiveTime: boolean
  /** Each file by itself, under its path. */
  readonly files: ReadonlyMap<string, MessageSource>
  /** Messages in receive order; `position` says where each one stands. May be read again. @throws {DataError} */
  read(position: SourcePosition, onMessage: OnMessage): Promise<void>
}

/** `<receive time> <JSON>` per line. */
export function rawLines(paths: readonly string[]): MessageSource {
  return {
    hasReceiveTime: true,
    files: filesOf(paths, rawLines),
    read: (position, onMessage) =>
      readRawLines(paths, position, (receiveTime, json) => onMessage(receiveTime, json, undefined)),
  }
}

/** One message per line and nothing else, as venues publish their dumps. */
export function bareLines(paths: readonly string[]): MessageSource {
  return {
    hasReceiveTime: false,
    files: filesOf(paths, bareLines),
    read: (position, onMessage) => readBareLines(paths, position, onMessage),
  }
}

/** Empty where there is only one. */
export function filesOf(
  paths: readonly string[],
  open: (paths: readonly string[]) => MessageSource,
): ReadonlyMap<string, MessageSource> {
  return new Map(paths.length < 2 ? [] : paths.map((path) => [path, open([path])]))
}

async function readBareLines(
  paths: readonly string[],
  position: SourcePosition,
  onMessage: OnMessage,
): Promise<void> {
  for (const path of paths) {
    position.open(path, 'line')
    for await (const { firstLine, lines } of readLineBlocks(path)) {
      position.line = firstLine - 1
      for (const line of lines) {
        position.line++
        if (line !== '' && onMessage(undefined, line, undefined) === false) return
      }
    }
  }
}
