/** The latency models of a run, as a configuration writes them. */
import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import { type QuantilePoints, QuantileTable } from '../venue/sim/quantile-table.ts'

const wholeUs = z.number().int().min(1)
/** A thousand times the latency of the feed is minutes: more is a slip. */
const scale = z.number().positive().max(1_000)
/** [[percent, us], …] ascending to 100. */
const points = z
  .array(z.tuple([z.number().min(0).max(100), wholeUs]))
  .min(1)
  .superRefine(checkTable)

/** A table that cannot be drawn from is refused before any data is read. */
function checkTable(value: QuantilePoints, context: z.core.$RefinementCtx): void {
  try {
    new QuantileTable(value)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
  }
}

/** What a latency taken from elsewhere is multiplied with; default of the parts: `scale`. */
const scales = {
  amendScale: scale.optional(),
  cancelScale: scale.optional(),
  responseScale: scale.optional(),
}

const spikes = z.strictObject({
  /** Chance that a message begins a spike, in millionths. */
  perMillion: z.number().int().min(0).max(1_000_000),
  durationUs: wholeUs,
  points,
})

const lognormalPart = z.strictObject({ medianUs: wholeUs, p99Us: wholeUs })

export const latencySchema = z.discriminatedUnion('model', [
  z.strictObject({
    model: z.literal('constant'),
    entryUs: wholeUs,
    responseUs: wholeUs,
    amendUs: wholeUs.optional(),
    cancelUs: wholeUs.optional(),
  }),
  /** Order path = scale × the feed's own latency, second by second: its median. */
  z.strictObject({ model: z.literal('measured'), scale, ...scales }),
  /** The same, but drawn from all latencies of that second. */
  z.strictObject({ model: z.literal('measured-sampled'), scale, ...scales }),
  z.strictObject({
    model: z.literal('distribution'),
    submit: points,
    amend: points.optional(),
    cancel: points.optional(),
    response: points.optional(),
    spikes: spikes.optional(),
  }),
  lognormalPart.extend({
    model: z.literal('lognormal'),
    amend: lognormalPart.optional(),
    cancel: lognormalPart.optional(),
    response: lognormalPart.optional(),
  }),
  /** Recorded orders: request, exchange and response time. */
  z.strictObject({
    model: z.literal('recorded'),
    file: z.string(),
    /** Of the file; filled in when it is read, so that another file of that name is noticed. */
    sha256: z.string().optional(),
    scale: scale.default(1),
    ...scales,
  }),
])
export type LatencyConfig = z.infer<typeof latencySchema>
export type LatencyConfigInput = z.input<typeof latencySchema>
