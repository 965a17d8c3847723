/** HTTP: who may talk to this server at all, and requests on their way to routes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ExchangeContext } from './exchange-context.ts'
import { Params } from './params.ts'
import { RateLimited, type RateLimits } from './rate-limits.ts'
import type { Route, Routes } from './route.ts'
import { accountOfKey, checkSigned, signedPayload } from './signature.ts'
import { WireError } from './wire-error.ts'

/** Bytes of a body: fifteen orders of a batch need a hundredth of it. */
const bodyBytesMax = 1_000_000

/** Any name that leads to this machine, so that a page of another origin cannot reach us through its own name. */
const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\]|([a-z0-9-]+\.)+localhost)(:\d{1,5})?$/i

export function isLoopback(request: IncomingMessage): boolean {
  const { host, origin } = request.headers
  if (host === undefined || !loopbackHost.test(host)) return false
  return origin === undefined || loopbackHost.test(origin.replace(/^https?:\/\//, ''))
}

export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: string
  readonly apiKey: string | undefined
}

export interface WireAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** @throws {WireError} −1000 when the body is too long */
export async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const url = request.url ?? '/'
  const at = url.indexOf('?')
  const apiKey = request.headers['x-mbx-apikey']
  return {
    method: request.method ?? 'GET',
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? '' : url.slice(at + 1),
    body: await readBody(request),
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new WireError(-1000, 'Request body is too long.', 413)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function sendAnswer(response: ServerResponse, { status, body, headers }: WireAnswer): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'content-length': Buffer.byteLength(text),
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(text)
}

/** Runs a route; every refusal becomes an answer. */
export class RequestDesk {
  private readonly context: ExchangeContext
  private readonly routes: Routes
  private readonly limits: (path: string) => RateLimits

  constructor(context: ExchangeContext, routes: Routes, limits: (path: string) => RateLimits) {
    this.context = context
    this.routes = routes
    this.limits = limits
  }

  answer(request: WireRequest): WireAnswer {
    const headers: Record<string, string> = {}
    try {
      const route = this.routes.get(`${request.method} ${request.path}`)
      if (route === undefined)
        throw new WireError(-5000, `Path ${request.path}, Method ${request.method} is invalid`, 404)
      const limits = this.limits(request.path)
      const nowMs = this.context.clock.nowMs()
      Object.assign(headers, limits.count(route.weight, nowMs))
      return { status: 200, body: this.run(route, request, { limits, nowMs, headers }), headers }
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      const more = error instanceof RateLimited ? error.headers : {}
      return { status: error.status, body: error, headers: { ...headers, ...more } }
    }
  }

  private run(
    route: Route,
    { query, body, apiKey }: WireRequest,
    counting: {
      readonly limits: RateLimits
      readonly nowMs: number
      readonly headers: Record<string, string>
    },
  ): unknown {
    const params = Params.ofForm(query, body)
    if (route.security === 'public') return route.run(this.context, params)
    const account = accountOfKey(this.context.exchange.accounts, apiKey)
    if (route.security === 'signed')
      checkSigned(account, signedPayload(query, body), params, this.context.clock)
    if (route.isOrder) {
      Object.assign(counting.headers, counting.limits.countOrder(account.keys.name, counting.nowMs))
    }
    return route.run(this.context, account, params)
  }
}
