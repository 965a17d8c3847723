/**
 * The live venue, held against the contract: the real ccxt over real sockets against the simulated exchange, which plays
 * the script. A microsecond of the script is a millisecond at the exchange, the finest that its wire can tell.
 */
import { timeUs } from '../../src/core/units.ts'
import { type RunningExchange, startExchange } from '../../src/exchange/start-exchange.ts'
import { createMemoryTape } from '../../src/feed/packed-memory-tape.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import { spotSpec, tapeStart } from '../support/exchange-tape.ts'
import { LiveStage } from '../support/live-stage.ts'
import { stageKeys } from '../support/local-exchange.ts'
import { SocketWatch } from '../support/socket-watch.ts'
import type { MarketScript, Step, VenueHarness, VenueSession } from './harness.ts'

export type LiveMarketKind = 'spot' | 'linear'

const usPerTime = 1000

export function ccxtHarness(kind: LiveMarketKind, lacks: (step: Step) => string | undefined): VenueHarness {
  return {
    name: `the ccxt venue, ${kind === 'spot' ? 'spot' : 'perpetuals'},`,
    open: (script) => CcxtSession.open(kind, script),
    lacks,
    // Only the last of several changes in one message of ccxt is seen, and a cancel of the venue's own has no reason.
    tellsLess: {
      'reduce-only: cut to the position while it waits to take': {
        3: ['accepted', 'restated 5 cut-to-position', 'expired no-liquidity'],
      },
    },
  }
}

const marketOf = {
  spot: { venue: 'binance-spot', exchangeId: 'binance', symbol: 'BTC/USDT' },
  linear: { venue: 'binance-usdm', exchangeId: 'binanceusdm', symbol: 'BTC/USDT:USDT' },
} as const

class CcxtSession implements VenueSession {
  private readonly exchange: RunningExchange
  private readonly stage: LiveStage
  private readonly watch: SocketWatch

  private constructor(exchange: RunningExchange, stage: LiveStage, watch: SocketWatch) {
    this.exchange = exchange
    this.stage = stage
    this.watch = watch
  }

  static async open(
    kind: LiveMarketKind,
    { level, rows, minNotional = '0' }: MarketScript,
  ): Promise<CcxtSession> {
    const { venue, exchangeId, symbol } = marketOf[kind]
    const spec = { ...spotSpec, kind, venue, minNotional }
    const played = rows.map((row) => ({
      ...row,
      exchangeTime: atExchange(row.exchangeTime),
      receiveTime: atExchange(row.receiveTime ?? row.exchangeTime),
    }))
    const { apiKey: key, secret } = stageKeys
    const funds = { USDT: '1000000' }
    const account = { key, secret, balances: { ...funds, BTC: '1000' }, futures: funds }
    const watch = new SocketWatch()
    const tapes = [createMemoryTape({ instrument: spec, rows: played, level })]
    const exchange = await startExchange({ tapes, accounts: [account], speed: 'step', port: 0 })
    const stage = await LiveStage.open(exchange, { exchangeId, marketKind: kind }, symbol)
    await watch.quiet()
    return new CcxtSession(exchange, stage, watch)
  }

  submit: VenueSession['submit'] = (command) => this.stage.live.venue.submit(command)
  amend: VenueSession['amend'] = (command) => this.stage.live.venue.amend(command)
  cancel: VenueSession['cancel'] = (command) => this.stage.live.venue.cancel(command)

  get reports(): readonly ExecutionReport[] {
    return this.stage.reports.map((report) => ({
      ...report,
      // What only the machine can tell is stamped by the clock of this machine.
      exchangeTime: timeUs(Math.round((report.exchangeTime - tapeStart) / usPerTime)),
    }))
  }

  /** What was sent at the present arrives at the present, and is answered before time goes on. */
  async runTo(time: number): Promise<void> {
    await this.watch.quiet()
    this.exchange.advance({ until: atExchange(time) })
    await this.watch.quiet()
  }

  async close(): Promise<void> {
    await this.stage.close()
    await this.exchange.close()
    this.watch.close()
  }
}

const atExchange = (time: number): number => tapeStart + time * usPerTime
