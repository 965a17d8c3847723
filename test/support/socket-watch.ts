/**
 * Whether anything is under way between the clients of this process and a server of this process: no request without its
 * answer, and on no socket a byte that was written at one end and not read at the other. What was read has been handled:
 * nothing between the socket and us waits for a clock.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

type Listener = (message: unknown) => void

/** Turns of the event loop without a byte more after which all is said. */
const quietTurns = 3

export class SocketWatch {
  private readonly clients = new Set<Socket>()
  private readonly servers = new Set<Socket>()
  private readonly open = new Set<unknown>()
  private readonly channels: readonly (readonly [string, Listener])[]

  /** Before the server's first socket is there. */
  constructor() {
    const part = (message: unknown, name: string): unknown => Reflect.get(Object(message), name)
    const add =
      (sockets: Set<Socket>): Listener =>
      (message) =>
        sockets.add(socketOf(part(message, 'socket')))
    const begin: Listener = (message) => this.open.add(part(message, 'request'))
    const end: Listener = (message) => this.open.delete(part(message, 'request'))
    this.channels = [
      ['net.client.socket', add(this.clients)],
      ['net.server.socket', add(this.servers)],
      ['http.server.request.start', begin],
      ['http.server.response.finish', end],
    ]
    for (const [name, listener] of this.channels) subscribe(name, listener)
  }

  async quiet(): Promise<void> {
    let seen = -1
    for (let turns = 0; turns < quietTurns; ) {
      await new Promise((resolve) => setImmediate(resolve))
      const bytes = this.balance()
      turns = bytes !== undefined && bytes === seen ? turns + 1 : 0
      seen = bytes ?? -1
    }
  }

  close(): void {
    for (const [name, listener] of this.channels) unsubscribe(name, listener)
  }

  /** Bytes read so far; undefined while some are on their way. */
  private balance(): number | undefined {
    const clients = [...this.clients]
    const servers = [...this.servers]
    if (this.open.size > 0 || clients.some(({ connecting }) => connecting)) return undefined
    const asked = sum(clients.map(({ bytesWritten }) => bytesWritten))
    const heard = sum(servers.map(({ bytesRead }) => bytesRead))
    const answered = sum(servers.map(({ bytesWritten }) => bytesWritten))
    const read = sum(clients.map(({ bytesRead }) => bytesRead))
    return asked === heard && answered === read ? heard + read : undefined
  }
}

/** The channels promise one. */
const socketOf = (value: unknown): Socket => value as Socket

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
