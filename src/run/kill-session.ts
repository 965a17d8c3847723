/**
 * The kill switch from outside. While a process runs the session, that process is asked to do it; when none does, it is
 * done here: at the venue first of all, and in the journal, so that the next start is halted.
 */
import { WallClock } from '../clock/wall-clock.ts'
import { ConfigError, SimError, VenueError } from '../core/errors.ts'
import { nodeDisk } from '../journal/disk.ts'
import { isHeld, newestLease } from '../journal/lease.ts'
import { nodeProcesses } from '../journal/process-table.ts'
import { Instrument } from '../model/instrument.ts'
import { answerKill, askForKill, readKillAnswer } from './kill-request.ts'
import { cancelAtVenue, openLive } from './live-ground.ts'
import { type GroundFile, type NamedEnvironment, openDirectory, readGround } from './open-directory.ts'
import { preparePaper } from './paper-venue.ts'
import type { OpenedMarket, SessionGround } from './run-trade.ts'
import { openSession, type SessionJournal } from './session-journal.ts'
import { type StartedFeed, TradeSession } from './trade-session.ts'
import { readVenueKeys } from './venue-keys-file.ts'

export interface KillOptions {
  readonly environment: NamedEnvironment
  /** Instead of the one that the session was started with. */
  readonly keyFile: string | undefined
  readonly onWarning: (text: string) => void
}

export interface KillOutcome {
  /** Ids at the venue of orders that may still be open; empty: the venue says that none is. */
  readonly leftOpen: readonly string[]
  /** The process that ran the session has done it; undefined: none ran. */
  readonly pid: number | undefined
  readonly mode: GroundFile['mode']
}

/** How long the process that runs the session may take, milliseconds. */
const answerMsMax = 60_000
const lookMs = 50

/** @throws {ConfigError} SESSION_MISSING, KEYS_MISSING @throws {VenueError} KILL_UNANSWERED, and as LiveVenue.open */
export async function killSession(folder: string, options: KillOptions): Promise<KillOutcome> {
  const ground = readGround(folder)
  if (ground === undefined) {
    throw new ConfigError(
      'SESSION_MISSING',
      `${folder}: no session there that sim paper or sim live has begun`,
    )
  }
  const { mode } = ground
  askForKill(folder)
  const pid = runningProcess(folder)
  const leftOpen = pid === undefined ? undefined : await answerOf(folder, pid)
  if (leftOpen !== undefined) return { leftOpen, pid, mode }
  return { leftOpen: await killHere(folder, ground, options), pid: undefined, mode }
}

function runningProcess(folder: string): number | undefined {
  const lease = newestLease({ disk: nodeDisk, folder })
  return lease !== undefined && isHeld(nodeProcesses, lease) ? lease.holder.pid : undefined
}

function isProcessAlive(pid: number): boolean {
  return nodeProcesses.isAlive({ pid, startedAt: '' })
}

/** @returns undefined when the process is gone without an answer */
async function answerOf(folder: string, pid: number): Promise<readonly string[] | undefined> {
  for (let waited = 0; waited < answerMsMax; waited += lookMs) {
    const isAlive = isProcessAlive(pid)
    // It lets the lease go, answers, and ends.
    const answer = runningProcess(folder) === undefined ? readKillAnswer(folder) : undefined
    if (answer !== undefined || !isAlive) return answer
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
  throw new VenueError(
    'KILL_UNANSWERED',
    `process ${pid} runs the session and does not answer: end it (kill -9 ${pid}) and run sim kill again`,
  )
}

async function killHere(
  folder: string,
  ground: GroundFile,
  options: KillOptions,
): Promise<readonly string[]> {
  const clock = new WallClock()
  let session: SessionJournal
  try {
    session = await openSession(folder)
  } catch (error) {
    if (!(error instanceof SimError)) throw error
    return killWithoutJournal({ folder, ground, options, clock, why: error.message })
  }
  const { description, strategy } = session
  const instruments = description.instruments.map((spec) => new Instrument(spec))
  const market = { instruments, isSynthetic: session.isSynthetic, clock, onWarning: options.onWarning }
  const feed: StartedFeed = { instruments, take: () => {}, close: async () => {} }
  const opened = await openGround({ folder, ground, options, session, market })
  let trading: TradeSession
  try {
    trading = new TradeSession({ ...opened, feed, strategy, level: description.level, clock })
  } catch (error) {
    if (!(error instanceof SimError)) throw error
    await opened.release()
    return killWithoutJournal({ folder, ground, options, clock, why: error.message })
  }
  trading.kill()
  await trading.done
  answerKill(folder, trading.leftOpen)
  return trading.leftOpen
}

interface GroundOpening {
  readonly folder: string
  readonly ground: GroundFile
  readonly options: KillOptions
  readonly session: SessionJournal
  readonly market: OpenedMarket
}

async function openGround({
  folder,
  ground,
  options,
  session,
  market,
}: GroundOpening): Promise<SessionGround> {
  const { config } = session.description
  const { environment } = options
  // Of a journal that exists: its first line is written already.
  const name = session.description.strategy
  if (ground.mode === 'paper') {
    const { connect } = await preparePaper(config)
    const directory = openDirectory({ folder, strategy: name, isSynthetic: false, accounts: [], environment })
    return { config, directory, connect, release: async () => {} }
  }
  return openLive({ ...liveOf(folder, ground, options), strategy: name, config, feesInSettle: true }, market)
}

/** @throws {ConfigError} KEYS_MISSING */
function liveOf(folder: string, ground: Extract<GroundFile, { mode: 'live' }>, options: KillOptions) {
  const { access, keyFile } = ground
  const { environment } = options
  const path = options.keyFile ?? keyFile
  const keys = readVenueKeys(access.venue, environment, path)
  if (keys === undefined) {
    throw new ConfigError(
      'KEYS_MISSING',
      `orders at ${access.venue} are canceled with its API key: none is set`,
    )
  }
  const plain = { ...access, url: access.url }
  return {
    folder,
    access: plain,
    keys,
    keyFile: path,
    acceptsAccount: true,
    abandonsOthers: false,
    environment,
  }
}

interface Bare {
  readonly folder: string
  readonly ground: GroundFile
  readonly options: KillOptions
  readonly clock: WallClock
  /** The journal cannot be gone on with. */
  readonly why: string
}

/** The request stays in the folder: a next start is killed by it before it does anything. */
async function killWithoutJournal({ folder, ground, options, clock, why }: Bare): Promise<readonly string[]> {
  options.onWarning(`the kill is not in the journal: ${why}`)
  if (ground.mode === 'paper') return []
  return cancelAtVenue(liveOf(folder, ground, options), clock, options.onWarning)
}
