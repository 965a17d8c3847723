/** Buys or sells one quantity in proportion to an expected volume profile: the execution engine's VWAP. */
import {
  ConfigError,
  defineStrategy,
  formatDuration,
  p,
  parseDuration,
  qtyLots,
  type StrategyContext,
  type TextFile,
  timeUs,
  z,
} from '../../src/index.ts'
import { parseProfile } from './profile.ts'

const slicesDefault = 30
export default defineStrategy({
  name: 'vwap',
  description: 'buys or sells one quantity in proportion to an expected volume profile',
  params: z.strictObject({
    side: p.side().default('buy'),
    quantity: p.qty(),
    duration: p.duration(),
    slices: p.int({ min: 1, max: 100_000 }).default(slicesDefault),
    curve: p.choice(['flat', 'profile', 'history']),
    profile: p.file().optional(),
    history: p.duration().optional(),
    childType: p.choice(['market', 'limit']).default('market'),
    priceOffset: p.int().default(0),
    jitter: p.number({ min: 0, max: 0.99 }).default(0),
  }),

  /**
   * About 1 % of what the tape traded, but at most a tenth of the balance, over about 80 % of the tape's time after the
   * history. The curve is what was given for it: nothing is taken from the tape, which knows the volume of the future.
   */
  defaults({ facts, instrument, given, balanceLots = Number.POSITIVE_INFINITY }) {
    const asked = Number(given.slices)
    const slices = Number.isSafeInteger(asked) && asked > 0 ? asked : slicesDefault
    const lots = Math.max(slices, Math.min(Math.round(facts.tradedLots * 0.01), Math.floor(balanceLots / 10)))
    const history = parseDuration(given.history ?? '') ?? 0
    const seconds = Math.max(1, Math.floor(((facts.lastTime - facts.firstTime - history) * 0.8) / 1e6))
    const curve = given.profile !== undefined ? 'profile' : given.history !== undefined ? 'history' : 'flat'
    return { curve, quantity: instrument.formatQty(qtyLots(lots)), duration: formatDuration(seconds * 1e6) }
  },

  create(params, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const qty = instrument.parseQty(params.quantity)
    const { side, duration, slices, childType, priceOffset, jitter, history } = params
    const known = knownWeights(params)
    const trade = (weights: readonly number[]): void => {
      const algo = { algo: 'vwap', weights, duration, slices, childType, priceOffset, jitter } as const
      context.execute({ instrument: 0, side, qty, algo })
    }
    return {
      onStart() {
        if (known !== undefined) trade(known)
        else if (history !== undefined) observe(context, { length: history, bins: slices, done: trade })
      },
    }
  },
})

interface Curve {
  readonly curve: 'flat' | 'profile' | 'history'
  readonly profile?: TextFile | undefined
  readonly history?: number | undefined
}

/** Undefined: they are to be seen first. @throws {ConfigError} VWAP_CURVE when the curve does not go with what was given */
function knownWeights({ curve, profile, history }: Curve): readonly number[] | undefined {
  const given = { profile: profile !== undefined, history: history !== undefined }
  const isFitting = given.profile === (curve === 'profile') && given.history === (curve === 'history')
  if (!isFitting) {
    throw new ConfigError(
      'VWAP_CURVE',
      `strategy vwap: curve ${curve} with${given.profile ? '' : 'out'} a profile and with${given.history ? '' : 'out'} ` +
        'a history: give a profile, a history or neither, and leave the curve out',
    )
  }
  if (profile !== undefined) return parseProfile(profile)
  return history === undefined ? [1] : undefined
}

interface Observation {
  /** Microseconds. */
  readonly length: number
  readonly bins: number
  readonly done: (weights: readonly number[]) => void
}

/** Watches the volume of the market bin by bin, from now on; without any the profile is flat, and the log says so. */
function observe(context: StrategyContext, { length, bins, done }: Observation): void {
  const startedAt = context.now()
  const weights: number[] = []
  let before = context.market().tradedQty()
  const look = (): void => {
    const traded = context.market().tradedQty()
    weights.push(traded - before)
    before = traded
    if (weights.length < bins) next()
    else if (weights.every((weight) => weight === 0)) {
      context.log('nothing was traded in the history: the profile is flat')
      done([1])
    } else done(weights)
  }
  const next = (): void => {
    context.setTimer(timeUs(startedAt + Math.floor(((weights.length + 1) * length) / bins)), look)
  }
  next()
}
