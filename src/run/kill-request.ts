/** An operator's kill, left in the folder of a session: whoever runs it looks ten times a second, and says what came of it. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeWhole } from './open-directory.ts'

const answerSchema = z.strictObject({
  format: z.literal(1),
  /** Ids at the venue of orders that may still be open; empty: none is. */
  leftOpen: z.array(z.string()),
})

const requestPath = (folder: string): string => join(folder, 'kill')
const answerPath = (folder: string): string => join(folder, 'killed')

export function askForKill(folder: string): void {
  rmSync(answerPath(folder), { force: true })
  writeWhole(requestPath(folder), { format: 1 })
}

export const isKillAskedFor = (folder: string): boolean => existsSync(requestPath(folder))

/** It is in the journal by now. */
export function answerKill(folder: string, leftOpen: readonly string[]): void {
  writeWhole(answerPath(folder), { format: 1, leftOpen })
  rmSync(requestPath(folder), { force: true })
}

/** @returns ids of orders that may still be open; undefined: no answer yet */
export function readKillAnswer(folder: string): readonly string[] | undefined {
  const path = answerPath(folder)
  if (!existsSync(path)) return undefined
  return answerSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).leftOpen
}
