/** Files that an exchange is started with → tapes ready to trade on. */
import { ConfigError } from '../core/errors.ts'
import { type PrepareOptions, prepareTapes } from '../feed/prepare-tapes.ts'
import type { PackedTape } from '../model/packed.ts'
import type { ExchangeSpeed } from './pacer.ts'
import type { Segment } from './public-market.ts'

/** @throws {ConfigError} @throws {DataError} */
export function openTapes(paths: readonly string[], options: PrepareOptions): Promise<PackedTape[]> {
  return prepareTapes(paths, options)
}

/** `1`, `10`, `max`. @throws {ConfigError} SPEED */
export function parseSpeed(text: string): ExchangeSpeed {
  if (text === 'max') return 'max'
  const speed = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && speed > 0 && speed <= 10_000) return speed
  throw new ConfigError('SPEED', `speed: expected max or a number above zero such as 1 or 10, found ${text}`)
}

const segmentOf: Readonly<Record<string, Segment>> = { spot: 'spot', linear: 'usdm' }

/** `spot`, `linear`, `spot,linear`. @throws {ConfigError} SEGMENTS */
export function parseSegments(text: string): Segment[] {
  return text.split(',').map((name) => {
    const segment = segmentOf[name.trim()]
    if (segment === undefined) {
      throw new ConfigError('SEGMENTS', `as: expected spot, linear or spot,linear, found ${text}`)
    }
    return segment
  })
}
