/**
 * The engine of a run, wired: positions, risk guard, order life cycle and strategy around one journal. Whoever runs it
 * brings clock, timers, venue and market views, and is the only one to know what they are.
 */
import type { Clock } from '../clock/clock.ts'
import type { TimerTable } from '../clock/timer-table.ts'
import { createPrng } from '../core/prng.ts'
import { durationUs } from '../core/units.ts'
import { ExecutionEngine } from '../execution/execution-engine.ts'
import type { Instrument } from '../model/instrument.ts'
import type { JournalSink } from '../model/journal-record.ts'
import type { MarketView } from '../model/market-data.ts'
import type { DataLevel } from '../model/tape.ts'
import { parseFeeRates } from '../position/fees.ts'
import { PositionTracker, type PositionTrackerOptions } from '../position/position-tracker.ts'
import { RiskGuard } from '../risk/risk-guard.ts'
import type { RiskLimits } from '../risk/risk-limits.ts'
import type { Strategy, StrategyContext } from '../strategy/strategy.ts'
import type { Venue } from '../venue/venue.ts'
import { feesReceived } from './fee-currency.ts'
import { toFeeTiers, toLeverageTiers } from './margin-config.ts'
import { toQuanta, toRiskLimits } from './risk-config.ts'
import type { RunConfig } from './run-config.ts'
import { Session } from './session.ts'

export interface WiringOptions {
  readonly config: RunConfig
  readonly clock: Clock
  readonly timers: TimerTable
  readonly venue: Venue
  readonly journal: JournalSink
  readonly instruments: readonly Instrument[]
  /** By instrument. */
  readonly markets: readonly MarketView[]
  readonly level: DataLevel
  /** Length of the bars in microseconds, where the data are bars. */
  readonly barUs?: number | undefined
  readonly createStrategy: (context: StrategyContext) => Strategy
  readonly onLog?: (time: number, text: string) => void
}

export interface WiredSession {
  readonly session: Session
  readonly engine: ExecutionEngine
  readonly positions: PositionTracker
  readonly risk: RiskGuard
}

/** While a position is open; once a bar where the data are bars. So losses stop a strategy that does nothing itself. */
const valuationInterval = durationUs(1_000_000)

/** @throws {ConfigError} settings that do not fit the instruments */
export function wireSession(options: WiringOptions): WiredSession {
  const { config, clock, timers, venue, journal, instruments, markets, createStrategy, onLog } = options
  const { seed } = config
  const valued = config.markPrices === 'all' ? markets.map(atMark) : markets
  const positions = new PositionTracker({ ...accountTerms(config, instruments), markets: valued })
  const { level, barUs } = options
  const limits = limitsOf(options)
  const risk = new RiskGuard({ limits, account: positions, instruments, markets, journal, now: clock.now() })
  const engine = new ExecutionEngine({
    clock,
    timers,
    venue,
    risk,
    positions,
    journal,
    markets,
    random: (name) => createPrng(seed, name),
    orderTimeout: durationUs(config.orderTimeoutUs),
    answerTimeout: durationUs(config.answerTimeoutUs),
    valuationInterval: level === 'bars' && barUs !== undefined ? durationUs(barUs) : valuationInterval,
  })
  const { defaultTimeInForce } = config
  const shared = { defaultTimeInForce, seed, clock, timers, instruments, markets, engine, positions, journal }
  const session = new Session({ ...shared, createStrategy, ...(onLog === undefined ? {} : { onLog }) })
  return { session, engine, positions, risk }
}

/** @throws {ConfigError} limits that do not fit the instruments */
function limitsOf({ config, instruments, level, barUs }: WiringOptions): RiskLimits {
  const { risk, account, selfTradePrevention } = config
  const { leverage } = account
  const preventsSelfTrades = selfTradePrevention !== undefined
  const leverageTiers = toLeverageTiers(config, instruments)
  return toRiskLimits({ risk, leverage, leverageTiers, instruments, level, barUs, preventsSelfTrades })
}

/** At the mark price where it is known, otherwise as without one. */
function atMark(market: MarketView): Pick<MarketView, 'midTimes2'> {
  return {
    midTimes2: () => {
      const mark = market.markPrice()
      return mark === undefined ? market.midTimes2() : 2 * mark
    },
  }
}

/** What an account starts with and pays, the same for us and for a simulated venue. @throws {ConfigError} */
export function accountTerms(
  config: RunConfig,
  instruments: readonly Instrument[],
): Omit<PositionTrackerOptions, 'markets'> {
  return {
    instruments,
    balance: toQuanta(config.account.balance, instruments[0]),
    fees: instruments.map(({ id }) => {
      const { makerBps, takerBps } = config.instruments?.[id]?.fees ?? config.fees
      return parseFeeRates({ maker: makerBps, taker: takerBps })
    }),
    feeTiers: toFeeTiers(config.fees, instruments),
    feesReceived: feesReceived(config, instruments),
  }
}
