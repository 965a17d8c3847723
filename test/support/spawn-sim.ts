/** Runs the built command as a user would, and sample files for it. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../../dist/sim.js', import.meta.url))

export interface SimResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** @param cwd also holds the cache, so that nothing is shared between tests */
export function sim(cwd: string, ...args: string[]): SimResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, REHEARSAL_CACHE: join(cwd, 'cache') },
  })
  return { exitCode: status, stdout, stderr }
}

/** Files below `folder`, temporary ones included. */
export function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : []
}

/**
 * Trades as Tardis writes them: one a second from 2024-01-01T00:00:00Z on, price 100.0 … 100.9 and around again,
 * 0.5 each, buys and sells in turn, known 1 ms later.
 */
export function tradesCsv(
  rows: number,
  changeRow: (cells: string[], row: number) => string[] = (cells) => cells,
): string {
  const header = 'exchange,symbol,timestamp,local_timestamp,id,side,price,amount'
  const lines = Array.from({ length: rows }, (_, row) => {
    const time = 1_704_067_200_000_000 + row * 1_000_000
    const price = (100 + (row % 10) / 10).toFixed(1)
    const cells = ['binance-futures', 'BTCUSDT', String(time), String(time + 1000), String(row + 1)]
    return changeRow([...cells, row % 2 === 0 ? 'buy' : 'sell', price, '0.500'], row).join(',')
  })
  return [header, ...lines, ''].join('\n')
}
