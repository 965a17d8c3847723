/** `sim data info`: what is known about a tape, for people. */
import { formatDuration } from '../core/duration.ts'
import type { TapeFacts } from '../model/tape.ts'
import { grouped, isoTime, type SummaryRow } from './summary-table.ts'

export function factsRows(facts: TapeFacts): SummaryRow[] {
  const { instrument, clock, latency } = facts
  const kinds = Object.entries(facts.rowsByKind).filter(([, count]) => count > 0)
  return [
    ['instrument', `${instrument.id} (${instrument.venue}, ${instrument.kind})`],
    [
      'grid',
      `tick ${instrument.tickSize}, lot ${instrument.lotSize}, minimum notional ${instrument.minNotional}`,
    ],
    ['sources', `${facts.sources.join(', ')} (${facts.format})`],
    ...(facts.isSynthetic ? [['', 'generated data: not a real market'] as const] : []),
    [
      'levels',
      facts.levels.join(', ') + (facts.barUs === undefined ? '' : ` of ${formatDuration(facts.barUs)}`),
    ],
    ['span', `${isoTime(facts.firstTime)} – ${isoTime(facts.lastTime)}`],
    ['rows', `${count(facts.rows)}: ${kinds.map(([kind, rows]) => `${count(rows)} ${kind}`).join(', ')}`],
    ['traded', `${count(facts.tradedLots)} lots`],
    ['gaps', count(facts.gaps)],
    ['crossed books', count(facts.crossedBooks)],
    ['off-market trades', count(facts.offMarketTrades)],
    ['off-lot quantities', count(facts.offLotQuantities)],
    ['touch checks', `${count(facts.touchAgreed)} of ${count(facts.touchChecks)} agreed`],
    [
      'receive clock',
      facts.hasReceiveTime ? `offset ${clock.offsetUs} µs, drift ${clock.driftPpm} ppm` : 'none',
    ],
    ...(latency === undefined
      ? []
      : [
          [
            'latency',
            `p50 ${latency.p50}, p90 ${latency.p90}, p99 ${latency.p99}, max ${latency.max} µs`,
          ] as const,
        ]),
    ...facts.notes.map((note) => ['note', note] as const),
    ['data hash', facts.dataHash],
  ]
}

const count = (value: number): string => grouped(String(value))
