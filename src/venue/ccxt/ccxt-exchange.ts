/**
 * What we use of an exchange object of ccxt, and nothing more. What it returns is `unknown` until it is parsed: the
 * shapes are ccxt's, the contents are the venue's.
 */

export type Params = Readonly<Record<string, unknown>>

export interface CcxtExchange {
  readonly id: string
  /** `true`, `'emulated'`, or anything else for no. */
  readonly has: Readonly<Record<string, unknown>>
  readonly options: Record<string, unknown>
  readonly urls: Readonly<Record<string, unknown>>
  readonly clients: Readonly<Record<string, unknown>>
  headers: unknown
  verbose: boolean
  enableRateLimit: boolean
  setSandboxMode(isOn: boolean): void
  loadMarkets(reload?: boolean): Promise<unknown>
  market(symbol: string): unknown
  parseOrder(order: unknown, market: unknown): unknown
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price: number | undefined,
    params: Params,
  ): Promise<unknown>
  editOrder(
    id: string,
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price: number | undefined,
    params: Params,
  ): Promise<unknown>
  cancelOrder(id: string | undefined, symbol: string, params: Params): Promise<unknown>
  cancelAllOrders(symbol: string, params?: Params): Promise<unknown>
  fetchOrder(id: string | undefined, symbol: string, params: Params): Promise<unknown>
  fetchOpenOrders(symbol: string): Promise<unknown>
  fetchClosedOrders(symbol: string, since?: number): Promise<unknown>
  fetchMyTrades(symbol: string, since: number, limit?: number, params?: Params): Promise<unknown>
  fetchPositions(symbols: readonly string[]): Promise<unknown>
  fetchBalance(): Promise<unknown>
  fetchTime(): Promise<unknown>
  fetchOrderBook(symbol: string, limit?: number): Promise<unknown>
  fetchTrades(symbol: string, since?: number, limit?: number): Promise<unknown>
  watchOrders(symbol?: string): Promise<unknown>
  watchMyTrades(symbol?: string): Promise<unknown>
  watchOrderBook(symbol: string, limit?: number): Promise<unknown>
  watchTrades(symbol: string): Promise<unknown>
  /** Of a WebSocket address; none without streams. */
  client?: (url: string) => unknown
  setHeaders(headers: unknown): unknown
  handleRestResponse(
    response: unknown,
    url: string,
    method: string,
    requestHeaders: unknown,
    requestBody: unknown,
  ): unknown
  close(): Promise<unknown>
}

export type CcxtClass = new (config: Params) => CcxtExchange

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text of a field, or of a number in it; undefined for anything else and for nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined
}

/** A call by name, for what ccxt makes from its tables of endpoints. Undefined when it has none of that name. */
export function implicitMethod(
  exchange: CcxtExchange,
  name: string,
): ((params: Params) => Promise<unknown>) | undefined {
  const method: unknown = Reflect.get(exchange, name)
  if (typeof method !== 'function') return undefined
  return async (params) => Reflect.apply(method, exchange, [params])
}
