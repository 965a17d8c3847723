/** Options on where market data comes from while it is made → what is to be opened. */
import { ConfigError } from '../core/errors.ts'
import type { FeedRequest } from '../run/open-feed.ts'
import { type Arguments, optionalText, texts } from './arguments.ts'

/** @throws {ConfigError} ARGUMENT */
export function parseFeedRequest(
  args: Arguments,
  data: readonly string[] = texts(args, 'data'),
): FeedRequest {
  const venue = optionalText(args, 'venue')
  const instruments = texts(args, 'instrument')
  const speed = optionalText(args, 'speed')
  if (data.length > 0) {
    if (venue !== undefined || instruments.length > 0) {
      throw new ConfigError('ARGUMENT', 'give --data, or --venue with --instrument, not both')
    }
    return { kind: 'tape', data, speed: parseSpeed(speed ?? '1'), cacheDir: optionalText(args, 'cache') }
  }
  if (speed !== undefined)
    throw new ConfigError('ARGUMENT', '--speed needs --data: a venue sets its own pace')
  if (venue === undefined) throw new ConfigError('ARGUMENT', 'give --venue and --instrument, or --data')
  if (instruments.length === 0) {
    throw new ConfigError('ARGUMENT', `--instrument is missing: which markets of ${venue}?`)
  }
  const twice = instruments.find((name, index) => instruments.indexOf(name) !== index)
  if (twice !== undefined) throw new ConfigError('ARGUMENT', `--instrument ${twice} was given more than once`)
  return { kind: 'venue', venue, instruments }
}

function parseSpeed(text: string): number {
  const speed = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && speed >= 0.01 && speed <= 1000) return speed
  throw new ConfigError(
    'ARGUMENT',
    `--speed expects a number from 0.01 to 1000, found ${JSON.stringify(text)}`,
  )
}
