/** Executes the run of a journal again, from its data and configuration, and compares record by record. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { DataError } from '../core/errors.ts'
import { JournalComparison } from '../journal/journal-comparison.ts'
import {
  type Journal,
  type JournalBytes,
  openPartialJournal,
  readJournal,
} from '../journal/journal-reader.ts'
import { instrumentKinds } from '../model/instrument.ts'
import { recordKind } from '../model/journal-record.ts'
import { dataLevels } from '../model/tape.ts'
import { prepareRun } from './prepare-run.ts'
import { recallStrategy } from './recall-strategy.ts'
import { describedIn, reexecute } from './reexecute.ts'
import { parseRunConfig } from './run-config.ts'
import { runReplay } from './run-replay.ts'
import { parseSessionOrigin, type SessionOrigin } from './session-origin.ts'

export interface VerifyOptions {
  /** Where the data are now; default: where they were. */
  readonly data?: readonly string[]
  readonly cacheDir?: string | undefined
}

export interface Verification {
  readonly isSame: boolean
  /** Of the journal. */
  readonly fingerprint: string
  readonly records: number
  /** Version of this program that wrote the journal. */
  readonly version: string
  /** Where the run went another way, in one sentence. */
  readonly difference: string | undefined
}

/** The first line of a journal, outside the fingerprint: what `sim run` needs to be told once more. */
export const journalOriginSchema = z.object({
  format: z.literal(1),
  version: z.string(),
  strategy: z.string(),
  data: z.array(z.string()),
  /** Of each tape, over its rows: the same however the files are cut or compressed. */
  dataHashes: z.array(z.string()),
  level: z.enum(dataLevels).optional(),
  importOptions: z
    .object({
      instrument: z.string(),
      venue: z.string(),
      kind: z.enum(instrumentKinds),
      tickSize: z.string(),
      lotSize: z.string(),
      contractSize: z.string(),
      date: z.string(),
      columns: z.record(z.string(), z.string()),
    })
    .partial(),
})
export type JournalOrigin = z.infer<typeof journalOriginSchema>

const configSchema = z.object({ params: z.record(z.string(), z.unknown()), settings: z.unknown() })

/**
 * @param at a journal, or the folder of a session; one that broke off is compared as far as it goes
 * @throws {DataError} JOURNAL_MISSING, JOURNAL_DAMAGED, JOURNAL_PARTIAL @throws {ConfigError}
 */
export async function verifyJournal(at: string, options: VerifyOptions = {}): Promise<Verification> {
  const path = statSync(at, { throwIfNoEntry: false })?.isDirectory() === true ? join(at, 'journal') : at
  const recorded = openPartialJournal(path)
  const session = parseSessionOrigin(recorded.origin)
  return session === undefined ? verifyReplay(path, options) : verifySession(recorded, session)
}

/** The inputs of a session are in its journal: no data are needed. */
async function verifySession(
  journal: JournalBytes,
  { strategy, version }: SessionOrigin,
): Promise<Verification> {
  const { fingerprint } = journal
  const { difference, records } = reexecute(journal, await recallStrategy(describedIn(journal), strategy))
  return { isSame: difference === undefined, fingerprint, records, version, difference: difference?.message }
}

async function verifyReplay(path: string, options: VerifyOptions): Promise<Verification> {
  const journal = readJournal(path)
  const { origin, params, settings } = readRequest(journal, path)
  const runConfig = parseRunConfig(settings)
  const { tapes, strategy, blame } = await prepareRun({
    strategy: origin.strategy,
    params,
    data: options.data ?? origin.data,
    prepare: {
      importOptions: withoutAbsent(origin.importOptions),
      level: origin.level,
      keepsCrossed: runConfig.fillModel === 'hftbacktest',
      cacheDir: options.cacheDir,
    },
  })
  const changed = tapes.find(({ facts }, index) => facts.dataHash !== origin.dataHashes[index])
  if (changed !== undefined || tapes.length !== origin.dataHashes.length) {
    const sources = (changed ?? tapes[0])?.facts.sources.join(', ')
    return verificationOf(
      journal,
      origin,
      `the data are not those of the run: the rows of ${sources} have changed`,
    )
  }
  const comparison = new JournalComparison(journal.body)
  try {
    await runReplay({ tapes, strategy, config: runConfig, journal: comparison })
  } catch (error) {
    if (comparison.difference === undefined) throw blame(error)
  }
  return verificationOf(journal, origin, comparison.difference?.message)
}

function verificationOf(
  journal: Journal,
  { version }: JournalOrigin,
  difference: string | undefined,
): Verification {
  const { fingerprint, records } = journal
  return { isSame: difference === undefined, fingerprint, records: records.length, version, difference }
}

function readRequest(journal: Journal, path: string) {
  const origin = journalOriginSchema.safeParse(journal.origin)
  const [first] = journal.records
  const config = first?.kind === recordKind.config ? parseJson(first.text ?? '') : undefined
  const request = configSchema.safeParse(config)
  if (!origin.success || !request.success) {
    throw new DataError('JOURNAL_DAMAGED', `${path} does not say what was run`)
  }
  const last = journal.records.at(-1)
  if (last?.kind !== recordKind.end || last.fields[5] === 1) {
    throw new DataError(
      'JOURNAL_PARTIAL',
      `${path} is of an interrupted run, which has no end to be compared`,
    )
  }
  return { origin: origin.data, ...request.data }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** zod writes an absent key as one that may be undefined; the importers want it absent. */
function withoutAbsent(options: JournalOrigin['importOptions']) {
  const { kind, columns, ...texts } = options
  const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined))
  return { ...given, ...(kind === undefined ? {} : { kind }), ...(columns === undefined ? {} : { columns }) }
}
