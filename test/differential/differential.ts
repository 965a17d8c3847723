/**
 * Proof of the fill model hftbacktest: the same market data and the same schedules of orders through hftbacktest 2.4.4 and
 * through our replay, compared execution by execution. Exit code 1 on any difference.
 *
 * usage: npm run differential [-- --orders 4000 --streams 400 --only recordings|random --match TEXT --first 1 --self-check --golden]
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { avoidDefects } from './avoid-defects.ts'
import { type Comparison, compareOutcomes } from './compare.ts'
import { goldenSeeds, writeGolden } from './golden.ts'
import { runOurs, type Setting } from './our-run.ts'
import { type Case, fees, randomCase } from './random-cases.ts'
import { openRecording, recordings, type Stream } from './recordings.ts'
import { makeSchedule } from './schedule.ts'
import { runTheirs, type TheirJob, type TheirPaths } from './theirs.ts'

export interface Paths extends TheirPaths {
  readonly shared: string
  /** Of the project. */
  readonly root: string
}

const queues = [
  ...['risk-averse', 'prob-log', 'prob-log2'],
  ...['prob-power:1', 'prob-power:2', 'prob-power:3', 'prob-power2:2', 'prob-power2:3'],
  ...['prob-power3:1', 'prob-power3:2', 'prob-power3:3'],
]
const partialQueues = [
  'risk-averse',
  'prob-power:2',
  'prob-power2:3',
  'prob-power3:3',
  'prob-log',
  'prob-log2',
]
/** Several minutes of market for each: a fill waits for its report at the end. */
const tailUs = 2_000_000

export async function main(args: readonly string[], paths: Paths): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      orders: { type: 'string', default: '2000' },
      streams: { type: 'string', default: '420' },
      only: { type: 'string', default: '' },
      'self-check': { type: 'boolean', default: false },
      first: { type: 'string', default: '1' },
      match: { type: 'string', default: '' },
      golden: { type: 'boolean', default: false },
    },
  })
  mkdirSync(paths.work, { recursive: true })
  if (values.golden) return makeGolden(paths)
  const cases: Case[] = []
  if (values.only !== 'random')
    cases.push(...(await recordedCases(paths, Number(values.orders), values.match)))
  if (values.only !== 'recordings')
    cases.push(...(await randomCases(paths, Number(values.first), Number(values.streams))))
  if (values['self-check']) return selfCheck(cases, paths)
  return report(await compareAll(cases, paths))
}

/** @param match part of the name of a case */
async function recordedCases(paths: Paths, orders: number, match: string): Promise<Case[]> {
  const cases: Case[] = []
  for (const [index, recording] of recordings.entries()) {
    const stream = await openRecording(recording, paths.shared, join(paths.work, 'cache'))
    if (stream === undefined) {
      console.log(`${recording.name}: skipped, not found under ${paths.shared}`)
      continue
    }
    const settings = [
      ...queues.map((queue) => ({ exchange: 'nopartial', queue }) as const),
      ...partialQueues.map((queue) => ({ exchange: 'partial', queue }) as const),
    ]
    for (const [number, base] of settings.entries()) {
      if (!nameOf(stream, base).includes(match)) continue
      const setting = {
        ...base,
        ...fees,
        entryUs: 2_500 + 700 * number,
        responseUs: 1_800 + 900 * (number % 5),
      }
      const seed = 1000 * index + number
      cases.push(await caseOf(stream, setting, { seed, orders, lifeUs: 12_000_000, reach: 4 }))
    }
  }
  return cases
}

async function caseOf(
  stream: Stream,
  setting: Setting,
  how: { readonly seed: number; readonly orders: number; readonly lifeUs: number; readonly reach: number },
): Promise<Case> {
  const { start, end, touch } = stream
  const planned = makeSchedule({
    ...how,
    touch,
    start: start + 100_000,
    end: Math.max(start + 1_000_000, end - how.lifeUs - tailUs),
    roundTripUs: setting.entryUs + setting.responseUs,
    lotsMax: 400,
  }).filter(({ t }) => t < end - tailUs)
  const actions =
    setting.exchange === 'partial' ? await avoidDefects(stream.tapes, planned, setting) : planned
  return { name: nameOf(stream, setting), stream, actions, setting }
}

/** @param first seed */
async function randomCases(paths: Paths, first: number, count: number): Promise<Case[]> {
  const cases: Case[] = []
  for (let seed = first; seed < first + count; seed++) cases.push(await randomCase(seed, paths.work))
  return cases
}

async function makeGolden(paths: Paths): Promise<number> {
  const cases: Case[] = []
  for (const seed of goldenSeeds) cases.push(await randomCase(seed, paths.work))
  const theirs = await runTheirs(paths, cases.map(jobOf))
  writeGolden(
    paths.root,
    theirs.map((outcome, index) => [goldenSeeds[index] ?? 0, outcome]),
  )
  return theirs.every(({ code }) => code === 0) ? 0 : 1
}

const nameOf = ({ name }: Stream, { exchange, queue }: Pick<Setting, 'exchange' | 'queue'>): string =>
  `${name}, ${exchange}, ${queue}`

interface Compared extends Comparison {
  readonly name: string
}

async function compareAll(cases: readonly Case[], paths: Paths): Promise<Compared[]> {
  const theirs = await runTheirs(paths, cases.map(jobOf))
  const compared: Compared[] = []
  for (const [index, { name, stream, actions, setting }] of cases.entries()) {
    const other = theirs[index]
    if (other === undefined) throw new Error('a job without an answer')
    const ours = await runOurs(stream.tapes, actions, setting)
    const result = compareOutcomes(ours, other, setting.exchange === 'nopartial', quantumOf(stream))
    const stopped = other.code === 0 ? [] : [`hftbacktest stopped with code ${other.code}`]
    compared.push({
      ...result,
      name,
      mismatches: [...stopped, ...result.mismatches].map((text) => `${stream.name}: ${text}`),
    })
  }
  return compared
}

function jobOf({ stream, actions, setting }: Case): TheirJob {
  const [tape] = stream.tapes
  if (tape === undefined) throw new Error('no tape')
  return { path: stream.path, tape, actions, setting }
}

const quantumOf = ({ tapes }: Stream): number => Number(tapes[0]?.facts.instrument.settleQuantum ?? 0)

function report(compared: readonly Compared[]): number {
  const groups = new Map<string, Compared[]>()
  for (const one of compared) groups.set(one.name, [...(groups.get(one.name) ?? []), one])
  const line = (name: string, list: readonly Compared[]): string => {
    const sum = (value: (one: Compared) => number): string =>
      String(list.reduce((total, one) => total + value(one), 0)).padStart(9)
    return `${name.padEnd(44)}${String(list.length).padStart(9)}${sum(({ orders }) => orders)}${sum(({ fills }) => fills)}${sum(({ mismatches }) => mismatches.length)}`
  }
  console.log(`${''.padEnd(44)}  streams   orders    fills  differ`)
  for (const [name, list] of groups) {
    console.log(line(name, list))
    for (const text of list.flatMap(({ mismatches }) => mismatches).slice(0, 5)) console.log(`    ${text}`)
  }
  console.log(line('all', compared))
  return compared.every(({ mismatches }) => mismatches.length === 0) && compared.length > 0 ? 0 : 1
}

/** Each of these mistakes must show: a comparison that cannot fail proves nothing. */
const mistakes: readonly (readonly [string, (setting: Setting) => Setting])[] = [
  ['one microsecond more to the venue', (setting) => ({ ...setting, entryUs: setting.entryUs + 1 })],
  [
    'another queue model',
    (setting) => ({ ...setting, queue: setting.queue === 'prob-power3:3' ? 'prob-log' : 'prob-power3:3' }),
  ],
  [
    'the other exchange model',
    (setting) => ({ ...setting, exchange: setting.exchange === 'partial' ? 'nopartial' : 'partial' }),
  ],
  ['other fees', (setting) => ({ ...setting, takerBps: '4.6' })],
]

async function selfCheck(cases: readonly Case[], paths: Paths): Promise<number> {
  const checked = cases.filter(({ setting }) => setting.exchange === 'nopartial').slice(0, 40)
  const theirs = await runTheirs(paths, checked.map(jobOf))
  let missed = 0
  for (const [name, change] of mistakes) {
    let differ = 0
    for (const [index, { stream, actions, setting }] of checked.entries()) {
      const other = theirs[index]
      if (other === undefined) continue
      const ours = await runOurs(stream.tapes, actions, change(setting))
      differ += compareOutcomes(ours, other, true, quantumOf(stream)).mismatches.length
    }
    if (differ === 0) missed++
    console.log(
      `${name.padEnd(44)}${String(differ).padStart(9)} differences${differ === 0 ? ': NOT NOTICED' : ''}`,
    )
  }
  return missed === 0 ? 0 : 1
}
