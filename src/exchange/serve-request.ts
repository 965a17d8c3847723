/** One HTTP request, from the door to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  isLoopback,
  readRequest,
  sendAnswer,
  type WireAnswer,
  type WireRequest,
} from './binance/http-front.ts'
import { RateLimited } from './binance/rate-limits.ts'
import { answerSim } from './binance/sim-routes.ts'
import { WireError } from './binance/wire-error.ts'
import type { Wire } from './connect-wire.ts'

export async function serveRequest(
  wire: Wire,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLoopback(request))
    return sendAnswer(response, refusalOf(new WireError(-1, 'Only from this machine.', 403)))
  let asked: WireRequest
  try {
    asked = await readRequest(request)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return sendAnswer(response, { status: error.status, body: error, headers: { connection: 'close' } })
  }
  wire.pacer.catchUp()
  if (asked.path.startsWith('/sim/')) {
    return sendAnswer(response, answerSim(wire, asked, request.headers['content-type']))
  }
  answer(wire, asked, response)
}

function answer({ users, desk, faults }: Wire, asked: WireRequest, response: ServerResponse): void {
  const work = (): WireAnswer => {
    users.hold()
    return desk.answer(asked)
  }
  const send = (given: WireAnswer): void => sendAnswer(response, given)
  const release = (): void => users.release()
  if (faults === undefined) {
    send(work())
    return release()
  }
  const cut = (): void => {
    response.destroy()
  }
  faults.handle({
    name: `${asked.method} ${asked.path}`,
    key: viewKeyOf(asked),
    work,
    release,
    refuse: refusalOf,
    send,
    cut,
  })
}

function refusalOf(error: WireError): WireAnswer {
  const headers = error instanceof RateLimited ? error.headers : {}
  return { status: error.status, body: error, headers }
}

/** Without what differs from one request to the next. */
function viewKeyOf({ method, path, query, apiKey }: WireRequest): string {
  const asked = query.split('&').filter((pair) => !/^(timestamp|recvWindow|signature)=/.test(pair))
  return `${apiKey} ${method} ${path} ${asked.sort().join('&')}`
}
