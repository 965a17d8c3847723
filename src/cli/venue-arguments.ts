/** Options of `sim run` on what the venue does besides matching → settings as a configuration writes them. */
import { parseDuration } from '../core/duration.ts'
import { ConfigError } from '../core/errors.ts'
import { type Arguments, optionalText, texts } from './arguments.ts'
import { parseLatency } from './latency-argument.ts'
import { readJsonFile } from './settings-file.ts'

/** Options absent are absent. The schema of the configuration has the last word on every value. @throws {ConfigError} */
export function venueArguments(args: Arguments): Readonly<Record<string, unknown>> {
  const latency = optionalText(args, 'latency')
  const latencyFile = optionalText(args, 'latency-file')
  const rules = optionalText(args, 'venue-rules')
  const limits = optionalText(args, 'rate-limits')
  const outages = optionalText(args, 'outages')
  const impact = optionalText(args, 'impact')
  const windows = texts(args, 'maintenance')
  const model = latency ?? (latencyFile === undefined ? undefined : 'recorded')
  return {
    latency: model === undefined ? undefined : parseLatency(model, latencyFile),
    venueRules: rules === undefined ? undefined : readJsonFile({ what: 'venue rules', path: rules }),
    rateLimits: limits === undefined ? undefined : rateLimits(limits),
    maintenance: windows.length === 0 ? undefined : windows.map(maintenanceWindow),
    outages: outages === undefined ? undefined : parseOutages(outages),
    impact: impact === undefined ? undefined : parseImpact(impact),
  }
}

/** A preset, or a file. */
function rateLimits(text: string): unknown {
  return text.endsWith('.json') ? readJsonFile({ what: 'rate limits', path: text }) : text
}

/** `2024-05-01T08:00Z/2024-05-01T10:00Z[,cancel]`. */
function maintenanceWindow(text: string): unknown {
  const [span = '', openOrders = 'keep', ...more] = text.split(',')
  const [from, to, ...rest] = span.split('/')
  if (from === undefined || to === undefined || more.length + rest.length > 0) {
    throw new ConfigError(
      'MAINTENANCE',
      `--maintenance expects FROM/TO[,keep|cancel] such as 2024-05-01T08:00Z/2024-05-01T10:00Z, found ${JSON.stringify(text)}`,
    )
  }
  return { from, to, openOrders }
}

/** `4,30s[,reject|lose]`. */
function parseOutages(text: string): unknown {
  const [perDay = '', mean = '', commands = 'reject', ...more] = text.split(',')
  const meanUs = parseDuration(mean)
  if (perDay.trim() === '' || !(Number(perDay) > 0) || meanUs === undefined || more.length > 0) {
    throw new ConfigError(
      'OUTAGES',
      `--outages expects PER_DAY,MEAN[,reject|lose] such as 4,30s, found ${JSON.stringify(text)}`,
    )
  }
  return { perDay: Number(perDay), meanUs, commands }
}

/** `square-root[:Y][,sigma=0.03][,volume=20000][,window=1h]` or `almgren-chriss:eta=…,gamma=…[,epsilon=…][,tau=1s]`. */
function parseImpact(text: string): unknown {
  const colon = text.indexOf(':')
  const model = colon < 0 ? text : text.slice(0, colon)
  const items = colon < 0 ? [] : text.slice(colon + 1).split(',')
  const keys = impactKeys.get(model)
  const values: Record<string, unknown> = { model }
  for (const [index, item] of items.entries()) {
    const [name = '', value = ''] = item.includes('=') ? item.split('=', 2) : index === 0 ? ['y', item] : []
    const key = keys?.get(name)
    if (key === undefined) throw impactFault(text)
    values[key] =
      key === 'windowUs' ? parseDuration(value) : key === 'tauSeconds' ? seconds(value) : Number(value)
    if (value === '' || values[key] === undefined || Number.isNaN(values[key])) throw impactFault(text)
  }
  if (keys === undefined) throw impactFault(text)
  return values
}

const impactKeys: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'square-root',
    new Map([
      ['y', 'y'],
      ['sigma', 'sigmaDay'],
      ['volume', 'volumeDay'],
      ['window', 'windowUs'],
    ]),
  ],
  [
    'almgren-chriss',
    new Map([
      ['epsilon', 'epsilon'],
      ['eta', 'eta'],
      ['gamma', 'gamma'],
      ['tau', 'tauSeconds'],
    ]),
  ],
])

function seconds(text: string): number | undefined {
  const us = parseDuration(text)
  return us === undefined ? undefined : us / 1_000_000
}

function impactFault(text: string): ConfigError {
  return new ConfigError(
    'IMPACT',
    '--impact expects square-root[:Y][,sigma=0.03][,volume=20000][,window=1h] or ' +
      `almgren-chriss:eta=E,gamma=G[,epsilon=E][,tau=1s], found ${JSON.stringify(text)}`,
  )
}
