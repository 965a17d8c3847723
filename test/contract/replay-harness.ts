/** The replay venue, held against the contract. */
import { timeUs } from '../../src/core/units.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import { isAccountReport } from '../../src/model/account-report.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { hasBook } from '../../src/model/tape.ts'
import { Connection } from '../../src/venue/replay/connection.ts'
import { ReplayVenue } from '../../src/venue/replay/replay-venue.ts'
import { BookMarket } from '../../src/venue/sim/book-market.ts'
import { constantLatency } from '../../src/venue/sim/latency-model.ts'
import { PrintMarket } from '../../src/venue/sim/print-market.ts'
import { createQueueModel } from '../../src/venue/sim/queue-model.ts'
import { ReportPipe } from '../../src/venue/sim/report-pipe.ts'
import { testInstrument } from '../support/tape-rows.ts'
import type { MarketScript, SteppedHarness, SteppedSession } from './harness.ts'

export const replayHarness: SteppedHarness = {
  name: 'the replay venue',
  open: (script) => new ReplaySession(script),
}

class ReplaySession implements SteppedSession {
  readonly reports: ExecutionReport[] = []
  private readonly venue: ReplayVenue
  private now = 0

  constructor({ level, rows, minNotional = '0', selfTradePrevention }: MarketScript) {
    const spec = { ...testInstrument, minNotional }
    const latency = constantLatency(5, 7)
    const pipe = new ReportPipe(latency)
    const tapes = [createMemoryTape({ instrument: spec, rows, level })]
    const shared = { index: 0, instrument: new Instrument(spec), tapes, pipe, selfTradePrevention }
    const market = hasBook(level)
      ? new BookMarket({ ...shared, queueModel: createQueueModel('risk-averse') })
      : new PrintMarket({ ...shared, spreadTicks: 1 })
    this.venue = new ReplayVenue({
      clock: { now: () => timeUs(this.now) },
      connections: [new Connection({ latency, pipe })],
      markets: [market],
    })
  }

  submit: SteppedSession['submit'] = (command) => this.venue.submit(command)
  amend: SteppedSession['amend'] = (command) => this.venue.amend(command)
  cancel: SteppedSession['cancel'] = (command) => this.venue.cancel(command)

  runTo(time: number): void {
    for (;;) {
      this.venue.advance(time)
      const due = this.venue.nextReportTime
      if (due > time) break
      this.now = due
      const report = this.venue.takeReport()
      if (!isAccountReport(report)) this.reports.push(report)
    }
    this.now = time
  }
}
