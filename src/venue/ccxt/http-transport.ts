/**
 * How requests leave: over connections that stay open, written in the turn in which they are made. Stands in for the
 * fetch of ccxt, which takes longer to get to the socket than all the rest; what the venue answers goes through ccxt's
 * own reading of it.
 */
import http from 'node:http'
import https from 'node:https'
import type { CcxtExchange } from './ccxt-exchange.ts'
import type { HttpFacts } from './error-outcome.ts'

export interface TransportOptions {
  /** Milliseconds without an answer after which it is given up. */
  readonly timeoutMs: number
  /** For venues with a certificate of their own, as the simulated exchange has: PEM text. */
  readonly ca?: string | undefined
}

/** An error of the connection, named as ccxt names it: see error-outcome.ts. */
class NetworkError extends Error {}

export class HttpTransport {
  private readonly plain: http.Agent
  private readonly secure: https.Agent
  private readonly timeoutMs: number
  private readonly facts = new WeakMap<object, HttpFacts>()

  constructor({ timeoutMs, ca }: TransportOptions) {
    const agent = {
      keepAlive: true,
      keepAliveMsecs: 15_000,
      maxSockets: 32,
      noDelay: true,
      scheduling: 'fifo',
    } as const
    this.plain = new http.Agent(agent)
    this.secure = new https.Agent({ ...agent, ...(ca === undefined ? {} : { ca }) })
    this.timeoutMs = timeoutMs
  }

  /** From now on all requests of this exchange go this way. */
  attach(exchange: CcxtExchange): void {
    const fetch = (url: string, method = 'GET', headers?: unknown, body?: unknown): Promise<unknown> =>
      this.fetch(exchange, url, method, headers, body)
    Reflect.set(exchange, 'fetch', fetch)
  }

  /** What was seen of the answer that this error is made of. */
  factsOf(error: unknown): HttpFacts | undefined {
    return typeof error === 'object' && error !== null ? this.facts.get(error) : undefined
  }

  close(): void {
    this.plain.destroy()
    this.secure.destroy()
  }

  private async fetch(
    exchange: CcxtExchange,
    url: string,
    method: string,
    headers: unknown,
    body: unknown,
  ): Promise<unknown> {
    const sent = headersOf(exchange.setHeaders(headers ?? {}))
    const answer = await this.send(url, method, sent, typeof body === 'string' ? body : undefined)
    try {
      return await exchange.handleRestResponse(answer, url, method, sent, body)
    } catch (error) {
      const retryAfter = Number(answer.headers['retry-after'])
      if (typeof error === 'object' && error !== null) {
        const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : undefined
        this.facts.set(error, { status: answer.status, retryAfterSeconds, body: await answer.text() })
      }
      throw error
    }
  }

  private send(
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
  ): Promise<RestAnswer> {
    return new Promise((resolve, reject) => {
      const isSecure = url.startsWith('https:')
      const fail = (error: Error): void => {
        const code = 'code' in error ? String(error.code) : error.message
        reject(new NetworkError(`${method} ${url.split('?')[0]} failed: ${code}`))
      }
      const request = (isSecure ? https : http).request(
        url,
        { method, agent: isSecure ? this.secure : this.plain, headers: withLength(headers, body) },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('error', fail)
          response.on('end', () => resolve(restAnswer(response, Buffer.concat(parts).toString('utf8'))))
        },
      )
      request.setTimeout(this.timeoutMs, () => request.destroy(new Error('timed out')))
      request.on('error', fail)
      request.end(body)
    })
  }
}

/** As far as ccxt looks at a response. */
interface RestAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, string>>
  text(): Promise<string>
}

function restAnswer(response: http.IncomingMessage, text: string): RestAnswer {
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    headers: headersOf(response.headers),
    text: async () => text,
  }
}

function withLength(
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): http.OutgoingHttpHeaders {
  if (body === undefined) return headers
  return { ...headers, 'Content-Length': String(Buffer.byteLength(body)) }
}

function headersOf(headers: unknown): Record<string, string> {
  const found: Record<string, string> = {}
  if (typeof headers !== 'object' || headers === null) return found
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) found[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return found
}
