/** A live venue over the real ccxt and real sockets against the exchange of `sim exchange`, driven step by step. */
import { TimerTable } from '../../src/clock/timer-table.ts'
import { WallClock } from '../../src/clock/wall-clock.ts'
import { type PriceTicks, priceTicks, qtyLots } from '../../src/core/units.ts'
import { type RunningExchange, startExchange } from '../../src/exchange/start-exchange.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { ExecutionReport, SubmitCommand } from '../../src/model/execution-report.ts'
import type { InstrumentSpec } from '../../src/model/instrument.ts'
import { WallTimers } from '../../src/run/wall-timers.ts'
import { LiveVenue } from '../../src/venue/ccxt/live-venue.ts'
import type { ExchangeSettings } from '../../src/venue/ccxt/open-exchange.ts'
import { handmadeTape } from './exchange-tape.ts'
import { localSettings, stageKeys } from './local-exchange.ts'

export async function startTape(rows: readonly TapeRow[], spec?: InstrumentSpec): Promise<RunningExchange> {
  const account = {
    key: stageKeys.apiKey,
    secret: stageKeys.secret,
    balances: { USDT: '100000', BTC: '1' },
    futures: { USDT: '100000' },
  }
  return startExchange({ tapes: [handmadeTape(rows, spec)], accounts: [account], speed: 'step', port: 0 })
}

export class LiveStage {
  readonly exchange: RunningExchange
  readonly live: LiveVenue
  readonly reports: ExecutionReport[]
  readonly connections: string[]
  readonly notices: string[]
  readonly positions: number[]

  private constructor(exchange: RunningExchange, live: LiveVenue, seen: Seen) {
    this.exchange = exchange
    this.live = live
    this.reports = seen.reports
    this.connections = seen.connections
    this.notices = seen.notices
    this.positions = seen.positions
  }

  /** Up and compared. @param settings of the client that differ */
  static async open(
    exchange: RunningExchange,
    settings: Partial<ExchangeSettings> = {},
    symbol = 'BTC/USDT',
  ): Promise<LiveStage> {
    const clock = new WallClock()
    const timers: TimerTable = new TimerTable(new WallTimers(clock, (id) => timers.fire(id)))
    const seen: Seen = { reports: [], connections: [], notices: [], positions: [] }
    const live = await LiveVenue.open({
      settings: localSettings(exchange.url, settings),
      symbols: [symbol],
      sessionId: 'session-1',
      fence: 1,
      rate: { burst: 100_000, perSecond: 100_000, cancelReserve: 0.3 },
      clock: { now: () => clock.present() },
      timers,
      output: {
        report: (report) => seen.reports.push(report),
        connection: (instrument, isUp) => seen.connections.push(`${instrument} ${isUp ? 'up' : 'down'}`),
        position: (_instrument, qty) => seen.positions.push(qty),
        notice: (text) => seen.notices.push(text),
      },
    })
    const stage = new LiveStage(exchange, live, seen)
    live.venue.start()
    await stage.until(() => stage.connections.at(-1) === '0 up')
    return stage
  }

  submit(id: number, lots: number, price: number | undefined, more: Partial<SubmitCommand> = {}): void {
    const limit: PriceTicks | undefined = price === undefined ? undefined : priceTicks(price)
    this.live.venue.submit({
      ...{ clientOrderId: id, instrument: 0, side: 'buy', qty: qtyLots(lots), price: limit },
      ...{ timeInForce: price === undefined ? 'ioc' : 'gtc', postOnly: false },
      ...more,
    })
  }

  cancel(id: number): void {
    this.live.venue.cancel({ clientOrderId: id, instrument: 0 })
  }

  told(id: number): string[] {
    return this.reports
      .filter(({ clientOrderId }) => clientOrderId === id)
      .map((report) => {
        if (report.kind === 'fill') return `fill ${report.lastQty} at ${report.lastPrice} ${report.liquidity}`
        return 'reason' in report ? `${report.kind} ${report.reason}` : report.kind
      })
  }

  /** Waits for the sockets, not for a time: what never comes fails with the test's own limit. */
  async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) await new Promise((resolve) => setImmediate(resolve))
  }

  async close(): Promise<void> {
    await this.live.close()
  }
}

interface Seen {
  readonly reports: ExecutionReport[]
  readonly connections: string[]
  readonly notices: string[]
  readonly positions: number[]
}
