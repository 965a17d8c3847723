/** What the order machine tells the session. Each becomes an input of it. */
import type { QtyLots } from '../../core/units.ts'
import type { ExecutionReport } from '../../model/execution-report.ts'

export interface VenueOutput {
  report(report: ExecutionReport): void
  /** Whether we hear of our orders on this instrument, and may send some. */
  connection(instrument: number, isUp: boolean): void
  /** Signed lots that the venue says we hold. */
  position(instrument: number, qty: QtyLots): void
  /** Something that an operator should know, one line. */
  notice(text: string): void
}
