/** The first line of a session's journal, outside the fingerprint: what a re-execution needs to be told. */
import { z } from 'zod'
import type { Json } from '../core/canonical-json.ts'
import { packageVersion } from './package-root.ts'

const sessionOriginSchema = z.object({
  kind: z.literal('session'),
  format: z.literal(1),
  /** Of the program that began the session. */
  version: z.string(),
  /** Name or path, as it was given. */
  strategy: z.string(),
})
export type SessionOrigin = z.infer<typeof sessionOriginSchema>

/** @param strategy name or path, as it was given */
export function sessionOrigin(strategy: string): Json {
  return { kind: 'session', format: 1, version: packageVersion(), strategy }
}

/** @returns undefined when the journal is of a replay, or of nothing we know */
export function parseSessionOrigin(origin: unknown): SessionOrigin | undefined {
  return sessionOriginSchema.safeParse(origin).data
}
