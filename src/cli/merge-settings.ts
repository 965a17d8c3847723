/** Settings of one source over those of another. */
import { runConfigSchema } from '../run/run-config.ts'
import { venueSettings } from '../run/venue-config.ts'
import { isRecord } from './settings-file.ts'

/** Given on the command line, these replace what the file says, model and arguments. */
const wholeSettings: ReadonlySet<string> = new Set([
  'latency',
  'funding',
  'margin',
  ...Object.keys(venueSettings),
])

/**
 * Objects are merged key by key, so that one risk limit on the command line keeps the others of the file, and a balance
 * alone keeps the default leverage.
 */
export function mergeSettings(
  file: Readonly<Record<string, unknown>>,
  typed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const defaults: Readonly<Record<string, unknown>> = runConfigSchema.parse({})
  const merged: Record<string, unknown> = { ...file }
  for (const [key, value] of Object.entries(typed)) {
    const before = merged[key] ?? defaults[key]
    const isWhole = wholeSettings.has(key) || !isRecord(value)
    if (isWhole) merged[key] = value
    else if (Object.keys(value).length > 0) merged[key] = { ...(isRecord(before) ? before : {}), ...value }
  }
  return merged
}
