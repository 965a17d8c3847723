/** Signed holding of one instrument and what it earned. All integers. */
import type { MoneyQuanta, QtyLots } from '../core/units.ts'

export interface Position {
  readonly instrument: number
  /** Signed: positive long, negative short. Whole lots: what can be sold. */
  readonly qty: QtyLots
  /**
   * Held below one lot, in quanta of the base currency (`baseQuantumOf`), ≥ 0: where buys pay their fee in what they
   * bring in. Always 0 elsewhere.
   */
  readonly dust: number
  /**
   * Σ price × signed quantity of what is open, in tick·lots; average price = openCost / qty. Of an inverse contract minus
   * the signed value at entry, in quanta; average price = −qty × quantaTicksPerLot / openCost, the harmonic mean.
   */
  readonly openCost: number
  /** Booked by closing, before fees. Positive is a gain. */
  readonly realizedPnl: MoneyQuanta
  /** Paid so far; positive is a cost. */
  readonly fees: MoneyQuanta
  /** Paid so far; negative was received. */
  readonly funding: MoneyQuanta
  /** Σ |quantity| of all fills, in lots, and Σ price × |quantity| in tick·lots. */
  readonly tradedQty: number
  readonly tradedNotional: number
}
