/** The summary of a finished run. */

import { sha256 } from '../core/hash.ts'
import type { MoneyQuanta } from '../core/units.ts'
import type { ExecutionEngine } from '../execution/execution-engine.ts'
import { formatBase } from '../model/base-fee.ts'
import type { Instrument } from '../model/instrument.ts'
import type { Order } from '../model/order.ts'
import type { RunSummary } from '../model/run-record.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { PositionTracker } from '../position/position-tracker.ts'
import type { RiskGuard } from '../risk/risk-guard.ts'

export interface SummaryInput {
  readonly fingerprint: string
  readonly strategy: string
  readonly seed: number
  readonly rows: number
  readonly instruments: readonly Instrument[]
  readonly facts: readonly TapeFacts[]
  readonly engine: ExecutionEngine
  readonly positions: PositionTracker
  readonly risk: RiskGuard
  readonly configHash: string
  /** Whether the venue pays funding, and whether it liquidates. */
  readonly hasFunding: boolean
  readonly hasMargin: boolean
  /** Microseconds. */
  readonly spanUs: number
  readonly wallMs: number
  readonly isPartial: boolean
}

export function summarize(input: SummaryInput): RunSummary {
  const { instruments, positions, engine, facts, rows, wallMs } = input
  const [first] = instruments
  const money = (quanta: Parameters<Instrument['formatMoney']>[0]): string =>
    first?.formatMoney(quanta) ?? '0'
  const { orders } = engine
  const position = instruments.map((instrument, index) => {
    const { qty } = positions.position(index)
    return [instrument.id, instrument.formatQty(qty)] as const
  })
  return {
    fingerprint: input.fingerprint,
    strategy: input.strategy,
    seed: input.seed,
    rows,
    orders: orders.length,
    fills: engine.fills.length,
    ...countRefusals(orders),
    position: Object.fromEntries(position),
    realizedPnl: money(positions.realized()),
    unrealizedPnl: money(positions.unrealizedNow()),
    fees: money(positions.fees()),
    ...baseFees(input),
    ...venueFigures(input, money),
    equity: money(positions.equity()),
    initialBalance: money(positions.initialBalance),
    spanUs: input.spanUs,
    wallMs: Math.round(wallMs),
    rowsPerSecond: wallMs > 0 ? Math.round((rows / wallMs) * 1000) : 0,
    dataHash:
      facts.length === 1 && facts[0] !== undefined
        ? facts[0].dataHash
        : sha256(facts.map((f) => f.dataHash).join('\n')),
    configHash: input.configHash,
    isSynthetic: facts.some(({ isSynthetic }) => isSynthetic),
    isPartial: input.isPartial,
    riskState: input.risk.state,
  }
}

/** By instrument, in base currency; absent where all fees are taken in money. */
function baseFees({ instruments, positions }: SummaryInput): Pick<RunSummary, 'baseFees'> {
  const list = instruments.flatMap(({ id, spec }, index) => {
    const paid = positions.feesBase(index)
    if (paid === undefined) return []
    const dust = formatBase(positions.position(index).dust, spec)
    return [[id, { currency: spec.baseCurrency, paid: formatBase(paid, spec), dust }] as const]
  })
  return list.length === 0 ? {} : { baseFees: Object.fromEntries(list) }
}

/** What the venue did by itself; absent where it does nothing. */
function venueFigures(
  { hasFunding, hasMargin, positions, engine }: SummaryInput,
  money: (quanta: MoneyQuanta) => string,
): Pick<RunSummary, 'funding' | 'liquidations'> {
  const closing = engine.accountReports.filter(({ kind }) => kind === 'liquidation')
  return {
    ...(hasFunding ? { funding: money(positions.funding()) } : {}),
    ...(hasMargin ? { liquidations: closing.length } : {}),
  }
}

function countRefusals(orders: readonly Order[]): { denied: number; rejected: number } {
  let denied = 0
  let rejected = 0
  for (const { state } of orders) {
    if (state.kind === 'denied') denied++
    if (state.kind === 'rejected') rejected++
  }
  return { denied, rejected }
}
