/** A schedule through our replay. */
import { Instrument } from '../../src/model/instrument.ts'
import type { OrderState } from '../../src/model/order.ts'
import type { PackedTape } from '../../src/model/packed.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { runReplay } from '../../src/run/run-replay.ts'
import scripted from '../../strategies/scripted/strategy.ts'
import type { Outcome, Slice } from './compare.ts'
import type { Action } from './schedule.ts'
import { toLines } from './schedule.ts'

export interface Setting {
  readonly exchange: 'nopartial' | 'partial'
  readonly queue: string
  readonly entryUs: number
  readonly responseUs: number
  readonly makerBps: string
  readonly takerBps: string
}

/** Nothing of the engine may come between the schedule and the venue. */
const unlimited = {
  priceDeviationPct: null,
  maxOpenOrders: null,
  maxPositions: null,
  maxPositionValuePct: null,
  requirePositiveBalance: false,
  maxMessagesPerSecond: null,
  duplicateWindowMs: null,
  maxDailyLossPct: null,
  maxDrawdownPct: null,
  maxDataAgeMs: null,
  allowSelfCross: true,
  maxRejectsPerMinute: null,
}
const foreverUs = 1e15

export async function runOurs(
  tapes: readonly PackedTape[],
  actions: readonly Action[],
  setting: Setting,
): Promise<Outcome> {
  const [tape] = tapes
  if (tape === undefined) throw new Error('no tape')
  const instrument = new Instrument(tape.facts.instrument)
  const file = { name: 'schedule.jsonl', text: toLines(actions, instrument) }
  const { exchange, queue, entryUs, responseUs, makerBps, takerBps } = setting
  const config = parseRunConfig({
    fillModel: 'hftbacktest',
    exchange,
    queue,
    latency: { model: 'constant', entryUs, responseUs },
    fees: { makerBps, takerBps },
    account: { balance: '1000', leverage: 1 },
    orderTimeoutUs: foreverUs,
    answerTimeoutUs: foreverUs,
    risk: unlimited,
  })
  const { record, summary } = await runReplay({
    tapes,
    config,
    isRecorded: true,
    strategy: {
      name: 'scripted',
      params: {},
      subscriptions: {},
      create: (context) => scripted.create({ file }, context),
    },
  })
  if (record === undefined) throw new Error('nothing was recorded')
  const idOf = new Map(record.orders.map(({ clientOrderId, tag }) => [clientOrderId, Number(tag)]))
  const slices = record.fills.map(
    (fill): Slice => ({
      id: idOf.get(fill.clientOrderId) ?? 0,
      t: fill.exchangeTime,
      tick: fill.price,
      lots: fill.qty,
      isMaker: fill.liquidity === 'maker',
    }),
  )
  let cash = 0
  for (const { price, qty, side } of record.fills) cash += side === 'buy' ? -price * qty : price * qty
  return {
    slices,
    states: new Map(
      record.orders.map((order) => [Number(order.tag), `${stateOf(order.state)} ${order.price ?? 0}`]),
    ),
    account: {
      position: Number(summary.position[instrument.id]),
      balance: cash * instrument.tickSize * instrument.lotSize,
      fee: Number(summary.fees),
      trades: record.fills.length,
    },
  }
}

function stateOf(state: OrderState): string {
  // A run ends before its orders do.
  if (state.kind === 'expired' && state.reason === 'end-of-data') return 'open'
  return state.kind
}
