/** What a strategy is, and everything it may see and do. It cannot tell replay from paper from live. */
import type { z } from 'zod'
import type { TimerId } from '../clock/clock.ts'
import type { Prng } from '../core/prng.ts'
import type { DurationUs, MoneyQuanta, TimeUs } from '../core/units.ts'
import type { Fill } from '../model/fill.ts'
import type { Instrument } from '../model/instrument.ts'
import type { Bar, MarketView, Trade } from '../model/market-data.ts'
import type {
  AmendRequest,
  BracketIds,
  BracketRequest,
  ClientOrderId,
  Order,
  OrderRequest,
} from '../model/order.ts'
import type { ParentOrder, ParentOrderId, ParentOrderRequest } from '../model/parent-order.ts'
import type { Position } from '../model/position.ts'
import type { TapeFacts } from '../model/tape.ts'

/** Every callback is optional and synchronous. */
export interface Strategy {
  /** First call, at the time of the first market data. */
  onStart?(): void
  onTrade?(trade: Trade): void
  onBar?(bar: Bar): void
  /** After each received book message. Costs a stop per message: prefer a timer. */
  onBook?(instrument: number): void
  /** Any change of state of an order, denials included, fills not. */
  onOrder?(order: Order): void
  onFill?(fill: Fill, order: Order): void
  /** The venue closed a part of a position because the margin ran out; working orders end with the reason `liquidation`. */
  onLiquidation?(fill: Fill): void
  /** A parent order is over. */
  onParent?(parent: ParentOrder): void
  /** Last call: the data is over. Orders sent here go nowhere. */
  onEnd?(): void
}

/** What the strategy wants to be called for. Everything else costs nothing. */
export interface Subscriptions {
  readonly trades?: boolean
  /** Bars of this length, built from trades; on a bar tape its own bars, and the length must match. */
  readonly barUs?: DurationUs
  readonly book?: boolean
}

export interface StrategyContext {
  readonly instruments: readonly Instrument[]
  now(): TimeUs
  market(instrument?: number): MarketView
  /** The outcome, a denial included, comes back through onOrder and onFill; never before this call returns. */
  submit(request: OrderRequest): ClientOrderId
  /** Two orders of which one cancels the other. Both leave, or both are denied. */
  submitOco(first: OrderRequest, second: OrderRequest): readonly [ClientOrderId, ClientOrderId]
  /** An entry with its stop-loss and its take-profit, which work as soon as it fills. All leave, or all are denied. */
  submitBracket(request: BracketRequest): BracketIds
  amend(clientOrderId: ClientOrderId, request: AmendRequest): void
  cancel(clientOrderId: ClientOrderId): void
  /** Starts an execution algorithm. */
  execute(request: ParentOrderRequest): ParentOrderId
  cancelParent(parentOrderId: ParentOrderId): void
  order(clientOrderId: ClientOrderId): Order | undefined
  /** In order of submission. */
  workingOrders(instrument?: number): readonly Order[]
  position(instrument?: number): Position
  /** Balance plus unrealized PnL at the current mid. */
  equity(): MoneyQuanta
  setTimer(at: TimeUs, fire: () => void): TimerId
  cancelTimer(id: TimerId): void
  /** A seeded stream of its own per name. */
  random(name: string): Prng
  /** Kept in the journal and printed with --verbose. */
  log(text: string): void
  /** Cancels everything and lets nothing new out. */
  emergencyStop(): void
}

/** What a strategy may derive its default parameters from. Printed with the run, so that nothing is hidden. */
export interface DefaultsInput {
  readonly facts: TapeFacts
  readonly instrument: Instrument
  /** Lots that the whole initial balance buys at the first price of the run; undefined before data are read. */
  readonly balanceLots?: number | undefined
  /** Parameters the user did give, as typed and not yet checked. */
  readonly given: Readonly<Record<string, string>>
}

/** A strategy file's default export. Parameters arrive as text (`--param k=v`) or JSON and leave the schema parsed. */
export interface StrategyDefinition<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly description: string
  readonly params: Schema
  /** Values for parameters the user left out, as he would have typed them. */
  defaults?(input: DefaultsInput): Readonly<Record<string, string>>
  subscriptions?(params: z.infer<Schema>): Subscriptions
  create(params: z.infer<Schema>, context: StrategyContext): Strategy
}

/** Identity; gives a strategy file its types. */
export function defineStrategy<Schema extends z.ZodObject>(
  definition: StrategyDefinition<Schema>,
): StrategyDefinition<Schema> {
  return definition
}
