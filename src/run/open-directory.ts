/** The directory that a session is kept in, and what is written beside its journal: where its orders go. */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { DataError } from '../core/errors.ts'
import { type AccountKey, SessionDirectory } from '../journal/session-directory.ts'
import { isStrategyPath } from './load-strategy.ts'
import { packageVersion } from './package-root.ts'

export type NamedEnvironment = Readonly<Record<string, string | undefined>>

export interface DirectoryRequest {
  readonly folder: string
  /** Name or path, as it was given. */
  readonly strategy: string
  readonly isSynthetic: boolean
  /** None: paper. */
  readonly accounts: readonly AccountKey[]
  readonly environment: NamedEnvironment
  readonly abandonsOthers?: boolean
}

/** @throws as SessionDirectory */
export function openDirectory(request: DirectoryRequest): SessionDirectory {
  const { folder, strategy, isSynthetic, accounts, environment, abandonsOthers = false } = request
  return new SessionDirectory({
    folder,
    newId: () => randomBytes(8).toString('hex'),
    origin: {
      format: 1,
      kind: 'session',
      version: packageVersion(),
      isSynthetic,
      strategy: isStrategyPath(strategy) ? resolve(strategy) : strategy,
    },
    accounts,
    accountsFolder: join(stateFolder(environment), 'accounts'),
    abandonsOthers,
  })
}

/** What all sessions of a user share. */
function stateFolder(environment: NamedEnvironment): string {
  const { REHEARSAL_STATE: own, XDG_STATE_HOME: home } = environment
  return own ?? join(home ?? join(homedir(), '.local', 'state'), 'rehearsal')
}

const accessSchema = z.strictObject({
  venue: z.string(),
  instruments: z.array(z.string()).readonly(),
  sandbox: z.boolean(),
  url: z.string().optional(),
})

const groundSchema = z.discriminatedUnion('mode', [
  z.strictObject({ format: z.literal(1), mode: z.literal('paper') }),
  z.strictObject({
    format: z.literal(1),
    mode: z.literal('live'),
    access: accessSchema,
    /** File that the keys came from; absent: the environment. */
    keyFile: z.string().optional(),
    /** In settlement currency, when the session began. */
    balance: z.string(),
    /** Signed lots by instrument that the account held when the session began: not the session's. */
    held: z.record(z.string(), z.number().int()),
  }),
])
/** Where the orders of a session go: what its journal does not say, since the engine cannot tell. */
export type GroundFile = z.output<typeof groundSchema>

/** @returns undefined where none is @throws {DataError} SESSION_DAMAGED */
export function readGround(folder: string): GroundFile | undefined {
  const path = groundPath(folder)
  if (!existsSync(path)) return undefined
  const found = groundSchema.safeParse(parseJson(readFileSync(path, 'utf8')))
  if (found.success) return found.data
  throw new DataError('SESSION_DAMAGED', `${path} does not say where the orders of the session go`)
}

export function writeGround(folder: string, ground: GroundFile): void {
  writeWhole(groundPath(folder), ground)
}

/** On the disk, whole or not at all. */
export function writeWhole(path: string, value: unknown): void {
  const draft = `${path}.draft-${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(value)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

const groundPath = (folder: string): string => join(folder, 'ground.json')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
