/** The market data of a session: streams of a venue, or a recording that is played. */
import type { LiveLevel } from '../book/live-book.ts'
import type { WallClock } from '../clock/wall-clock.ts'
import { timeUs } from '../core/units.ts'
import { CcxtFeed } from '../venue/ccxt/ccxt-feed.ts'
import type { LiveFeed } from '../venue/live-feed.ts'
import { TapeFeed } from './tape-feed.ts'
import { exchangeSettings, type VenueAccess } from './venue-access.ts'

export type FeedRequest =
  | {
      readonly kind: 'tape'
      readonly data: readonly string[]
      /** Recorded seconds per second, > 0. */
      readonly speed: number
      readonly cacheDir: string | undefined
    }
  | {
      readonly kind: 'venue'
      readonly access: VenueAccess
      /** Levels of each side; 0: prints alone. */
      readonly depth: number
    }

export interface FeedWatcher {
  readonly clock: WallClock
  /** A recording has been played to its end. */
  readonly onEnd: () => void
  readonly onFailure: (error: unknown) => void
  /** What became of the streams of a venue, one line. */
  readonly onNotice?: ((text: string) => void) | undefined
}

export interface OpenedFeed {
  readonly feed: LiveFeed
  /** The finest that it brings; known once it has started. */
  readonly level: () => LiveLevel
  /** A recording of a market that never was; known once it has started. */
  readonly isSynthetic: () => boolean
}

/** Nothing comes before it is started. @throws {ConfigError} VENUE_URL, MARKET_KINDS */
export async function openFeed(request: FeedRequest, watcher: FeedWatcher): Promise<OpenedFeed> {
  if (request.kind === 'tape') {
    const feed = new TapeFeed({ ...request, ...watcher })
    return { feed, level: () => feed.level, isSynthetic: () => feed.isSynthetic }
  }
  const { access, depth } = request
  const { clock, onNotice } = watcher
  const feed = new CcxtFeed({
    settings: exchangeSettings(access, undefined),
    symbols: access.instruments,
    depth,
    now: () => timeUs(clock.present()),
    onNotice: (text) => onNotice?.(text),
  })
  return { feed, level: () => (depth > 0 ? 'l2' : 'trades'), isSynthetic: () => false }
}
