/** A relay on loopback between a client and a server, whose connections can be cut, and answers be swallowed. */
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class CuttingProxy {
  private readonly server: Server
  private readonly sockets = new Set<Socket>()
  /** Answers are thrown away while this is true. */
  isSwallowing = false
  url = ''

  private constructor(target: number) {
    this.server = createServer((client) => {
      const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
      client.setNoDelay()
      for (const socket of [client, upstream]) {
        this.sockets.add(socket)
        socket.on('error', () => socket.destroy())
        socket.on('close', () => {
          this.sockets.delete(socket)
          client.destroy()
          upstream.destroy()
        })
      }
      client.on('data', (data) => upstream.write(data))
      upstream.on('data', (data) => {
        if (!this.isSwallowing) client.write(data)
      })
    })
  }

  static async open(target: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target)
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    const address = proxy.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    proxy.url = `http://127.0.0.1:${address.port}`
    return proxy
  }

  /** All connections break; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cut()
    this.server.close()
    await once(this.server, 'close')
  }
}
