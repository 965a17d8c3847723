/**
 * Entry of the process that decodes tapes into the cache. A process of its own, because decoding needs twice the memory
 * of a replay, and memory once used is not given back: the replay starts small and stays small.
 */
import { z } from 'zod'
import { SimError } from '../core/errors.ts'
import { buildEntry } from './packed-cache-builder.ts'
import { dataLevelSchema, factsSchema } from './tape-layout.ts'

const requestSchema = z.object({
  folder: z.string(),
  paths: z.array(z.string()),
  facts: z.tuple([factsSchema], factsSchema),
  level: dataLevelSchema,
  hidesCrossed: z.boolean(),
})

process.once('message', (message) => {
  void decode(message)
})
// The one who asked is gone, perhaps by Ctrl-C: it removes the unfinished folder, nobody wants the rest.
process.once('disconnect', () => process.exit())

async function decode(message: unknown): Promise<void> {
  try {
    const { folder, ...source } = requestSchema.parse(message)
    const onProgress = (rows: number, ofRows: number): void => send({ kind: 'progress', rows, ofRows })
    await buildEntry(folder, { ...source, onProgress })
    send({ kind: 'done' })
  } catch (error) {
    send(describe(error))
  }
}

function describe(error: unknown): object {
  if (error instanceof SimError) {
    const { name, code, message, context } = error
    return { kind: 'failed', name, code, message, context }
  }
  const stack = error instanceof Error ? error.stack : undefined
  // The code of a system error (ENOSPC) is what the one who asked acts on.
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return { kind: 'failed', name: 'Error', code, message: stack ?? String(error) }
}

function send(message: object): void {
  process.send?.(message)
}
