/** Schedules through hftbacktest: one Python process for many of them. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PackedTape } from '../../src/model/packed.ts'
import type { Outcome, Slice } from './compare.ts'
import type { Setting } from './our-run.ts'
import { type Action, toColumns } from './schedule.ts'

export interface TheirJob {
  readonly path: string
  readonly tape: PackedTape
  readonly actions: readonly Action[]
  readonly setting: Setting
}

export interface TheirOutcome extends Outcome {
  /** 0, or the error of the tool. */
  readonly code: number
}

interface Answer {
  readonly code: number
  readonly position: number
  readonly balance: number
  readonly fee: number
  readonly trades: number
}

const stateNames = new Map([
  [-1, 'unknown'],
  [0, 'none'],
  [1, 'open'],
  [2, 'expired'],
  [3, 'filled'],
  [4, 'canceled'],
  // After an amend it calls such an order new again.
  [5, 'open'],
  [6, 'rejected'],
])

export interface TheirPaths {
  readonly python: string
  readonly script: string
  /** Folder for schedules and results. */
  readonly work: string
}

export async function runTheirs(paths: TheirPaths, jobs: readonly TheirJob[]): Promise<TheirOutcome[]> {
  const folder = mkdtempSync(join(paths.work, 'jobs-'))
  try {
    return await runIn(folder, paths, jobs)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function runIn(folder: string, paths: TheirPaths, jobs: readonly TheirJob[]): Promise<TheirOutcome[]> {
  const described = jobs.map((job, index) => describe(job, join(folder, `job-${index}`)))
  const manifest = join(folder, 'jobs.json')
  writeFileSync(manifest, JSON.stringify(described))
  const answers = await play(paths.python, paths.script, manifest)
  if (answers.length !== jobs.length)
    throw new Error(`hftbacktest answered ${answers.length} of ${jobs.length} jobs`)
  return answers.map(({ code, ...account }, index) => {
    const files = described[index]
    if (files === undefined) throw new Error('no such job')
    return { code, account, slices: readSlices(files.fills), states: readStates(files.states) }
  })
}

function describe({ path, tape, actions, setting }: TheirJob, stem: string) {
  const { tickSize, lotSize } = tape.facts.instrument
  const lotScale = Number(`1e${(lotSize.split('.')[1] ?? '').length}`)
  const { makerBps, takerBps, ...rest } = setting
  writeFileSync(`${stem}.schedule`, toColumns(actions))
  return {
    ...rest,
    data: path,
    tick: Number(tickSize),
    lot: Number(lotSize),
    lotMantissa: Math.round(Number(lotSize) * lotScale),
    lotScale,
    makerFee: Number(makerBps) / 10_000,
    takerFee: Number(takerBps) / 10_000,
    schedule: `${stem}.schedule`,
    fills: `${stem}.fills`,
    states: `${stem}.states`,
  }
}

async function play(python: string, script: string, manifest: string): Promise<Answer[]> {
  const child = spawn(python, [script, manifest], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const answers: Answer[] = []
  for await (const line of createInterface({ input: child.stdout })) answers.push(JSON.parse(line))
  const code = await ended
  if (code !== 0) throw new Error(`hftbacktest ended with exit code ${code}`)
  return answers
}

function readTable(path: string, width: number): number[][] {
  const bytes = readFileSync(path)
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  return Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ])
}

function readSlices(path: string): Slice[] {
  return readTable(path, 5).map(([id = 0, t = 0, tick = 0, lots = 0, maker = 0]) => ({
    id,
    t,
    tick,
    lots,
    isMaker: maker === 1,
  }))
}

function readStates(path: string): Map<number, string> {
  return new Map(
    readTable(path, 3).map(([id = 0, status = 0, tick = 0]) => [id, `${stateNames.get(status)} ${tick}`]),
  )
}
