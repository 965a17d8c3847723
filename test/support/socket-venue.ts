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
import type { RecoverableVenue, Recovery } from '../../src/venue/recovery.ts'
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
  /** What became of it? `fence`: of the process that sent it. */
  z.object({ do: z.literal('query'), ...order, fence: int, cancel: z.boolean() }),
  /** No market for this client, which only wants to know how things stand; it stands still meanwhile. */
  z.object({ do: z.literal('audit') }),
  z.object({ do: z.literal('hello'), fence: int }),
  z.object({ do: z.literal('bye') }),
])

type QueryCommand = Extract<z.infer<typeof commandSchema>, { readonly do: 'query' }>

const base = { ...order, exchangeTime: time, cumQty: lots }
const reasons = [
  'post-only-would-take',
  'not-marketable',
  'amended-below-filled',
  'canceled-by-strategy',
  'unknown-order',
  'never-sent',
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

/** Serves one client at a time, one after the other: streams the market message by message, and answers. */
export class SocketExchange {
  readonly exchange: StubExchange
  private readonly server: Server
  private readonly messages: number
  private socket: Socket | undefined
  /** Reports under way. */
  private pending = 0
  private isLeaving = false
  private isStreaming = false
  private isAudited = false
  /** The clients before have said all that they had to say. */
  private quietBefore: Promise<void> = Promise.resolve()
  /** Of the client, and of each order's sender. */
  private fence = 0
  private readonly fences = new Map<number, number>()
  /** Orders asked for with another fence than they were sent with. */
  wrongFences = 0
  onClient: () => void = () => {}

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
    socket.on('error', () => {})
    this.socket = socket
    this.isLeaving = false
    this.setAudited(false)
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    // A killed client may have said something that is still under way; it is heard first.
    this.quietBefore = this.quietBefore.then(() => {
      const lines = createInterface({ input: socket })
      lines.on('error', () => {})
      lines.on('line', (line) => this.obey(line))
      return closed
    })
    this.exchange.showWhole()
    this.onClient()
    if (!this.isStreaming) this.stream(this.messages)
    this.isStreaming = true
  }

  private stream(left: number): void {
    if (left === 0) {
      this.send({ is: 'over' })
      return
    }
    if (!this.isAudited) this.exchange.step()
    setTimeout(() => this.stream(left - 1), 1)
  }

  private obey(line: string): void {
    const command = commandSchema.parse(JSON.parse(line))
    if (command.do === 'submit') {
      this.fences.set(command.clientOrderId, this.fence)
      this.exchange.submit({ ...command, price: command.price })
    } else if (command.do === 'query') this.answer(command)
    else if (command.do === 'audit') this.setAudited(true)
    else if (command.do === 'hello') this.fence = command.fence
    else if (command.do === 'amend') this.exchange.amend(command)
    else if (command.do === 'cancel') this.exchange.cancel(command)
    else {
      this.isLeaving = true
      this.leaveWhenQuiet()
    }
  }

  private setAudited(isAudited: boolean): void {
    this.isAudited = isAudited
    this.exchange.losesNothing = isAudited
  }

  private answer({ clientOrderId, instrument, fence, cancel }: QueryCommand): void {
    const sentWith = this.fences.get(clientOrderId)
    if (sentWith !== undefined && sentWith !== fence) this.wrongFences++
    this.exchange.query(clientOrderId)
    if (cancel && this.exchange.live.includes(clientOrderId))
      this.exchange.cancel({ clientOrderId, instrument })
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
    if (!this.isLeaving || this.pending > 0) return
    this.isLeaving = false
    this.send({ is: 'bye' })
  }

  private send(message: object): void {
    if (this.socket?.writable) this.socket.write(`${JSON.stringify(message)}\n`)
  }
}

/** The client side: commands out, inputs in. */
export class SocketVenue implements RecoverableVenue {
  /** The market has ended. */
  readonly marketOver: Promise<void>
  private readonly socket: Socket
  private readonly post: PostInput
  /** Commands sent. */
  private commands = 0
  private onOver: () => void = () => {}
  private onQuiet: () => void = () => {}

  constructor(port: number, post: PostInput) {
    this.post = post
    this.marketOver = new Promise((resolve) => {
      this.onOver = resolve
    })
    this.socket = createConnection({ port, host: '127.0.0.1' })
    this.socket.setNoDelay()
    createInterface({ input: this.socket }).on('line', (line) => this.take(line))
  }

  /** @param isAudit without a market */
  greet({ fence }: { readonly fence: number }, isAudit = false): void {
    this.write({ do: 'hello', fence })
    if (isAudit) this.write({ do: 'audit' })
  }

  recover({ orders }: Recovery): void {
    for (const { order, fence, cancelReason } of orders) {
      const { clientOrderId, instrument } = order
      this.write({ do: 'query', clientOrderId, instrument, fence, cancel: cancelReason !== undefined })
    }
  }

  submit(command: Parameters<Venue['submit']>[0]): void {
    this.commands++
    this.write({ do: 'submit', ...command })
  }

  amend(command: Parameters<Venue['amend']>[0]): void {
    this.commands++
    this.write({ do: 'amend', ...command })
  }

  cancel(command: Parameters<Venue['cancel']>[0]): void {
    this.commands++
    this.write({ do: 'cancel', ...command })
  }

  /** @returns when every answer has come, and those to what they caused */
  async quiesce(): Promise<void> {
    let before = -1
    while (before !== this.commands) {
      before = this.commands
      const quiet = new Promise<void>((resolve) => {
        this.onQuiet = resolve
      })
      this.write({ do: 'bye' })
      await quiet
    }
  }

  async leave(): Promise<void> {
    await this.quiesce()
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
