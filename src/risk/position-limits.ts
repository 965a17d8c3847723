/** The limits on what would be held if an order, and every order that works already, were filled. */
import { InvariantError } from '../core/errors.ts'
import { mulDivCeil, mulDivFloor } from '../core/mul-div.ts'
import type { MoneyQuanta } from '../core/units.ts'
import type { Instrument } from '../model/instrument.ts'
import type { RiskRule } from '../model/order.ts'
import type { Position } from '../model/position.ts'
import type { Exposure } from './exposure.ts'
import type { Candidate } from './order-limits.ts'
import type { LeverageTier, RiskLimits } from './risk-limits.ts'

export interface PositionCheck {
  readonly candidate: Candidate
  /** Lots of it that may still fill. */
  readonly leaves: number
  readonly limits: RiskLimits
  readonly instruments: readonly Instrument[]
  readonly exposures: readonly Exposure[]
  readonly account: {
    position(instrument: number): Position
    value(instrument: number): MoneyQuanta
  }
  readonly equity: MoneyQuanta
  readonly midTimes2: number
  /** By all working orders. */
  readonly reserved: number
}

export function brokenPositionLimit(check: PositionCheck): RiskRule | undefined {
  const { candidate, leaves, limits, exposures, account } = check
  const { instrument, side } = candidate
  const exposure = exposures[instrument]
  const traded = check.instruments[instrument]
  if (exposure === undefined || traded === undefined) throw new InvariantError(`no instrument ${instrument}`)
  const position = account.position(instrument).qty
  const isSpot = traded.spec.kind === 'spot'
  // What is not held cannot be sold, whether the balance is checked or not.
  if (isSpot && side === 'sell' && exposure.sellLots + leaves > position) return 'balance'
  const openValue = brokenOpenValue(check, exposure)
  if (openValue !== undefined) return openValue
  if (exposure.increasingLots(side, position, leaves) === 0) return undefined
  const positionMax = limits.instruments?.[instrument]?.positionMax
  if (positionMax !== undefined && exposure.worstLots(side, position, leaves) > positionMax) {
    return 'position-size'
  }
  const { positionsMax, positionShareBpsMax } = limits
  if (positionsMax !== undefined && exposure.orders === 0 && position === 0) {
    if (occupied(check) >= positionsMax) return 'max-positions'
  }
  if (positionShareBpsMax !== undefined) {
    const lots = exposure.worstLots(side, position, leaves)
    const value = traded.valueOf2(check.midTimes2, lots)
    const share = mulDivFloor(Math.max(0, check.equity), positionShareBpsMax, 10_000)
    if (value > share) return 'position-value-share'
  }
  if (!isSpot && limits.leverageTiers !== undefined && !isLent(check, exposure, limits.leverageTiers)) {
    return 'balance'
  }
  return limits.isBalanceChecked &&
    !isCovered(check, exposure, reservePrice(candidate.price ?? candidate.triggerPrice, check.midTimes2))
    ? 'balance'
    : undefined
}

/** Working orders, at the prices they are reserved at. Nothing is exempt: an exit may be sent wrong as well. */
function brokenOpenValue(check: PositionCheck, exposure: Exposure): RiskRule | undefined {
  const { candidate, leaves, limits, exposures } = check
  const { openValuePerSideMax, openValueMax } = limits
  if (openValuePerSideMax === undefined && openValueMax === undefined) return undefined
  const price = reservePrice(candidate.price ?? candidate.triggerPrice, check.midTimes2)
  const ofSide = exposure.openValue(candidate.side, leaves, price)
  if (openValuePerSideMax !== undefined && ofSide > openValuePerSideMax) return 'open-value'
  if (openValueMax === undefined) return undefined
  let sum = ofSide - exposure.openValue(candidate.side, 0, 0)
  for (const { openBuyValue, openSellValue } of exposures) sum += openBuyValue + openSellValue
  return sum > openValueMax ? 'open-value' : undefined
}

/** The position at its worst, against what the venue lends for one of that value. */
function isLent(check: PositionCheck, exposure: Exposure, tiers: readonly LeverageTier[]): boolean {
  const { candidate, leaves, account, equity, limits } = check
  const { instrument, side } = candidate
  const lots = exposure.worstLots(side, account.position(instrument).qty, leaves)
  const value = check.instruments[instrument]?.valueOf2(check.midTimes2, lots) ?? 0
  let { leverage } = limits
  for (const { floor, leverageMax } of tiers) {
    if (floor <= value) leverage = Math.min(limits.leverage, leverageMax)
  }
  return value <= Math.max(0, equity) * leverage
}

/** Price at which an order is reserved: its limit or else its trigger; for a market order the mid, rounded up. */
export function reservePrice(price: number | undefined, midTimes2: number): number {
  return price ?? Math.ceil(midTimes2 / 2)
}

/** Instruments with a position or a working order. */
function occupied({ exposures, account }: PositionCheck): number {
  let count = 0
  for (let i = 0; i < exposures.length; i++) {
    if (exposures[i]?.orders !== 0 || account.position(i).qty !== 0) count++
  }
  return count
}

function isCovered(check: PositionCheck, exposure: Exposure, price: number): boolean {
  const { candidate, leaves, account } = check
  const position = account.position(candidate.instrument).qty
  const more = exposure.required(position, candidate.side, leaves, price) - exposure.reserved
  return more <= 0 || check.reserved + more <= available(check)
}

/** Equity less what the positions tie up: all of it for spot, value ÷ leverage for contracts. */
function available({ equity, instruments, account, limits }: PositionCheck): number {
  let left: number = equity
  for (let i = 0; i < instruments.length; i++) {
    const { qty, dust } = account.position(i)
    if (qty === 0 && dust === 0) continue
    const leverage = instruments[i]?.spec.kind === 'spot' ? 1 : limits.leverage
    left -= mulDivCeil(Math.abs(account.value(i)), 1, leverage)
  }
  return left
}
