/** A key that may withdraw is refused where the venue tells: a bot has no use for it, a thief has. */
import { ConfigError } from '../../core/errors.ts'
import { type CcxtExchange, implicitMethod, isRecord } from './ccxt-exchange.ts'
import { profileOf } from './venue-profiles.ts'

/** @returns false when the venue does not tell @throws {ConfigError} KEY_MAY_WITHDRAW */
export async function refuseWithdrawKeys(exchange: CcxtExchange): Promise<boolean> {
  const check = profileOf(exchange.id).withdraw
  const ask = check && implicitMethod(exchange, check.method)
  if (check === undefined || ask === undefined) return false
  let answer: unknown
  try {
    answer = await ask({})
  } catch {
    // Test environments and simulated exchanges do not have it; wrong keys show with the first signed request.
    return false
  }
  for (const step of check.path) {
    if (Array.isArray(answer) && typeof step === 'number') answer = answer[step]
    else answer = isRecord(answer) ? answer[step] : undefined
  }
  if (check.mayWithdraw(answer)) {
    throw new ConfigError(
      'KEY_MAY_WITHDRAW',
      `this key of ${exchange.id} may withdraw: make one that may trade and nothing else`,
    )
  }
  return answer !== undefined
}
