/** Which instruments of a run pay the fee of a buy in the bought coin. */
import { ConfigError } from '../core/errors.ts'
import type { Instrument } from '../model/instrument.ts'
import type { RunConfig } from './run-config.ts'

/** By instrument; undefined where all fees are taken in money. @throws {ConfigError} FEE_CURRENCY */
export function feesReceived(
  config: Pick<RunConfig, 'fees' | 'instruments'>,
  instruments: readonly Instrument[],
): readonly boolean[] | undefined {
  const isForAll = config.fees.currency === 'received'
  const received = instruments.map(({ id, spec }) => {
    const own = config.instruments?.[id]?.fees?.currency
    if (own === 'received' && spec.kind !== 'spot') throw notSpot(id, spec.kind)
    return spec.kind === 'spot' && (own ?? config.fees.currency) === 'received'
  })
  const [first] = instruments
  // A setting that nothing in the run can follow is a mistake, not a default.
  if (isForAll && first !== undefined && instruments.every(({ spec }) => spec.kind !== 'spot')) {
    throw notSpot(first.id, first.spec.kind)
  }
  return received.includes(true) ? received : undefined
}

function notSpot(id: string, kind: string): ConfigError {
  return new ConfigError(
    'FEE_CURRENCY',
    `fees.currency received: expected spot, but ${id} is ${kind} and buys no coin that could pay its fee; leave it out`,
  )
}
