/** Exchange time of the tape ↔ milliseconds as the wire has them. */
import type { VirtualExchange } from '../virtual-exchange.ts'
import { WireError } from './wire-error.ts'

export class WireClock {
  /** The tape runs at the speed of life, and its times are shifted to the present: clients' times can be held against it. */
  readonly isReal: boolean
  private readonly exchange: VirtualExchange
  /** Whole milliseconds. */
  private readonly shiftMs: number
  /** What the server claims beyond the truth: a clock that is off. */
  skewMs = 0

  /** @param startMs what the start of the exchange is called on the wire; undefined: as on the tape */
  constructor(exchange: VirtualExchange, startMs: number | undefined) {
    this.exchange = exchange
    this.isReal = startMs !== undefined
    this.shiftMs = startMs === undefined ? 0 : Math.floor(startMs) - Math.floor(exchange.now / 1000)
  }

  /** @param us exchange time */
  ms(us: number): number {
    return Math.floor(us / 1000) + this.shiftMs
  }

  /** Exchange time of a wire time. */
  us(ms: number): number {
    return (ms - this.shiftMs) * 1000
  }

  nowMs(): number {
    return this.ms(this.exchange.now) + this.skewMs
  }

  /** @throws {WireError} −1021, where times are real */
  checkTimestamp(timestamp: number, recvWindow: number): void {
    if (!this.isReal) return
    const now = this.nowMs()
    if (timestamp > now + 1000) {
      throw new WireError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    }
    if (now - timestamp > recvWindow) {
      throw new WireError(-1021, 'Timestamp for this request is outside of the recvWindow.')
    }
  }
}
