/**
 * Messages after which best bid ≥ best ask. A few of them in a recording are lost or mixed-up messages: a run has no book
 * from such a message to the first after which the sides are apart again. Where they are many there is no book to speak of,
 * and a run refuses the data.
 */
import { type DataLevel, hasLevels, type TapeFacts } from './tape.ts'

/** Above this share of the messages a run refuses. Each costs a whole book in the cache when it is over. */
const shareMax = 0.01

export interface CrossedMessages {
  readonly crossed: number
  readonly locked: number
  /** Messages looked at. */
  readonly of: number
  /** Exchange time in microseconds. */
  readonly firstTime: number
  /** Few enough to be passed over. */
  readonly isPassable: boolean
}

type ScannedFacts = Pick<TapeFacts, 'levels' | 'scan'>

/** In what the level makes its book of, over all tapes; undefined when there are none, or nobody has looked. */
export function crossedMessages(
  tapes: readonly ScannedFacts[],
  level: DataLevel,
): CrossedMessages | undefined {
  const found = tapes.map((facts) => crossedOf(facts, level)).filter((one) => one !== undefined)
  if (found.length === 0) return undefined
  const sum = (read: (one: CrossedMessages) => number): number =>
    found.reduce((total, one) => total + read(one), 0)
  const crossed = sum((one) => one.crossed)
  const locked = sum((one) => one.locked)
  const of = sum((one) => one.of)
  const firstTime = Math.min(...found.map((one) => one.firstTime))
  return { crossed, locked, of, firstTime, isPassable: crossed + locked <= of * shareMax }
}

function crossedOf({ levels, scan }: ScannedFacts, level: DataLevel): CrossedMessages | undefined {
  if (scan === undefined || !(hasLevels(level) || level === 'l1')) return undefined
  const isOfLevels = hasLevels(level) || levels.includes('l3')
  const crossed = scan.tallies[isOfLevels ? 'crossedBook' : 'crossedQuote']
  const locked = scan.tallies[isOfLevels ? 'lockedBook' : 'lockedQuote']
  const times = [crossed?.firstTime, locked?.firstTime].filter((time) => time !== undefined)
  if (times.length === 0) return undefined
  return {
    crossed: crossed?.count ?? 0,
    locked: locked?.count ?? 0,
    of: crossed?.of ?? locked?.of ?? 0,
    firstTime: Math.min(...times),
    isPassable: true,
  }
}

/** For people: what a run makes of them. */
export function describeCrossed({ crossed, locked, of }: CrossedMessages): string {
  const parts = [...(crossed > 0 ? [`${crossed} crossed`] : []), ...(locked > 0 ? [`${locked} locked`] : [])]
  return `${parts.join(' and ')} of ${of} messages of the book: there is no book from each to the next that is not`
}
