/** The market data of a session: streams of a venue, or a recording that is played. */
import type { LiveLevel } from '../book/live-book.ts'
import type { WallClock } from '../clock/wall-clock.ts'
import { ConfigError } from '../core/errors.ts'
import type { LiveFeed } from '../venue/live-feed.ts'
import { TapeFeed } from './tape-feed.ts'

export type FeedRequest =
  | {
      readonly kind: 'tape'
      readonly data: readonly string[]
      /** Recorded seconds per second, > 0. */
      readonly speed: number
      readonly cacheDir: string | undefined
    }
  | { readonly kind: 'venue'; readonly venue: string; readonly instruments: readonly string[] }

export interface FeedWatcher {
  readonly clock: WallClock
  /** A recording has been played to its end. */
  readonly onEnd: () => void
  readonly onFailure: (error: unknown) => void
}

export interface OpenedFeed {
  readonly feed: LiveFeed
  /** The finest that it brings; known once it has started. */
  readonly level: () => LiveLevel
  /** A recording of a market that never was; known once it has started. */
  readonly isSynthetic: () => boolean
}

/** Nothing comes before it is started. @throws {ConfigError} */
export async function openFeed(request: FeedRequest, watcher: FeedWatcher): Promise<OpenedFeed> {
  if (request.kind === 'tape') {
    const feed = new TapeFeed({ ...request, ...watcher })
    return { feed, level: () => feed.level, isSynthetic: () => feed.isSynthetic }
  }
  throw new ConfigError('VENUE_UNKNOWN', `no venue ${request.venue}`)
}
