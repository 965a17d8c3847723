/**
 * The cases of the peer bench on this engine. One JSON line per run; the first includes compiling. With several runs the
 * columns are read into memory first, as the peers have their data in memory.
 *
 * usage: ours.mjs CASE TAPE RUNS CACHE
 */
import { assert } from '../../src/core/errors.ts'
import { durationUs, priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import { createMemorySource } from '../../src/feed/packed-memory-tape.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import type { PackedBatch, PackedTape, TouchBatch } from '../../src/model/packed.ts'
import { parseRunConfig } from '../../src/run/run-config.ts'
import { type RunnableStrategy, runReplay } from '../../src/run/run-replay.ts'
import type { StrategyContext } from '../../src/strategy/strategy.ts'
import { barCase } from '../replay-cases.ts'

const quoteLots = 10
const inventoryLotsMax = 100
const halfSpreadTicks = 5

/** As hft.py, tick for tick. @param start first exchange time: that tool's clock begins there */
function createMarketMaker(context: StrategyContext, start: number) {
  const ids: Record<'buy' | 'sell', number> = { buy: 0, sell: 0 }
  const refresh = (side: 'buy' | 'sell', price: number, hasRoom: boolean): void => {
    const order = context.order(ids[side])
    if (order?.isWorking === true) {
      if (order.state.kind === 'open' && (order.price !== price || !hasRoom)) context.cancel(ids[side])
    } else if (hasRoom) {
      const request = { instrument: 0, type: 'limit', side, qty: qtyLots(quoteLots), postOnly: true } as const
      ids[side] = context.submit({ ...request, price: priceTicks(price) })
    }
  }
  const tick = (): void => {
    const market = context.market()
    const [bid, ask] = [market.bestBid(), market.bestAsk()]
    const { qty } = context.position()
    if (bid !== undefined && ask !== undefined) {
      const mid = (bid + ask) / 2
      const hasRoom = (position: number): boolean => position + quoteLots <= inventoryLotsMax
      refresh('buy', Math.min(Math.floor(mid - halfSpreadTicks), ask - 1), hasRoom(qty))
      refresh('sell', Math.max(Math.ceil(mid + halfSpreadTicks), bid + 1), hasRoom(-qty))
    }
    context.setTimer(timeUs(context.now() + 100_000), tick)
  }
  return { onStart: () => void context.setTimer(timeUs(start + 100_000), tick) }
}

function firstTimeOf(tape: PackedTape): number {
  const source = tape.open('exchange')
  const first = source.next()?.exchangeTime[0]
  source.close()
  assert(first !== undefined, 'a tape with rows')
  return first
}

function createTwap(seconds: number) {
  return (context: StrategyContext) => {
    let sent = 0
    const send = (): void => {
      context.submit({ instrument: 0, type: 'market', side: 'buy', qty: qtyLots(10) })
      if (++sent < seconds) context.setTimer(timeUs(context.now() + durationUs(1_000_000)), send)
    }
    return { onStart: send }
  }
}

function strategyOf(name: string, tape: PackedTape): RunnableStrategy {
  const seconds = Math.floor((tape.facts.lastTime - tape.facts.firstTime) / 1_000_000) - 2
  const of = (create: RunnableStrategy['create']) => ({ name, params: {}, subscriptions: {}, create })
  switch (name) {
    case 'no-op':
      return of(() => ({}))
    case 'no-op-both':
      return of((context) => ({ onEnd: () => void context.market().levels('buy', 1) }))
    case 'twap':
      return of(createTwap(seconds))
    case 'market-maker':
      return of((context) => createMarketMaker(context, firstTimeOf(tape)))
    case 'bars':
      return barCase().strategy
    default:
      throw new Error(`no case ${name}`)
  }
}

/** `NAME/hftbacktest`: under that tool's own fill model, where both must fill the same. */
const fillModel = 'hftbacktest'
const settings = {
  latency: { model: 'constant', entryUs: 5000, responseUs: 5000 },
  account: { balance: '50000000', leverage: 1 },
  risk: { maxDailyLossPct: null, maxDrawdownPct: null },
}

/** All batches of a source, copied: it reuses its arrays. */
function copyAll<T extends PackedBatch | TouchBatch>(source: { next(): T | undefined; close(): void }): T[] {
  const batches: T[] = []
  for (let batch = source.next(); batch !== undefined; batch = source.next())
    batches.push(structuredClone(batch))
  source.close()
  return batches
}

function inMemory(tape: PackedTape): PackedTape {
  const rows = { exchange: copyAll(tape.open('exchange')), receive: copyAll(tape.open('receive')) }
  const source = tape.openTouch()
  const touch = source === undefined ? undefined : copyAll(source)
  return {
    ...tape,
    open: (order) => createMemorySource(rows[order]),
    openTouch: () => touch && createMemorySource(touch),
  }
}

const [caseName = '', path = '', runs = '1', cacheDir] = process.argv.slice(2)
const [name = '', model] = caseName.split('/')
const config = parseRunConfig(model === fillModel ? { ...settings, fillModel } : settings)
const [prepared] = await prepareTapes([path], { cacheDir })
assert(prepared !== undefined, 'a tape')
const tape = Number(runs) > 1 ? inMemory(prepared) : prepared
const strategy = strategyOf(name, tape)
for (let run = 0; run < Number(runs); run++) {
  const cpuBefore = process.cpuUsage()
  const wallBefore = performance.now()
  const { summary } = await runReplay({ tapes: [tape], strategy, config })
  const wallMs = performance.now() - wallBefore
  const { user, system } = process.cpuUsage(cpuBefore)
  const { rows, orders, fills, fingerprint } = summary
  console.log(
    JSON.stringify({
      case: caseName,
      rows,
      wallMs,
      cpuMs: (user + system) / 1000,
      orders,
      fills,
      position: summary.position,
      fingerprint,
    }),
  )
}
