/**
 * The contract of every venue: replay, paper, live. Commands return nothing; what became of them comes back later as
 * an ExecutionReport through the event queue.
 */
import type { AmendCommand, CancelCommand, SubmitCommand } from '../model/execution-report.ts'

export interface Venue {
  submit(command: SubmitCommand): void
  amend(command: AmendCommand): void
  cancel(command: CancelCommand): void
}
