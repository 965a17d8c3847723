/** Runs the built command while this process goes on: it serves the exchange that the command trades at. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SimResult } from './spawn-sim.ts'

const binary = fileURLToPath(new URL('../../dist/sim.js', import.meta.url))

export interface RunningSim {
  readonly child: ChildProcess
  readonly done: Promise<SimResult>
}

/** @param env besides that of the test; what all sessions of a user share is kept in `cwd` */
export function startSim(cwd: string, env: NodeJS.ProcessEnv, ...args: string[]): RunningSim {
  const child = spawn(process.execPath, [binary, ...args], {
    cwd,
    env: {
      ...process.env,
      REHEARSAL_CACHE: join(cwd, 'cache'),
      REHEARSAL_STATE: join(cwd, 'state'),
      ...env,
    },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => {
    stdout += String(data)
  })
  child.stderr.on('data', (data) => {
    stderr += String(data)
  })
  const done = new Promise<SimResult>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
  return { child, done }
}
