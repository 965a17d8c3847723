/** Fees by volume, funding and margin as a user writes them. Decimal numbers are text, so that nothing is rounded. */
import { z } from 'zod'

const decimalText = z.string().regex(/^-?\d+(\.\d+)?$/, 'expected a decimal number as text')
const amountText = z.string().regex(/^\d+(\.\d+)?$/, 'expected a decimal number ≥ 0 as text')
const wholeUs = z.number().int().min(1)

const startsAtZero = {
  message: 'expected the first tier to start at 0 and each to start above the one before',
}
const rises = (floors: readonly string[]): boolean =>
  floors.every((floor, index) =>
    index === 0 ? Number(floor) === 0 : Number(floor) > Number(floors[index - 1]),
  )

export const feesSchema = z.strictObject({
  makerBps: decimalText,
  takerBps: decimalText,
  /**
   * What a fee is taken in. `settle`: the settlement currency, always. `received`: what the fill brings in, so a buy pays
   * in the bought coin (spot venues do that). Left out: settle. Of spot only.
   */
  currency: z.enum(['settle', 'received']).optional(),
  /** By what was traded in the 30 days before a fill, in settlement currency; in force instead of the two above. */
  tiers: z
    .array(z.strictObject({ volume: amountText, makerBps: decimalText, takerBps: decimalText }))
    .min(1)
    .refine((tiers) => rises(tiers.map(({ volume }) => volume)), startsAtZero)
    .optional(),
  /** Traded in the 30 days before the run: it counts all the time. */
  volume: amountText.optional(),
})
export type FeesConfig = z.output<typeof feesSchema>

/** Per funding; positive: longs pay shorts. */
const rateText = decimalText.refine((text) => Math.abs(Number(text)) <= 1, 'expected a rate within ±1')

export const fundingSchema = z.discriminatedUnion('source', [
  z.strictObject({ source: z.literal('constant'), rate: rateText, intervalUs: wholeUs }),
  /** Microseconds since 1970. Of every contract in the run. */
  z.strictObject({
    source: z.literal('schedule'),
    rates: z
      .array(z.strictObject({ time: z.number().int().min(0), rate: rateText }))
      .refine(
        (rates) => rates.every(({ time }, index) => index === 0 || time > (rates[index - 1]?.time ?? 0)),
        'expected funding times that rise',
      ),
  }),
  /** What the recording itself says. */
  z.strictObject({ source: z.literal('data') }),
])
export type FundingConfig = z.output<typeof fundingSchema>

export const marginSchema = z.union([
  z.literal('off'),
  z.strictObject({
    tiers: z
      .array(
        z.strictObject({
          /** Value of the position in settlement currency from which the tier holds. */
          floor: amountText,
          /** Of the value, in percent. */
          maintenancePct: amountText.refine(
            (text) => Number(text) > 0 && Number(text) < 100,
            'expected more than 0 and less than 100 percent',
          ),
          /** Amount taken off; default: what makes the margin continuous at the floor. */
          deduction: amountText.optional(),
          /** Largest leverage for a position of this value. */
          maxLeverage: z.number().int().min(1).optional(),
        }),
      )
      .min(1)
      .refine((tiers) => rises(tiers.map(({ floor }) => floor)), startsAtZero)
      .refine(
        (tiers) =>
          tiers.every(
            ({ maintenancePct }, index) =>
              Number(maintenancePct) >= Number(tiers[index - 1]?.maintenancePct ?? 0),
          ),
        'expected maintenance margins that do not fall as positions grow',
      ),
    /** Of the value that is closed, on top of the taker fee. */
    liquidationFeeBps: amountText,
  }),
])
export type MarginConfig = z.output<typeof marginSchema>
