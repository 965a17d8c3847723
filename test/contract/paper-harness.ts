/** The paper venue, held against the contract: the script's rows are received at their exchange times. */
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import { isAccountReport } from '../../src/model/account-report.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import { Instrument } from '../../src/model/instrument.ts'
import { BookMarket } from '../../src/venue/sim/book-market.ts'
import { PrintMarket } from '../../src/venue/sim/print-market.ts'
import { createQueueModel } from '../../src/venue/sim/queue-model.ts'
import { messagesOf, PaperStage } from '../support/paper-stage.ts'
import { testInstrument } from '../support/tape-rows.ts'
import type { MarketScript, SteppedHarness, SteppedSession } from './harness.ts'

export const paperHarness: SteppedHarness = {
  name: 'the paper venue',
  open: (script) => new PaperSession(script),
}

class PaperSession implements SteppedSession {
  readonly reports: ExecutionReport[] = []
  private readonly stage: PaperStage
  private readonly messages: TapeRow[][]

  constructor({ level, rows, minNotional = '0', selfTradePrevention }: MarketScript) {
    const instrument = new Instrument({ ...testInstrument, minNotional })
    this.messages = messagesOf(rows)
    this.stage = new PaperStage({
      instrument,
      level,
      batchRows: 8,
      createMarket: (tape, pipe) => {
        const shared = { index: 0, instrument, tapes: [tape], pipe, selfTradePrevention }
        return level === 'trades'
          ? new PrintMarket({ ...shared, spreadTicks: 1 })
          : new BookMarket({ ...shared, queueModel: createQueueModel('risk-averse') })
      },
      onReport: (report) => {
        if (!isAccountReport(report)) this.reports.push(report)
      },
    })
  }

  submit: SteppedSession['submit'] = (command) => this.stage.venue.submit(command)
  amend: SteppedSession['amend'] = (command) => this.stage.venue.amend(command)
  cancel: SteppedSession['cancel'] = (command) => this.stage.venue.cancel(command)

  runTo(time: number): void {
    while ((this.messages[0]?.[0]?.exchangeTime ?? Number.POSITIVE_INFINITY) <= time) {
      this.stage.receive(this.messages.shift() ?? [])
    }
    this.stage.runTo(time)
  }
}
