/** Records a feed until somebody ends it. */

import type { LiveLevel } from '../book/live-book.ts'
import { WallClock } from '../clock/wall-clock.ts'
import type { TapeFacts } from '../model/tape.ts'
import { type FeedRequest, openFeed } from './open-feed.ts'
import { type RecorderOptions, recoverParts, TapeRecorder } from './tape-recorder.ts'
import { startFeed } from './trade-session.ts'

export interface RecordRequest {
  readonly feed: FeedRequest
  readonly folder: string
  /** Default: the finest that the feed brings. */
  readonly level: LiveLevel | undefined
  readonly rotation: RecorderOptions['rotation']
  /** For the facts of the tapes. */
  readonly source: string
  /** Microseconds. */
  readonly durationUs: number | undefined
}

export interface RecordOptions {
  readonly onStart?: () => void
  /** What became of the streams of a venue. */
  readonly onNotice?: (text: string) => void
  readonly onTape?: (path: string, facts: TapeFacts | undefined) => void
  /** Called about once a second. */
  readonly onProgress?: (progress: { readonly rows: number; readonly elapsedUs: number }) => void
  /** Asked ten times a second. */
  readonly isCanceled?: () => boolean
}

export interface Recording {
  readonly rows: number
  /** In the order in which they were finished; those recovered first. */
  readonly tapes: readonly string[]
}

/** @throws {ConfigError} RECORDER_RUNS @throws {DataError} @throws {VenueError} */
export async function recordFeed(request: RecordRequest, options: RecordOptions = {}): Promise<Recording> {
  const { folder, durationUs } = request
  const tapes = await recoverParts(folder)
  for (const tape of tapes) options.onTape?.(tape, undefined)
  const clock = new WallClock()
  const state: RecordState = { isOver: false, failure: undefined }
  const { feed, recorder } = await openRecorder(request, clock, state, {
    ...options,
    onTape: (path, facts) => {
      tapes.push(path)
      options.onTape?.(path, facts)
    },
  })
  const start = clock.present()
  try {
    options.onStart?.()
    feed.take({
      rows: (instrument, rows) => guard(state, () => recorder.receive(instrument, rows)),
      connection: (instrument, isUp) => {
        if (!isUp) guard(state, () => recorder.lose(instrument))
      },
    })
    await untilOver(state, recorder, () => {
      const elapsedUs = clock.present() - start
      options.onProgress?.({ rows: recorder.rows, elapsedUs })
      return options.isCanceled?.() === true || (durationUs !== undefined && elapsedUs >= durationUs)
    })
  } finally {
    await feed.close()
    await recorder.close()
  }
  return { rows: recorder.rows, tapes }
}

async function openRecorder(
  { feed: wanted, folder, level, rotation, source }: RecordRequest,
  clock: WallClock,
  state: RecordState,
  {
    onTape,
    onNotice,
  }: Pick<RecordOptions, 'onNotice'> & {
    readonly onTape: (path: string, facts: TapeFacts) => void
  },
) {
  const opened = await openFeed(wanted, {
    clock,
    onEnd: () => {
      state.isOver = true
    },
    onFailure: (error) => {
      state.failure ??= { error }
    },
    onNotice,
  })
  const feed = await startFeed(opened.feed)
  const recorder = new TapeRecorder({
    folder,
    clock,
    instruments: feed.instruments,
    level: level ?? opened.level(),
    source,
    isSynthetic: opened.isSynthetic(),
    rotation,
    onTape,
  })
  return { feed, recorder }
}

interface RecordState {
  isOver: boolean
  failure: { readonly error: unknown } | undefined
}

function guard(state: RecordState, act: () => void): void {
  if (state.failure !== undefined) return
  try {
    act()
  } catch (error) {
    state.failure = { error }
  }
}

/** Looks ten times a second, and makes sure once a second that the disk has what was received. */
function untilOver(state: RecordState, recorder: TapeRecorder, isEnough: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let looks = 0
    const timer = setInterval(() => {
      if (++looks % 10 === 0) guard(state, () => recorder.sync())
      const isDone = isEnough() || state.isOver
      if (!isDone && state.failure === undefined) return
      clearInterval(timer)
      if (state.failure === undefined) resolve()
      else reject(state.failure.error)
    }, 100)
  })
}
