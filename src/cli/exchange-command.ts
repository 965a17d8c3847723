/** `sim exchange`: serves recorded markets over the wire of a venue until it is interrupted. */
import { readFileSync } from 'node:fs'
import { ConfigError } from '../core/errors.ts'
import type { AccountInput } from '../exchange/account-spec.ts'
import type { ExchangeOptions } from '../exchange/connect-wire.ts'
import { openTapes, parseSegments, parseSpeed } from '../exchange/exchange-files.ts'
import type { ExchangeSpeed } from '../exchange/pacer.ts'
import { type RunningExchange, startExchange } from '../exchange/start-exchange.ts'
import { type Arguments, isSet, optionalText, texts, wholeNumber } from './arguments.ts'
import { parseImportRequest } from './import-request.ts'

/** Used where no accounts are given: known to everybody, and worth nothing anywhere else. */
const usualAccount: AccountInput = {
  name: 'default',
  key: 'rehearsal-key',
  secret: 'rehearsal-secret',
  balances: { USDT: '100000', BTC: '1' },
  futures: { USDT: '100000' },
}

const usualPort = 9000

export async function exchangeCommand(args: Arguments): Promise<number> {
  const speed = speedOf(args)
  const port = wholeNumber('port', optionalText(args, 'port') ?? String(usualPort))
  if (port > 65_535) throw new ConfigError('ARGUMENT', `--port expects at most 65535, found ${port}`)
  const as = optionalText(args, 'as')
  const segments = as === undefined ? undefined : parseSegments(as)
  const accountsPath = optionalText(args, 'accounts')
  const accounts = accountsPath === undefined ? [usualAccount] : readJson('accounts', accountsPath)
  const faultsPath = optionalText(args, 'faults')
  const seed = optionalText(args, 'seed')
  if (seed !== undefined && faultsPath === undefined) {
    throw new ConfigError('ARGUMENT', '--seed decides over --faults: give both or neither')
  }
  const { importOptions, cacheDir } = parseImportRequest(args)
  const tapes = await openTapes(texts(args, 'data'), { importOptions, cacheDir })
  return serve(args, {
    tapes,
    accounts,
    speed,
    port,
    segments,
    queue: optionalText(args, 'queue'),
    isTls: isSet(args, 'tls'),
    faults: faultsPath === undefined ? undefined : readJson('faults', faultsPath),
    seed: seed === undefined ? undefined : wholeNumber('seed', seed),
    ...(isSet(args, 'rate-limits') ? { enforcesRateLimits: true } : {}),
  })
}

/** @throws {ConfigError} ARGUMENT */
function speedOf(args: Arguments): ExchangeSpeed {
  const speed = optionalText(args, 'speed')
  if (!isSet(args, 'step')) return parseSpeed(speed ?? '1')
  if (speed !== undefined) throw new ConfigError('ARGUMENT', 'give either --speed or --step')
  return 'step'
}

/** Checked by whoever reads it. @throws {ConfigError} ACCOUNTS, FAULTS */
function readJson(option: string, path: string) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `is no JSON (${cause.message})` : 'cannot be read'
    throw new ConfigError(option.toUpperCase(), `--${option} ${path} ${why}`, { cause })
  }
}

/** Until Ctrl-C, or an error of the tape. */
async function serve(args: Arguments, options: ExchangeOptions): Promise<number> {
  let running: RunningExchange | undefined
  try {
    return await new Promise<number>((resolve, reject) => {
      const stop = (): void => resolve(0)
      process.once('SIGINT', stop).once('SIGTERM', stop)
      startExchange({ ...options, onError: reject }).then((started) => {
        running = started
        process.stdout.write(`${announce(args, started, options)}\n`)
      }, reject)
    })
  } finally {
    await running?.close()
  }
}

function announce(args: Arguments, { url, exchange }: RunningExchange, { speed }: ExchangeOptions): string {
  const markets = exchange.markets.map(({ segment, symbol }) => ({ segment, symbol }))
  const accounts = exchange.accounts.map(({ keys }) => keys.name)
  if (isSet(args, 'json')) return JSON.stringify({ url, markets, accounts, speed })
  const names = markets.map(({ segment, symbol }) => `${symbol} ${segment === 'spot' ? 'spot' : 'perpetual'}`)
  const pace = speed === 'step' ? 'step by step' : `at speed ${speed}`
  return `exchange on ${url}: ${names.join(', ')}, ${pace}, accounts ${accounts.join(', ')}. Ctrl-C ends it`
}
