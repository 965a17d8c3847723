/** The journal of a session, found and read. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import { type JournalBytes, openPartialJournal } from '../journal/journal-reader.ts'
import { packageVersion } from './package-root.ts'
import { recallStrategy } from './recall-strategy.ts'
import { describedIn } from './reexecute.ts'
import type { RunDescription } from './run-description.ts'
import type { RunnableStrategy } from './run-replay.ts'

export interface SessionJournal {
  readonly journal: JournalBytes
  readonly description: RunDescription
  readonly strategy: RunnableStrategy
  /** Of the program that wrote it, where that is another than this one. */
  readonly otherVersion: string | undefined
  /** Its market was generated. */
  readonly isSynthetic: boolean
}

const originSchema = z.object({
  version: z.string(),
  strategy: z.string(),
  isSynthetic: z.boolean().default(false),
})

const unknownOrigin = { version: '', strategy: undefined, isSynthetic: false }

/**
 * @param session folder of a session, or its journal
 * @throws {ConfigError} SESSION_MISSING, STRATEGY_CHANGED @throws {DataError} JOURNAL_DAMAGED
 */
export async function openSession(session: string): Promise<SessionJournal> {
  const journal = openPartialJournal(findJournal(session))
  const description = describedIn(journal)
  const origin = originSchema.safeParse(journal.origin)
  const { version, strategy: nameOrPath, isSynthetic } = origin.success ? origin.data : unknownOrigin
  const strategy = await recallStrategy(description, nameOrPath)
  const otherVersion = version === packageVersion() ? undefined : version
  return { journal, description, strategy, otherVersion, isSynthetic }
}

function findJournal(session: string): string {
  const isFolder = existsSync(session) && statSync(session).isDirectory()
  const candidates = isFolder
    ? [join(session, 'journal'), join(session, 'journal.partial')]
    : [session, `${session}.partial`]
  const found = candidates.find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new ConfigError('SESSION_MISSING', `${session}: no session there; expected a folder with a journal`)
}
