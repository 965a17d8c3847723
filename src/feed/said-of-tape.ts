/** What a user says about files that do not say it themselves, held against a tape of ours, which does. */
import { parseDecimal } from '../core/decimal.ts'
import { ConfigError } from '../core/errors.ts'
import type { TapeOf } from './merge-facts.ts'
import type { ImportOptions } from './tape-sink.ts'

/**
 * Figures reckoned with what the tape says, under settings that say otherwise, would be those of another contract.
 *
 * @throws {ConfigError} TAPE_SAYS_OTHERWISE
 */
export function requireAsSaid({ path, facts }: TapeOf, said: ImportOptions): void {
  const { instrument } = facts
  const names = [
    ['instrument', said.instrument, instrument.id],
    ['venue', said.venue, instrument.venue],
    ['kind', said.kind, instrument.kind],
  ] as const
  const sizes = [
    ['tick', said.tickSize, instrument.tickSize],
    ['lot', said.lotSize, instrument.lotSize],
    ['contract-size', said.contractSize, instrument.contractSize],
  ] as const
  const other =
    names.find(([, given, own]) => given !== undefined && given !== own) ??
    sizes.find(([, given, own]) => given !== undefined && !parseDecimal(given).eq(own))
  if (other === undefined) return
  const [name, given, own] = other
  throw new ConfigError(
    'TAPE_SAYS_OTHERWISE',
    `--${name} ${given}: ${path} is a tape that says ${own}; leave it out, or import the source anew`,
  )
}
