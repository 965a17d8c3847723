/** `--latency MODEL[:ARGUMENTS]` → a latency model as a configuration writes it. */
import { parseDuration } from '../core/duration.ts'
import { ConfigError } from '../core/errors.ts'
import type { LatencyConfigInput } from '../run/latency-config.ts'
import { readDistribution } from './distribution-file.ts'

type Named = ReadonlyMap<string, string>

/** `--latency` with what `--latency-file` names. @throws {ConfigError} LATENCY_MODEL */
export function parseLatency(text: string, file?: string): LatencyConfigInput {
  const colon = text.indexOf(':')
  const model = colon < 0 ? text : text.slice(0, colon)
  const detail = colon < 0 ? '' : text.slice(colon + 1)
  const items = detail === '' ? [] : detail.split(',')
  const positional = items.filter((item) => !item.includes('='))
  const named: Named = new Map(
    items.filter((item) => item.includes('=')).map((item) => split(item, item.indexOf('='))),
  )
  switch (model) {
    case 'constant':
      return constant(text, positional, named)
    case 'measured':
    case 'measured-sampled':
      return { model, scale: scaleFrom(text, positional), ...scalesFrom(text, named) }
    case 'lognormal':
      return lognormal(text, positional, named)
    case 'distribution':
      return readDistribution(fileFrom(text, positional, file))
    case 'recorded':
      return { model, file: fileFrom(text, positional, file), ...scalesFrom(text, named) }
    default:
      throw fault(text)
  }
}

function fault(text: string): ConfigError {
  return new ConfigError(
    'LATENCY_MODEL',
    '--latency expects measured[:SCALE], measured-sampled[:SCALE], constant:5ms[,5ms], lognormal:MEDIAN,P99, ' +
      `distribution:FILE or recorded:FILE, found ${JSON.stringify(text)}`,
  )
}

const split = (text: string, at: number): [string, string] => [text.slice(0, at), text.slice(at + 1)]

function checkNames(text: string, named: Named, known: readonly string[]): void {
  for (const name of named.keys()) if (!known.includes(name)) throw fault(text)
}

function constant(text: string, positional: readonly string[], named: Named): LatencyConfigInput {
  checkNames(text, named, ['amend', 'cancel'])
  const [entryUs, responseUs = entryUs, ...more] = positional.map(parseDuration)
  const amendUs = parseDuration(named.get('amend') ?? '')
  const cancelUs = parseDuration(named.get('cancel') ?? '')
  const isWhole =
    (amendUs !== undefined || !named.has('amend')) && (cancelUs !== undefined || !named.has('cancel'))
  if (entryUs === undefined || responseUs === undefined || more.length > 0 || !isWhole) throw fault(text)
  return {
    model: 'constant',
    entryUs,
    responseUs,
    ...(amendUs === undefined ? {} : { amendUs }),
    ...(cancelUs === undefined ? {} : { cancelUs }),
  }
}

function scaleFrom(text: string, positional: readonly string[]): number {
  const [first = '1', ...more] = positional
  if (more.length > 0) throw fault(text)
  return factor(text, first)
}

function factor(text: string, value: string): number {
  const number = Number(value)
  if (value.trim() === '' || !(number > 0 && number < Infinity)) throw fault(text)
  return number
}

function scalesFrom(text: string, named: Named): Record<string, number> {
  checkNames(text, named, ['amend', 'cancel', 'response'])
  return Object.fromEntries([...named].map(([name, value]) => [`${name}Scale`, factor(text, value)]))
}

/** `lognormal:5ms,40ms,response=4ms/20ms`. */
function lognormal(text: string, positional: readonly string[], named: Named): LatencyConfigInput {
  checkNames(text, named, ['amend', 'cancel', 'response'])
  const part = (values: readonly string[]) => {
    const [medianUs, p99Us, ...more] = values.map(parseDuration)
    if (medianUs === undefined || p99Us === undefined || more.length > 0) throw fault(text)
    return { medianUs, p99Us }
  }
  const others = Object.fromEntries([...named].map(([name, value]) => [name, part(value.split('/'))]))
  return { model: 'lognormal', ...part(positional), ...others }
}

function fileFrom(text: string, positional: readonly string[], file: string | undefined): string {
  const [inside, ...more] = positional
  const path = inside ?? file
  if (path === undefined || path === '' || more.length > 0 || (inside !== undefined && file !== undefined)) {
    throw fault(text)
  }
  return path
}
