/**
 * What can go wrong, and where. A point is one call, answer or message of a run, named by its kind and its count from
 * 0: `create:3` is the fourth new order on its way out, `create-answer:3` its answer, `disk:17` the 18th call of the
 * disk, `stream:5` the sixth message about our orders. The same seed and plan give the same points.
 */
import { ConfigError } from '../../src/core/errors.ts'
import type { Prng } from '../../src/core/prng.ts'

export const diskFaults = [
  'ENOSPC',
  'EIO',
  /** Half of a write is done, and no more. */
  'short',
  'kill-before',
  'kill-after',
  /** What was not synced is gone as well. */
  'power-before',
  'power-after',
] as const

const kills = ['kill-before', 'kill-after'] as const

export const requestFaults = [
  /** Never arrives, and we are told that nobody knows. */
  'lost',
  /** Never arrives, and nobody says anything. */
  'swallowed',
  /** By 3 s. */
  'late',
  /** By 7 s: outside of the receive window. */
  'too-late',
  'refused',
  /** 429, retry after 2 s. */
  'rate-limited',
  /** 418: everything is refused for 20 s. */
  'banned',
  /** -1021. */
  'skewed',
  /** Maintenance: everything is answered so for 2 s. */
  'closed',
  ...kills,
  /** The machine dies with what it has not synced. */
  'power-after',
] as const

export const answerFaults = [
  /** Never comes; we are told that nobody knows. */
  'lost',
  'swallowed',
  /** A 5xx, although it was done. */
  'server-error',
  /** By 3 s. */
  'late',
  /** By 15 s: longer than anybody waits. */
  'too-late',
  ...kills,
] as const

/** Of what asks about orders. */
const viewFaults = ['stale-5s', 'stale-60s'] as const
/** Of what names one order. */
const notFoundFault = ['not-found'] as const

export const streamFaults = [
  'dropped',
  'doubled',
  /** By 700 ms: overtaken by those that follow. */
  'late',
  /** The stream breaks, and is back after half a second. */
  'cut',
  ...kills,
] as const

export type DiskPointFault = (typeof diskFaults)[number]
export type RequestFault = (typeof requestFaults)[number] | (typeof notFoundFault)[number]
export type AnswerFault = (typeof answerFaults)[number] | (typeof viewFaults)[number]
export type StreamPointFault = (typeof streamFaults)[number]
export type FaultKind = DiskPointFault | RequestFault | AnswerFault | StreamPointFault

export interface PlannedFault {
  readonly point: string
  readonly fault: FaultKind
}
export type FaultPlan = readonly PlannedFault[]

export interface Point {
  readonly name: string
  /** What it was, for a reader: `write /s/journal`. */
  readonly what: string
}

/** Every kind of fault that can happen there. */
export function faultsAt({ name, what }: Point): readonly FaultKind[] {
  const channel = channelOf(name)
  if (channel === 'disk') return diskFaults.filter((kind) => kind !== 'short' || what.startsWith('write'))
  if (channel === 'stream') return streamFaults
  const call = channel.replace('-answer', '')
  if (channel !== call)
    return /^fetch(Order|OpenOrders|Fills)$/.test(call) ? [...answerFaults, ...viewFaults] : answerFaults
  return /^(amend|cancel|fetchOrder)$/.test(call) ? [...requestFaults, ...notFoundFault] : requestFaults
}

export const channelOf = (point: string): string => point.slice(0, point.lastIndexOf(':'))

export const formatPlan = (plan: FaultPlan): string =>
  plan.map(({ point, fault }) => `${point}=${fault}`).join(',')

/** @throws {ConfigError} FAULT_PLAN */
export function parsePlan(text: string): FaultPlan {
  return text
    .split(',')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [point = '', kind = ''] = entry.split('=')
      // As a write: what fits it fits every call of the disk that exists.
      const fault = /^[a-zA-Z-]+:\d+$/.test(point)
        ? faultsAt({ name: point, what: 'write' }).find((known) => known === kind)
        : undefined
      if (fault !== undefined) return { point, fault }
      throw new ConfigError(
        'FAULT_PLAN',
        `${entry} is no fault; expected one such as create:3=lost or disk:17=EIO`,
      )
    })
}

/** A few faults at points of a run that had none; those behind the first may be elsewhere by then, or nowhere. */
export function drawPlan(random: Prng, points: readonly Point[]): FaultPlan {
  const count = 2 + random.nextInt(9)
  return Array.from({ length: count }, () => {
    const point = points[random.nextInt(points.length)] ?? { name: 'disk:0', what: 'write' }
    const fitting = faultsAt(point)
    return { point: point.name, fault: fitting[random.nextInt(fitting.length)] ?? 'kill-before' }
  })
}
