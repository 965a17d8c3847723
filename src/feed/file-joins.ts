/** Holes between files that are read as one recording: nobody knows what happened there, and a book does not last so long. */
import { formatDuration } from '../core/duration.ts'
import { holeNoteStart } from '../model/tape.ts'
import { isoTime } from './parse-time.ts'
import { type SourcePosition, shownName } from './source-position.ts'

/** Between the last message of one file and the first of the next. */
export interface Hole {
  /** Microseconds, on the clock by which the files are joined. */
  readonly from: number
  readonly to: number
  /** Names of the files. */
  readonly before: string
  readonly after: string
}

const secondUs = 1_000_000

/**
 * Whether so long a silence is more than a pause: a hundred usual distances between messages, at most an hour of them,
 * and ten seconds at least.
 *
 * @param gapUs microseconds from the last message before to the first one after
 * @param spacingUs usual distance of messages, microseconds
 */
export function isHole(gapUs: number, spacingUs: number): boolean {
  const usual = Math.max(Math.min(100 * spacingUs, 3_600 * secondUs), 2 * spacingUs)
  return gapUs > Math.max(usual, 10 * secondUs)
}

/** One sentence for whoever runs on such data. */
export function holeNote({ from, to, before, after }: Hole): string {
  const between = `between ${before} and ${after}`
  return `${holeNoteStart}${formatDuration(Math.round((to - from) / secondUs) * secondUs)} ${between}, from ${isoTime(from)} on: a position held over it gains or loses what nobody saw`
}

/** Watches the times of messages for the place where one file ends and the next begins. */
export class FileJoins {
  readonly #position: SourcePosition
  #file: string | undefined
  #start = 0
  #latest = 0
  #messages = 0

  constructor(position: SourcePosition) {
    this.#position = position
  }

  /** To be called for each message. @returns the hole that seems to lie just before this one */
  next(time: number): Hole | undefined {
    const { file } = this.#position
    const before = this.#file
    if (before === file) {
      this.#latest = time
      this.#messages++
      return undefined
    }
    const from = this.#latest
    const spacing = (from - this.#start) / Math.max(1, this.#messages)
    const isFound = before !== undefined && isHole(time - from, spacing)
    this.#file = file
    this.#start = time
    this.#latest = time
    this.#messages = 0
    return isFound ? { from, to: time, before: shownName(before), after: shownName(file) } : undefined
  }
}
