/** The public API: what a strategy file may import. */
export { z } from 'zod'
export type { Clock, TimerId } from './clock/clock.ts'
export { formatDuration, parseDuration } from './core/duration.ts'
export { ConfigError, DataError, SimError } from './core/errors.ts'
export type { Prng } from './core/prng.ts'
export {
  type DurationUs,
  durationUs,
  type MoneyQuanta,
  type PriceTicks,
  priceTicks,
  type QtyLots,
  qtyLots,
  type TimeUs,
  timeUs,
} from './core/units.ts'
export {
  computeHoldings,
  computeKappa,
  expectedCost,
  type ImpactModel,
} from './model/almgren-chriss.ts'
export type { Fill } from './model/fill.ts'
export type { Instrument, InstrumentSpec } from './model/instrument.ts'
export type { Bar, Level, MarketView, Trade } from './model/market-data.ts'
export {
  type AmendRequest,
  type BracketIds,
  type BracketRequest,
  type ClientOrderId,
  type Order,
  type OrderRequest,
  type OrderType,
  oppositeOf,
  type SelfTradePrevention,
  type Side,
  signOf,
  type TimeInForce,
  type TriggerSource,
} from './model/order.ts'
export type { AlgoSpec, ParentOrder, ParentOrderId, ParentOrderRequest } from './model/parent-order.ts'
export type { Position } from './model/position.ts'
export type { TapeFacts } from './model/tape.ts'
export { type ParamKind, p, type Spread, type TextFile } from './strategy/params.ts'
export {
  type DefaultsInput,
  defineStrategy,
  type Strategy,
  type StrategyContext,
  type StrategyDefinition,
  type Subscriptions,
} from './strategy/strategy.ts'
