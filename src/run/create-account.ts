/** The account of ours that a simulated venue keeps, where it does anything to it by itself: funding, liquidation. */
import { MarkCursor } from '../book/mark-cursor.ts'
import type { Instrument } from '../model/instrument.ts'
import { PositionTracker } from '../position/position-tracker.ts'
import { VenueAccount } from '../position/venue-account.ts'
import { AccountDesk } from '../venue/sim/account-desk.ts'
import type { MatchingMarket } from '../venue/sim/matching-market.ts'
import type { ReportPipe } from '../venue/sim/report-pipe.ts'
import { VenueMarks } from '../venue/sim/venue-marks.ts'
import { toFundingSchedules } from './funding-schedule.ts'
import { marginInForce, toMargin } from './margin-config.ts'
import type { ReplayData } from './replay-data.ts'
import type { RunConfig } from './run-config.ts'
import { accountTerms } from './wire-session.ts'

/** Binance publishes mark prices once a second (`markPrice@1s`) and checks margins against them. */
const markUs = 1_000_000

export interface CreateAccountInput {
  readonly config: RunConfig
  readonly data: Pick<ReplayData, 'groups' | 'instruments' | 'start'>
  /** By instrument. */
  readonly markets: readonly MatchingMarket[]
  /** By instrument: the connection that each is traded over. */
  readonly pipes: readonly ReportPipe[]
}

/** Undefined where the venue only trades: nothing is kept twice then. @throws {ConfigError} */
export function createAccount({ config, data, markets, pipes }: CreateAccountInput): AccountDesk | undefined {
  const { instruments } = data
  const tapes = data.groups.map((group) => group.map(({ facts }) => facts))
  const funding = toFundingSchedules({ funding: config.funding, tapes })
  const margin = toMargin(config, instruments)
  const terms = accountTerms(config, instruments)
  const isHolder = terms.feesReceived !== undefined
  if (margin === undefined && !isHolder && funding.every((schedule) => schedule === undefined)) {
    return undefined
  }
  const isMarked = config.markPrices !== 'off'
  const cursors = data.groups.map((group) => (isMarked ? MarkCursor.open(group, 'exchange') : undefined))
  const marks = new VenueMarks({ markets, cursors })
  const positions = new PositionTracker({
    ...terms,
    markets: markets.map((_, index) => ({ midTimes2: () => marks.times2(index) })),
  })
  return new AccountDesk({
    account: new VenueAccount({ instruments, positions, margin }),
    markets,
    marks,
    pipes,
    funding,
    start: data.start,
    isHolder,
    checkUs: margin === undefined ? undefined : markUs,
  })
}

/** What the venue does by itself in a run of these instruments. */
export function venueActs(
  config: Pick<RunConfig, 'funding' | 'margin' | 'account' | 'fillModel'>,
  instruments: readonly Instrument[],
) {
  const kinds = instruments.map(({ spec }) => spec.kind)
  const hasFunding = config.funding !== undefined && kinds.some((kind) => kind !== 'spot')
  return { hasFunding, hasMargin: marginInForce(config, kinds) !== undefined }
}
