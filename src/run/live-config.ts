/** Settings of a simulated venue mean nothing at a real one: they are refused, not ignored. */
import { ConfigError } from '../core/errors.ts'
import { parseRunConfig, type RunConfig } from './run-config.ts'

const simulated = [
  ...([
    'latency',
    'queue',
    'fillModel',
    'exchange',
    'funding',
    'margin',
    'markPrices',
    'spreadTicks',
  ] as const),
  ...(['barPath', 'venueRules', 'rateLimits', 'maintenance', 'outages', 'impact'] as const),
]

/** @param balance as it was given @throws {ConfigError} LIVE_SETTING */
export function checkLiveConfig(config: RunConfig, balance: string | undefined): void {
  const usual = parseRunConfig({})
  if (balance !== undefined || config.account.balance !== usual.account.balance) {
    refuse('balance', 'it is read from the account')
  }
  const own = Object.values(config.instruments ?? {})
  for (const name of simulated) {
    const isGiven = config[name] !== undefined && config[name] !== usual[name]
    const isOwn = own.some((settings) => name in settings)
    if (isGiven || isOwn) refuse(name, 'it is of a simulated venue')
  }
}

function refuse(setting: string, why: string): never {
  throw new ConfigError('LIVE_SETTING', `${setting}: ${why}; live trading has no use for it`)
}
