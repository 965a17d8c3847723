/** Options on where market data comes from while it is made → what is to be opened. */
import { ConfigError } from '../core/errors.ts'
import type { FeedRequest } from '../run/open-feed.ts'
import type { VenueAccess } from '../run/venue-access.ts'
import { type Arguments, isSet, optionalText, texts, wholeNumber } from './arguments.ts'

const usualDepth = 50

/** @throws {ConfigError} ARGUMENT */
export function parseFeedRequest(
  args: Arguments,
  data: readonly string[] = texts(args, 'data'),
): FeedRequest {
  const venue = optionalText(args, 'venue')
  const speed = optionalText(args, 'speed')
  if (data.length > 0) {
    if (venue !== undefined || texts(args, 'instrument').length > 0) {
      throw new ConfigError('ARGUMENT', 'give --data, or --venue with --instrument, not both')
    }
    const needless = ['venue-url', 'sandbox', 'depth'].find((name) => args[name] !== undefined)
    if (needless !== undefined) throw new ConfigError('ARGUMENT', `--${needless} needs --venue`)
    return { kind: 'tape', data, speed: parseSpeed(speed ?? '1'), cacheDir: optionalText(args, 'cache') }
  }
  if (speed !== undefined)
    throw new ConfigError('ARGUMENT', '--speed needs --data: a venue sets its own pace')
  if (venue === undefined) throw new ConfigError('ARGUMENT', 'give --venue and --instrument, or --data')
  return { kind: 'venue', access: parseVenueAccess(args, venue), depth: parseDepth(args) }
}

/** @throws {ConfigError} ARGUMENT */
export function parseVenueAccess(args: Arguments, venue: string): VenueAccess {
  const instruments = texts(args, 'instrument')
  if (instruments.length === 0) {
    throw new ConfigError('ARGUMENT', `--instrument is missing: which markets of ${venue}?`)
  }
  const twice = instruments.find((name, index) => instruments.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigError('ARGUMENT', `--instrument ${twice} was given more than once`)
  const url = optionalText(args, 'venue-url')?.replace(/\/+$/, '')
  return { venue, instruments, sandbox: isSet(args, 'sandbox'), url }
}

/** Levels of each side; none where prints are all that is wanted. */
export function parseDepth(args: Arguments): number {
  const text = optionalText(args, 'depth')
  if (optionalText(args, 'level') === 'trades') {
    if (text === undefined) return 0
    throw new ConfigError('ARGUMENT', '--depth: with --level trades there is no book')
  }
  return text === undefined ? usualDepth : wholeNumber('depth', text, 1)
}

function parseSpeed(text: string): number {
  const speed = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && speed >= 0.01 && speed <= 1000) return speed
  throw new ConfigError(
    'ARGUMENT',
    `--speed expects a number from 0.01 to 1000, found ${JSON.stringify(text)}`,
  )
}
