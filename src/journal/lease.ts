/**
 * Who may write a session, or trade on an account: the process that holds the newest of the files `lease.1`, `lease.2`, …
 * in a folder. The number is the fencing token. A file is made whole under a name that must not exist yet, so two
 * processes never get the same number; and the newest one is never removed, so a number is never used twice.
 */
import { z } from 'zod'
import { DataError } from '../core/errors.ts'
import { type Disk, errorCode } from './disk.ts'
import { writeAll } from './durable-journal.ts'
import type { ProcessMark, ProcessTable } from './process-table.ts'

/** `held`: while its process lives. `left`: the process ended and the session did not. `ended`: nothing is open. */
const leaseStates = ['held', 'left', 'ended'] as const

const holderSchema = z.object({
  session: z.string(),
  /** Of the session. */
  folder: z.string(),
  pid: z.number().int(),
  startedAt: z.string(),
  state: z.enum(leaseStates),
})
export type LeaseHolder = z.infer<typeof holderSchema>

export interface FoundLease {
  readonly fence: number
  readonly holder: LeaseHolder
}

export interface LeaseOptions {
  readonly disk: Disk
  readonly processes: ProcessTable
  readonly folder: string
}

/** @returns undefined when there never was one @throws {DataError} LEASE_DAMAGED */
export function newestLease({ disk, folder }: Pick<LeaseOptions, 'disk' | 'folder'>): FoundLease | undefined {
  const fence = Math.max(0, ...fencesIn(disk, folder))
  if (fence === 0) return undefined
  const path = `${folder}/lease.${fence}`
  const bytes = disk.read(path)
  const holder = holderSchema.safeParse(parseJson(Buffer.from(bytes ?? []).toString('utf8')))
  if (holder.success) return { fence, holder: holder.data }
  throw new DataError(
    'LEASE_DAMAGED',
    `${path} does not say who holds it; remove it once no process runs the session`,
  )
}

/** True when its process lives. */
export function isHeld(processes: ProcessTable, { holder }: FoundLease): boolean {
  return holder.state === 'held' && processes.isAlive(holder)
}

export interface LeaseWish extends Pick<LeaseHolder, 'session' | 'folder'> {
  /** Higher than `seen`. */
  readonly fence: number
  /** Of the newest lease, which was found free; 0 when there was none. */
  readonly seen: number
}

/** @returns false when another process was faster */
export function takeLease(
  { disk, folder, processes }: LeaseOptions,
  { fence, seen, ...who }: LeaseWish,
): boolean {
  const mark = processes.self()
  const path = `${folder}/lease.${fence}`
  const draft = writeDraft(disk, path, mark, { ...who, ...mark, state: 'held' })
  try {
    disk.link(draft, path)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    disk.remove(draft)
  }
  disk.syncFolder(folder)
  const fences = fencesIn(disk, folder)
  // Somebody has taken one meanwhile, under another number; it may be that both of us give way.
  if (fences.some((other) => other > seen && other !== fence)) {
    disk.remove(path)
    return false
  }
  for (const old of fences) if (old < fence) disk.remove(`${folder}/lease.${old}`)
  return true
}

/** The process gives it back; the file stays, and says how. */
export function leaveLease(
  { disk, folder, processes }: LeaseOptions,
  { fence, holder }: FoundLease,
  state: 'left' | 'ended',
): void {
  const path = `${folder}/lease.${fence}`
  const draft = writeDraft(disk, path, processes.self(), { ...holder, state })
  disk.rename(draft, path)
  disk.syncFolder(folder)
}

function writeDraft(disk: Disk, path: string, { pid }: ProcessMark, holder: LeaseHolder): string {
  const draft = `${path}.draft-${pid}`
  const file = disk.create(draft)
  try {
    writeAll(file, Buffer.from(`${JSON.stringify(holder)}\n`))
    file.sync()
  } finally {
    file.close()
  }
  return draft
}

function fencesIn(disk: Disk, folder: string): number[] {
  return disk.list(folder).flatMap((name) => {
    const [, digits] = /^lease\.([1-9]\d{0,14})$/.exec(name) ?? []
    return digits === undefined ? [] : [Number(digits)]
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
