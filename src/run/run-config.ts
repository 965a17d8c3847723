/**
 * Everything that decides the outcome of a run, but the data and the strategy's code. Parsed once, here; defaults are
 * visible in the parsed value, so that they can be printed and hashed.
 */
import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import { barPaths } from '../venue/sim/bar-walk.ts'
import { createQueueModel } from '../venue/sim/queue-model.ts'
import { feesSchema, fundingSchema, marginSchema } from './account-schemas.ts'
import { latencySchema } from './latency-config.ts'
import { riskLimitsSchema } from './risk-config.ts'
import { venueSettings } from './venue-config.ts'

const wholeUs = z.number().int().min(1)
const decimalText = z.string().regex(/^-?\d+(\.\d+)?$/, 'expected a decimal number as text')

/** What holds for one instrument instead of what the run says. */
const instrumentSchema = z.strictObject({
  latency: latencySchema.optional(),
  /** Volume is of the whole account, so are tiers. A currency that is left out is that of the account. */
  fees: feesSchema.pick({ makerBps: true, takerBps: true, currency: true }).optional(),
  ...venueSettings,
})

export const defaultSpreadTicks = 1

export const runConfigSchema = z.strictObject({
  seed: z.number().int().min(0).max(0xffffffff).default(1),
  /** Default: measured where the tape has two clocks, else constant (see defaultLatency). */
  latency: latencySchema.optional(),
  /** Queue model: see createQueueModel. */
  queue: z.string().superRefine(checkQueueModel).default('risk-averse'),
  /** Left out: honest. */
  fillModel: z.enum(['honest', 'hftbacktest']).optional(),
  /** Of the fill model hftbacktest, and of no other. Left out: nopartial. */
  exchange: z.enum(['nopartial', 'partial']).optional(),
  /** In basis points of the notional; negative is a rebate. */
  fees: feesSchema.default({ makerBps: '2', takerBps: '5' }),
  /** Default: none. Of contracts only. */
  funding: fundingSchema.optional(),
  /** Default: see `marginInForce`. */
  margin: marginSchema.optional(),
  /**
   * Where the mark prices of the data are used: nowhere; by the venue, for funding, margin and liquidation; or by all, for
   * equity and unrealized PnL as well. Left out: venue.
   */
  markPrices: z.enum(['off', 'venue', 'all']).optional(),
  /** Ticks a taker pays on top of a print, on tapes without a book. */
  spreadTicks: z.number().int().min(0).default(defaultSpreadTicks),
  /** Order of the extremes inside each bar. Left out: nearer. */
  barPath: z.enum(barPaths).optional(),
  /** Of orders that do not name a mode. Not given: our own orders do not see each other. */
  selfTradePrevention: z.enum(['cancel-newest', 'cancel-oldest', 'cancel-both', 'decrement']).optional(),
  account: z
    .strictObject({
      balance: decimalText
        .refine((text) => Number(text) > 0, 'expected an amount above zero')
        .default('1000000'),
      leverage: z.number().int().min(1).default(1),
    })
    .prefault({}),
  /** Of a strategy's limit orders that name none, unless they are post-only or icebergs. Left out: gtc. */
  defaultTimeInForce: z.enum(['gtc', 'ioc', 'fok']).optional(),
  /** Open orders are canceled after this long. */
  orderTimeoutUs: wholeUs.default(300_000_000),
  /** An order that the venue has not answered after this long counts as unknown. */
  answerTimeoutUs: wholeUs.default(10_000_000),
  risk: riskLimitsSchema.prefault({}),
  ...venueSettings,
  /** By the id of the instrument. */
  instruments: z.record(z.string(), instrumentSchema).optional(),
})

/** Also where no book, and so no queue, is in the data: a mistyped model is never silently ignored. */
function checkQueueModel(spec: string, context: z.core.$RefinementCtx<string>): void {
  try {
    createQueueModel(spec)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    context.addIssue({ code: 'custom', message: error.message, input: spec })
  }
}

/** What a user may write. */
export type RunConfigInput = z.input<typeof runConfigSchema>
export type RunConfig = z.output<typeof runConfigSchema>

/** @throws {ConfigError} CONFIG_INVALID naming the first wrong key */
export function parseRunConfig(input: unknown): RunConfig {
  const result = runConfigSchema.safeParse(input)
  if (result.success) return checkedFillModel(checkedFees(result.data))
  const issue = result.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? 'configuration' : issue.path.join('.')
  throw new ConfigError('CONFIG_INVALID', `${where}: ${issue?.message ?? 'invalid'}`)
}

/** Fees in the settlement currency and mark prices for the venue are what a run has that says nothing, too. */
function withoutSaidDefaults(config: RunConfig): RunConfig {
  const { markPrices, ...rest } = config
  const { currency, ...fees } = config.fees
  const shorter = markPrices === 'venue' ? rest : config
  return currency === 'settle' ? { ...shorter, fees } : shorter
}

/** @throws {ConfigError} CONFIG_INVALID for a volume that no fee depends on, or fees that tiers would make void */
function checkedFees(config: RunConfig): RunConfig {
  const own = Object.entries(config.instruments ?? {}).find(([, { fees }]) => fees?.makerBps !== undefined)
  if (own !== undefined && config.fees.tiers !== undefined) {
    throw new ConfigError(
      'CONFIG_INVALID',
      `instruments.${own[0]}.fees: fees.tiers hold for the whole account; leave out one of the two`,
    )
  }
  if (config.fees.volume === undefined || config.fees.tiers !== undefined) return config
  throw new ConfigError(
    'CONFIG_INVALID',
    'fees.volume: no fee depends on what was traded; give tiers (--fee-tiers) too, or leave it out',
  )
}

/**
 * The honest model is what a run has that says nothing: saying it changes no fingerprint.
 *
 * @throws {ConfigError} CONFIG_INVALID for settings that the fill model would ignore
 */
function checkedFillModel(config: RunConfig): RunConfig {
  const { fillModel, ...rest } = withoutSaidDefaults(config)
  if (fillModel === 'hftbacktest') {
    if (config.selfTradePrevention !== undefined) {
      throw new ConfigError(
        'CONFIG_INVALID',
        'selfTradePrevention: own orders do not see each other in the fill model hftbacktest; leave it out',
      )
    }
    if (config.spreadTicks === defaultSpreadTicks) return withoutSaidDefaults(config)
    throw new ConfigError(
      'CONFIG_INVALID',
      'spreadTicks: the fill model hftbacktest takes from a book and knows no spread of its own; leave it out',
    )
  }
  if (config.exchange !== undefined) {
    throw new ConfigError(
      'CONFIG_INVALID',
      `exchange: ${config.exchange} belongs to the fill model hftbacktest; give --fill-model hftbacktest too`,
    )
  }
  return rest
}
