/** A schedule of orders, cancels and amends near the touch, made from a seed, and its two written forms. */
import { createPrng, type Prng } from '../../src/core/prng.ts'
import { priceTicks, qtyLots } from '../../src/core/units.ts'
import type { Instrument } from '../../src/model/instrument.ts'
import type { Side } from '../../src/model/order.ts'

export interface Action {
  /** Microseconds, our clock. */
  readonly t: number
  readonly what: 'submit' | 'cancel' | 'amend'
  readonly id: number
  readonly side: Side
  /** Ticks; 0 for a market order and a cancel. */
  readonly tick: number
  readonly lots: number
  readonly style: 'gtc' | 'post-only' | 'fok' | 'ioc' | 'market'
}

/** Best prices as we know them, by receive time; ticks. */
export interface Touch {
  readonly time: Float64Array
  readonly bid: Float64Array
  readonly ask: Float64Array
}

export interface ScheduleOptions {
  readonly seed: number
  readonly touch: Touch
  readonly orders: number
  readonly start: number
  /** Of the last submit; requests for it follow for up to `lifeUs`. */
  readonly end: number
  readonly lifeUs: number
  /** Entry and response: a further request for an order waits for the answer to the one before. */
  readonly roundTripUs: number
  readonly lotsMax: number
  /** Ticks around the touch. */
  readonly reach: number
}

export function makeSchedule(options: ScheduleOptions): Action[] {
  const { start, end, orders } = options
  const prng = createPrng(options.seed, 'differential/schedule')
  const actions: Action[] = []
  for (let id = 1; id <= orders; id++) {
    const t = start + Math.floor(((end - start) * (id - 1)) / orders) + prng.nextInt(50)
    actions.push(...lifeOf(id, t, prng, options))
  }
  return actions
    .map((action, index) => ({ action, index }))
    .sort((a, b) => a.action.t - b.action.t || a.index - b.index)
    .map(({ action }) => action)
}

/** One order and what is asked of it later, each time only when the answer before must have come. */
function lifeOf(id: number, t: number, prng: Prng, options: ScheduleOptions): Action[] {
  const { roundTripUs, lifeUs, lotsMax } = options
  const side: Side = prng.nextInt(2) === 0 ? 'buy' : 'sell'
  const style = styleOf(prng.nextInt(100))
  const lots = 1 + prng.nextInt(prng.nextInt(4) === 0 ? lotsMax : Math.ceil(lotsMax / 8))
  const tick = style === 'market' ? 0 : priceNear(options, t, side, prng)
  const first: Action = { t, what: 'submit', id, side, tick, lots, style }
  if (style !== 'gtc' && style !== 'post-only') return [first]
  const later: Action[] = []
  let at = t
  let last = first
  for (let amends = prng.nextInt(3); amends > 0; amends--) {
    at += roundTripUs + 1 + prng.nextInt(Math.ceil(lifeUs / 3))
    last = amendOf(last, at, prng, options)
    later.push(last)
  }
  if (prng.nextInt(5) > 0) {
    at += roundTripUs + 1 + prng.nextInt(Math.ceil(lifeUs / 3))
    later.push({ ...last, t: at, what: 'cancel', tick: 0 })
  }
  return [first, ...later]
}

function amendOf(last: Action, t: number, prng: Prng, options: ScheduleOptions): Action {
  const choice = prng.nextInt(4)
  const lots = choice === 0 ? last.lots : 1 + prng.nextInt(options.lotsMax)
  if (choice === 1) return { ...last, t, what: 'amend', lots: 1 + prng.nextInt(last.lots) }
  return { ...last, t, what: 'amend', lots, tick: priceNear(options, t, last.side, prng) }
}

function styleOf(percent: number): Action['style'] {
  if (percent < 52) return 'gtc'
  if (percent < 78) return 'post-only'
  if (percent < 86) return 'ioc'
  return percent < 93 ? 'fok' : 'market'
}

function priceNear({ touch, reach }: ScheduleOptions, t: number, side: Side, prng: Prng): number {
  const row = lastAt(touch.time, t)
  const bid = touch.bid[row] ?? 0
  const ask = touch.ask[row] ?? 0
  // Mostly at the own touch and a little behind; some inside the spread; some that cross.
  const kind = prng.nextInt(10)
  const away = prng.nextInt(reach + 1)
  if (kind === 0) return side === 'buy' ? ask + away : Math.max(1, bid - away)
  if (kind < 3) return bid + prng.nextInt(Math.max(1, ask - bid + 1))
  return side === 'buy' ? Math.max(1, bid - (kind < 7 ? 0 : away)) : ask + (kind < 7 ? 0 : away)
}

function lastAt(times: Float64Array, t: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= t) low = middle + 1
    else high = middle
  }
  return Math.max(0, low - 1)
}

/** For the strategy `scripted`. */
export function toLines(actions: readonly Action[], instrument: Instrument): string {
  const lines = actions.map((action) => {
    const { t, what, style } = action
    const id = String(action.id)
    const qty = instrument.formatQty(qtyLots(action.lots))
    const price = action.tick === 0 ? undefined : instrument.formatPrice(priceTicks(action.tick))
    if (what === 'cancel') return JSON.stringify({ t, do: what, id })
    if (what === 'amend') return JSON.stringify({ t, do: what, id, price, qty })
    const order = { t, do: what, id, side: action.side, qty }
    if (style === 'market') return JSON.stringify({ ...order, type: 'market' })
    const tif = style === 'post-only' ? 'gtc' : style
    return JSON.stringify({ ...order, type: 'limit', price, tif, postOnly: style === 'post-only' })
  })
  return `${lines.join('\n')}\n`
}

const whatCode = { submit: 0, cancel: 1, amend: 2 } as const
const styleCode = { gtc: 0, 'post-only': 1, fok: 2, ioc: 3, market: 0 } as const

/** For `hft_run.py`. */
export function toColumns(actions: readonly Action[]): Float64Array {
  const table = new Float64Array(actions.length * 8)
  actions.forEach(({ t, what, id, side, tick, lots, style }, row) => {
    const sign = side === 'buy' ? 1 : -1
    const isMarket = style === 'market' ? 1 : 0
    table.set([t, whatCode[what], id, sign, tick, lots, styleCode[style], isMarket], row * 8)
  })
  return table
}
