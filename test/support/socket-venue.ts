/**
 * The stub exchange behind a real socket on loopback, and the client that a session trades through: newline-separated
 * JSON both ways. Client → server: commands and `bye`. Server → client: market messages, reports, `over` when the
 * market has ended, and `bye` when everything that was under way has been sent.
 */
import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { priceTicks, qtyLots, timeUs } from '../../src/core/units.ts'
import type { ExecutionReport } from '../../src/model/execution-report.ts'
import type { MarketRow } from '../../src/model/market-row.ts'
import type { PostInput } from '../../src/run/session-input.ts'
import type { Venue } from '../../src/venue/venue.ts'
import { StubExchange, type StubTruth } from './stub-exchange.ts'

const int = z.number().int()
const lots = int.transform(qtyLots)
const ticks = int.transform(priceTicks)
const time = int.transform(timeUs)
const order = { clientOrderId: int, instrument: int }

const commandSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('submit'),
    ...order,
    side: z.enum(['buy', 'sell']),
    qty: lots,
    price: ticks.optional(),
    timeInForce: z.enum(['gtc', 'ioc', 'fok']),
    postOnly: z.boolean(),
  }),
  z.object({ do: z.literal('amend'), ...order, price: ticks, qty: lots }),
  z.object({ do: z.literal('cancel'), ...order }),
  z.object({ do: z.literal('bye') }),
])

const base = { ...order, exchangeTime: time, cumQty: lots }
const reasons = [
  'post-only-would-take',
  'not-marketable',
  'amended-below-filled',
  'canceled-by-strategy',
  'unknown-order',
] as const
const reportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('accepted'), ...base }),
  z.object({
    kind: z.literal('fill'),
    ...base,
    tradeId: int,
    lastPrice: ticks,
    lastQty: lots,
    liquidity: z.enum(['maker', 'taker']),
  }),
  z.object({ kind: z.literal('amended'), ...base, price: ticks, qty: lots }),
  z.object({
    kind: z.enum(['rejected', 'canceled', 'expired', 'cancel-rejected', 'amend-rejected']),
    ...base,
    reason: z.enum(reasons),
  }),
])
const rowSchema = z.object({
  kind: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  side: z.union([z.literal(0), z.literal(1)]),
  exchangeTime: time,
  price: int,
  qty: int,
  isLast: z.boolean(),
})
const messageSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('market'), rows: z.array(rowSchema) }),
  z.object({ is: z.literal('report'), report: reportSchema }),
  z.object({ is: z.literal('over') }),
  z.object({ is: z.literal('bye') }),
])

/** Serves one client: streams the market message by message, and answers. */
export class SocketExchange {
  readonly exchange: StubExchange
  private readonly server: Server
  private readonly messages: number
  private socket: Socket | undefined
  /** Reports under way. */
  private pending = 0
  private isLeaving = false

  /** @param messages of market data to send before it is over */
  constructor({ seed, messages }: { readonly seed: number; readonly messages: number }) {
    this.messages = messages
    this.exchange = new StubExchange(
      {
        market: (rows: readonly MarketRow[]) => this.send({ is: 'market', rows }),
        report: (report, delayMs) => this.sendLater(report, delayMs),
      },
      seed,
    )
    this.server = createServer((socket) => this.serve(socket))
  }

  get truth(): Readonly<StubTruth> {
    return this.exchange.truth
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    const address: AddressInfo | string | null = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return address.port
  }

  async close(): Promise<void> {
    this.socket?.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private serve(socket: Socket): void {
    socket.setNoDelay()
    this.socket = socket
    createInterface({ input: socket }).on('line', (line) => this.obey(line))
    this.stream(this.messages)
  }

  private stream(left: number): void {
    if (left === 0) {
      this.send({ is: 'over' })
      return
    }
    this.exchange.step()
    setTimeout(() => this.stream(left - 1), 1)
  }

  private obey(line: string): void {
    const command = commandSchema.parse(JSON.parse(line))
    if (command.do === 'submit') this.exchange.submit({ ...command, price: command.price })
    else if (command.do === 'amend') this.exchange.amend(command)
    else if (command.do === 'cancel') this.exchange.cancel(command)
    else {
      this.isLeaving = true
      this.leaveWhenQuiet()
    }
  }

  private sendLater(report: ExecutionReport, delayMs: number): void {
    this.pending++
    setTimeout(() => {
      this.pending--
      this.send({ is: 'report', report })
      this.leaveWhenQuiet()
    }, delayMs)
  }

  private leaveWhenQuiet(): void {
    if (this.isLeaving && this.pending === 0) this.send({ is: 'bye' })
  }

  private send(message: object): void {
    if (this.socket?.writable) this.socket.write(`${JSON.stringify(message)}\n`)
  }
}

/** The client side: commands out, inputs in. */
export class SocketVenue implements Venue {
  /** The market has ended. */
  readonly marketOver: Promise<void>
  private readonly socket: Socket
  private readonly post: PostInput
  private readonly quiet: Promise<void>
  private onOver: () => void = () => {}
  private onQuiet: () => void = () => {}

  constructor(port: number, post: PostInput) {
    this.post = post
    this.marketOver = new Promise((resolve) => {
      this.onOver = resolve
    })
    this.quiet = new Promise((resolve) => {
      this.onQuiet = resolve
    })
    this.socket = createConnection({ port, host: '127.0.0.1' })
    this.socket.setNoDelay()
    createInterface({ input: this.socket }).on('line', (line) => this.take(line))
  }

  submit(command: Parameters<Venue['submit']>[0]): void {
    this.write({ do: 'submit', ...command })
  }

  amend(command: Parameters<Venue['amend']>[0]): void {
    this.write({ do: 'amend', ...command })
  }

  cancel(command: Parameters<Venue['cancel']>[0]): void {
    this.write({ do: 'cancel', ...command })
  }

  /** @returns when every answer has come */
  async leave(): Promise<void> {
    this.write({ do: 'bye' })
    await this.quiet
    this.socket.end()
  }

  private take(line: string): void {
    const message = messageSchema.parse(JSON.parse(line))
    if (message.is === 'market') this.post({ kind: 'market', instrument: 0, rows: message.rows })
    else if (message.is === 'report') this.post({ kind: 'report', report: message.report })
    else if (message.is === 'over') this.onOver()
    else this.onQuiet()
  }

  private write(message: object): void {
    this.socket.write(`${JSON.stringify(message)}\n`)
  }
}
