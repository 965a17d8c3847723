/** Conditions of a venue, as a configuration writes them. Every one is off by default. */
import { z } from 'zod'
import { timeOfText } from '../feed/parse-time.ts'
import { binanceLimits } from './rate-limit-presets.ts'

const wholeUs = z.number().int().min(1)
const count = z.number().int().min(0)
const positive = z.number().positive()
const decimalText = z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal number ≥ 0 as text')

/** A date, UTC unless it says otherwise; or whole microseconds since 1970. Parsed to microseconds. */
const time = z.union([z.number().int().min(0), z.string()]).transform((value, context) => {
  const parsed = typeof value === 'number' ? value : timeOfText(value)
  if (parsed !== undefined) return parsed
  context.addIssue({
    code: 'custom',
    message: `expected a time such as 2024-05-01T08:00:00Z, found ${value}`,
  })
  return z.NEVER
})

const isForward = ({ from, to }: { from?: number | undefined; to?: number | undefined }): boolean =>
  from === undefined || to === undefined || from < to
const forward = { error: 'expected from before to' }

const rules = z.strictObject({
  tickSize: decimalText.optional(),
  lotSize: decimalText.optional(),
  minQty: decimalText.optional(),
  maxQty: decimalText.optional(),
  /** Of market orders. */
  maxMarketQty: decimalText.optional(),
  minNotional: decimalText.optional(),
  /** Limits of price ÷ reference price, such as 1.05 and 0.95. */
  priceBand: z.strictObject({ up: decimalText.optional(), down: decimalText.optional() }).optional(),
  maxOpenOrders: z.number().int().min(1).optional(),
})
export type RulesConfig = z.output<typeof rules>

const rulePeriod = z
  .strictObject({
    /** Default: every instrument. */
    instrument: z.string().optional(),
    /** Default: since ever, for ever. `to` is the first moment after it. */
    from: time.optional(),
    to: time.optional(),
    rules,
  })
  .refine(isForward, forward)
export type RulePeriodConfig = z.output<typeof rulePeriod>

/** A list of periods alone stands for the object around it. */
export const venueRulesSchema = z.preprocess(
  (value) => (Array.isArray(value) ? { periods: value } : value),
  z.strictObject({
    /** What happens when data lie outside of all periods. */
    outside: z.enum(['warn', 'refuse']).default('warn'),
    periods: z.array(rulePeriod).min(1),
  }),
)

const costs = z.strictObject({ submit: count, amend: count, cancel: count })

const givenLimits = z.strictObject({
  buckets: z
    .array(
      z.strictObject({
        counts: z.enum(['orders', 'weight']),
        perUs: wholeUs,
        max: z.number().int().min(1),
      }),
    )
    .min(1),
  orders: costs.default({ submit: 1, amend: 1, cancel: 0 }),
  weight: costs.default({ submit: 1, amend: 1, cancel: 1 }),
  ban: z
    .strictObject({
      afterRefusals: z.number().int().min(1),
      withinUs: wholeUs,
      firstUs: wholeUs,
      maxUs: wholeUs,
    })
    .optional(),
})
/** The name of a preset, or the limits themselves. */
export const rateLimitsSchema = z.union([z.enum(['binance-spot', 'binance-usdm']), givenLimits])
export type RateLimitsConfig = z.output<typeof rateLimitsSchema>

export const limitsOf = (config: RateLimitsConfig) =>
  typeof config === 'string' ? binanceLimits[config] : config

export const maintenanceSchema = z.array(
  z
    .strictObject({ from: time, to: time, openOrders: z.enum(['keep', 'cancel']).default('keep') })
    .refine(isForward, forward),
)

/** More than one a second is no venue, and those of a day are kept in memory. */
const outagesPerDayMax = 100_000

export const outagesSchema = z.strictObject({
  perDay: positive.max(outagesPerDayMax),
  /** Microseconds. */
  meanUs: wholeUs,
  commands: z.enum(['reject', 'lose']).default('reject'),
})

/** How far back σ and V are measured, microseconds. */
const windowUs = z.number().int().min(60_000_000).default(3_600_000_000)

/** See ImpactOptions for the units. */
export const impactSchema = z.discriminatedUnion('model', [
  z.strictObject({
    model: z.literal('square-root'),
    y: positive.default(1),
    sigmaDay: positive.optional(),
    volumeDay: positive.optional(),
    windowUs,
  }),
  z.strictObject({
    model: z.literal('almgren-chriss'),
    epsilon: z.number().min(0).default(0),
    eta: z.number().min(0),
    gamma: z.number().min(0),
    tauSeconds: positive.default(1),
  }),
])

/** Keys of a configuration, and of what it says about one instrument. */
export const venueSettings = {
  venueRules: venueRulesSchema.optional(),
  rateLimits: rateLimitsSchema.optional(),
  maintenance: maintenanceSchema.optional(),
  outages: outagesSchema.optional(),
  impact: impactSchema.optional(),
}
export const venueSettingsSchema = z.strictObject(venueSettings)
export type VenueSettings = z.output<typeof venueSettingsSchema>
