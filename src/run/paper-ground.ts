/** The ground of a session on paper: its directory, and simulated markets. */
import { ConfigError } from '../core/errors.ts'
import { type NamedEnvironment, openDirectory, readGround, writeGround } from './open-directory.ts'
import { preparePaper } from './paper-venue.ts'
import type { RunConfig } from './run-config.ts'
import type { OpenedMarket, SessionGround } from './run-trade.ts'

export interface PaperRequest {
  /** Name or path, as it was given. */
  readonly strategy: string
  readonly folder: string
  readonly config: RunConfig
  readonly environment: NamedEnvironment
}

/** @throws {ConfigError} PAPER_SETTING, SESSION_CHANGED and as SessionDirectory */
export async function openPaper(
  { strategy, folder, config: given, environment }: PaperRequest,
  { isSynthetic }: OpenedMarket,
): Promise<SessionGround> {
  const { config, connect } = await preparePaper(given)
  const directory = openDirectory({ folder, strategy, isSynthetic, accounts: [], environment })
  if (!directory.isResumed) writeGround(folder, { format: 1, mode: 'paper' })
  else if (readGround(folder)?.mode === 'live') {
    directory.close('left')
    throw new ConfigError('SESSION_CHANGED', `${folder} is a session at a venue: go on with sim live`)
  }
  return { config, directory, connect, release: async () => {} }
}
