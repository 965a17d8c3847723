/** The paper venue of a session: simulated markets on tapes that grow with the feed, wired as those of a replay are. */
import { ConfigError } from '../core/errors.ts'
import { GrowingTape } from '../feed/growing-tape.ts'
import { PaperVenue } from '../venue/paper/paper-venue.ts'
import { defaultLatency, readLatencyFiles } from './create-latency.ts'
import { createMarket } from './create-market.ts'
import type { RunConfig } from './run-config.ts'
import type { ConnectVenue, SessionVenue, VenueWiring } from './trade-session.ts'
import { WallTimers } from './wall-timers.ts'
import { type SimulatedVenues, type VenueInput, wireVenue } from './wire-venue.ts'

export interface PreparedPaper {
  /** With the latency in force. */
  readonly config: RunConfig
  readonly connect: ConnectVenue
}

/** Everything of it that takes time. @throws {ConfigError} PAPER_SETTING @throws {DataError} LATENCY_FILE */
export async function preparePaper(given: RunConfig): Promise<PreparedPaper> {
  checkPaperConfig(given)
  const { config: read, files } = await readLatencyFiles(given)
  const config = { ...read, latency: read.latency ?? defaultLatency(undefined) }
  return { config, connect: (wiring) => connectPaper({ config, files }, wiring) }
}

type PaperSettings = Pick<VenueInput, 'config' | 'files'>

function connectPaper(settings: PaperSettings, wiring: VenueWiring): SessionVenue {
  const { clock, post, fail, instruments, level } = wiring
  const tapes = instruments.map(({ spec }) => new GrowingTape({ instrument: spec, level }))
  const simulated = wireMarkets(settings, wiring, tapes)
  const timers = new WallTimers(clock, () => {
    try {
      venue.wake()
    } catch (error) {
      fail(error)
    }
  })
  const venue: PaperVenue = new PaperVenue({
    clock,
    venue: simulated.venue,
    tapes,
    onMarket: (instrument, rows) => post({ kind: 'market', instrument, rows }),
    onReport: (report) => post({ kind: 'report', report }),
    wakeAt: (time) => timers.schedule(time, 0),
  })
  return {
    venue,
    receive: (instrument, rows) => venue.receive(instrument, rows),
    lose: (instrument) => venue.lose(instrument),
    close: () => {
      timers.stop()
      simulated.close()
    },
  }
}

/** As those of a replay: the data begin now, and nobody knows when they end. */
function wireMarkets(
  { config, files }: PaperSettings,
  { clock, instruments, onWarning }: VenueWiring,
  tapes: readonly GrowingTape[],
): SimulatedVenues {
  const now = clock.now()
  const data = { clock, instruments, groups: tapes.map((tape) => [tape]), start: now, end: now }
  const simulated = wireVenue({
    config,
    data,
    files,
    createMarket: (index, pipe) => createMarket({ index, data, config, pipe, onAmbiguousBar: () => {} }),
  })
  for (const warning of simulated.warnings) onWarning?.(warning)
  return simulated
}

/** Settings of a replay that mean nothing where the market is still to come. @throws {ConfigError} PAPER_SETTING */
export function checkPaperConfig(config: RunConfig): void {
  const { fillModel, barPath, funding, markPrices } = config
  if (fillModel !== undefined) refuse('fillModel', `${fillModel} is for recordings`)
  if (markPrices === 'all') refuse('markPrices', 'positions are valued at the mid of a feed')
  if (barPath !== undefined) refuse('barPath', 'a feed has no bars of its own')
  if (funding?.source === 'data') refuse('funding', 'a feed brings no rates: give a rate or a file')
  for (const { latency, impact } of [config, ...Object.values(config.instruments ?? {})]) {
    const model = latency?.model
    if (model === 'measured' || model === 'measured-sampled') {
      refuse('latency', `${model} needs a recording: give constant:5ms, lognormal:median,p99 or a file`)
    }
    if (impact?.model !== 'square-root') continue
    if (impact.sigmaDay === undefined || impact.volumeDay === undefined) {
      refuse('impact', 'nothing is measured on a feed: give sigma= and volume=')
    }
  }
}

function refuse(setting: string, why: string): never {
  throw new ConfigError('PAPER_SETTING', `${setting}: ${why}; paper trading has no use for it`)
}
