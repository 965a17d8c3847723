/** Facts of a tape → everything that was looked for in it, found or not. */
import { crossedMessages } from '../model/crossed-books.ts'
import type { TapeFacts } from '../model/tape.ts'
import type { ScanTally } from '../model/tape-scan.ts'
import type { Finding } from './finding.ts'
import { noteFindings } from './note-findings.ts'

/** Checks of the scan that are findings as they are. */
const plainChecks = [
  'crossedBook',
  'lockedBook',
  'oneSidedBook',
  'crossedQuote',
  'lockedQuote',
  'oneSidedQuote',
  'lateBook',
  'backwardTime',
  'interleavedStreams',
  'farTrade',
  'offMarketTrade',
  'tradeOutsideTouch',
  'repeatedTrade',
  'priceLeap',
  'priceJump',
  'missingBar',
  'silentSpell',
] as const

const hourUs = 3_600_000_000
/** A burst is far above what is usual; a slow line is not a burst. */
const burstRatio = 10
/** Below so many prints, repeated ones are chance. */
const doubledLeast = 500

export function collectFindings(facts: TapeFacts): Finding[] {
  const tallies = facts.scan?.tallies ?? {}
  const hours = Math.max(1, (facts.lastTime - facts.firstTime) / hourUs)
  const found: Finding[] = plainChecks.flatMap((code) => {
    const tally = tallies[code]
    return tally === undefined ? [] : [{ code, ...tally }]
  })
  found.push(
    ...refusedFinding(facts, tallies),
    ...bookFindings(facts, tallies),
    ...clockFindings(facts),
    ...latencyFindings(facts, tallies.slowMessage),
    ...doubledFinding(tallies.repeatedTrade),
    { code: 'offLotQuantity', count: facts.offLotQuantities, of: facts.rows },
    ...noteFindings(facts),
  )
  return found.map((one) => ({ ...one, perHour: one.count / hours }))
}

/**
 * The replay ends at a message after which bid ≥ ask, in the book that it is made of (the levels, without them the quotes),
 * when such messages are many; a few are told as gaps. Crossed quotes beside levels are passed over.
 */
function refusedFinding(facts: TapeFacts, tallies: Readonly<Record<string, ScanTally>>): readonly Finding[] {
  const isOfLevels = facts.levels.includes('l2')
  const [name, crossed, locked] = isOfLevels
    ? ['book', tallies.crossedBook, tallies.lockedBook]
    : ['quote', tallies.crossedQuote, tallies.lockedQuote]
  const found = crossedMessages([facts], isOfLevels ? 'l2' : 'l1')
  if (found === undefined || found.isPassable) {
    return crossed === undefined ? [] : [{ code: 'refusedBook', count: 0 }]
  }
  const parts = [
    ...countOf(crossed, `crossed ${name}`, 'bid > ask'),
    ...countOf(locked, `locked ${name}`, 'bid = ask'),
  ]
  const count = found.crossed + found.locked
  return [{ code: 'refusedBook', count, firstTime: found.firstTime, text: parts.join(' and ') }]
}

function countOf(tally: ScanTally | undefined, name: string, rule: string): readonly string[] {
  if (tally === undefined || tally.count === 0) return []
  return [`${tally.count} ${name}${tally.count === 1 ? '' : 's'} (${rule})`]
}

function bookFindings(facts: TapeFacts, tallies: Readonly<Record<string, ScanTally>>): Finding[] {
  const { touchChecks, touchAgreed, gaps } = facts
  const { unknownBook, depthBeforeSnapshot } = tallies
  return [
    ...(unknownBook === undefined && gaps === 0
      ? []
      : [{ code: 'gap', ...unknownBook, count: Math.max(gaps, unknownBook?.count ?? 0) }]),
    ...(depthBeforeSnapshot === undefined ? [] : [{ code: 'missingSnapshot', ...depthBeforeSnapshot }]),
    ...(touchChecks === 0
      ? []
      : [{ code: 'touchDisagreed', count: touchChecks - touchAgreed, of: touchChecks }]),
  ]
}

function clockFindings({ hasReceiveTime, clock }: TapeFacts): Finding[] {
  if (!hasReceiveTime) return []
  const { offsetUs, driftPpm } = clock
  const corrected = 'corrected in the replay'
  return [
    { code: 'clockOffset', count: offsetUs === 0 ? 0 : 1, worst: offsetUs, text: corrected },
    { code: 'clockDrift', count: driftPpm === 0 ? 0 : 1, worst: driftPpm, text: corrected },
  ]
}

function latencyFindings({ latency }: TapeFacts, slow: ScanTally | undefined): Finding[] {
  if (latency === undefined) return []
  const { p50, p99, max } = latency
  const { worstTime } = slow ?? {}
  const when = worstTime === undefined ? {} : { worstTime }
  const text = `p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)}`
  const isBurst = p99 >= burstRatio * Math.max(1, p50)
  return [
    { code: 'latency', count: 1, worst: max, ...when, text },
    { code: 'latencyBurst', count: isBurst ? 1 : 0, worst: p99, ...when, text },
  ]
}

/** Without ids, prints that mostly come in equal pairs are the only sign of a tape written twice. */
function doubledFinding(repeated: ScanTally | undefined): Finding[] {
  if (repeated === undefined || repeated.of < doubledLeast) return []
  const isDoubled = repeated.count >= 0.48 * repeated.of
  return [{ code: 'doubledTrades', ...repeated, count: isDoubled ? repeated.count : 0 }]
}

const ms = (us: number): string => `${Math.round(us / 100) / 10} ms`
