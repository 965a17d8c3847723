/** Builds an entry of the cache in a process of its own; see decode-process.ts. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { ConfigError, DataError } from '../core/errors.ts'
import type { CacheSource } from './packed-cache-builder.ts'

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), rows: z.number(), ofRows: z.number() }),
  z.object({ kind: z.literal('done') }),
  z.object({
    kind: z.literal('failed'),
    name: z.string(),
    code: z.string().default(''),
    message: z.string(),
    context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  }),
])
type Answer = z.infer<typeof answerSchema>

/** Plain Node cannot start the source, so that decodes where it is (tests). */
const isSource = import.meta.url.endsWith('.ts')

export async function buildEntryApart(folder: string, source: CacheSource): Promise<void> {
  if (isSource) {
    const { buildEntry } = await import('./packed-cache-builder.ts')
    return buildEntry(folder, source)
  }
  const child = fork(fileURLToPath(new URL('./decode.js', import.meta.url)), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const { onProgress, ...request } = source
  child.send({ folder, ...request })
  try {
    await ended(child, (answer) => onProgress?.(answer.rows, answer.ofRows))
  } finally {
    child.kill()
  }
}

function ended(
  child: ChildProcess,
  onProgress: (answer: Extract<Answer, { kind: 'progress' }>) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const answer = answerSchema.parse(message)
      if (answer.kind === 'progress') onProgress(answer)
      else if (answer.kind === 'done') resolve()
      else reject(errorOf(answer))
    })
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(
        new DataError('DECODE_STOPPED', `decoding the tape was stopped by ${signal ?? `exit code ${code}`}`),
      ),
    )
  })
}

function errorOf({ name, code, message, context }: Extract<Answer, { kind: 'failed' }>): Error {
  if (name === 'DataError') return new DataError(code, message, { context })
  if (name === 'ConfigError') return new ConfigError(code, message, { context })
  return Object.assign(new Error(message), { code })
}
