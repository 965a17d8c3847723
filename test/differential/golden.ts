/**
 * What hftbacktest did with a few random streams, small enough to be kept with the tests: they guard the fill model where
 * there is no Python. Written by `npm run differential -- --golden`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Outcome } from './compare.ts'

export const goldenSeeds = [1, 2, 3, 4, 6, 7, 8, 11, 16, 24]

const goldenSchema = z.strictObject({
  seed: z.int(),
  /** fills[i] = [id, exchange time, tick, lots, 1 for maker] */
  fills: z.array(z.tuple([z.int(), z.int(), z.int(), z.int(), z.int()])),
  states: z.array(z.tuple([z.int(), z.string()])),
  account: z.strictObject({
    position: z.number(),
    balance: z.number(),
    fee: z.number(),
    trades: z.number(),
  }),
})

/** @param root of the project */
const fileOf = (root: string): string => join(root, 'test/venue/hftbacktest-golden.jsonl')

export function writeGolden(
  root: string,
  outcomes: readonly (readonly [seed: number, outcome: Outcome])[],
): void {
  const golden = outcomes.map(([seed, { slices, states, account }]) => ({
    seed,
    fills: slices.map(({ id, t, tick, lots, isMaker }) => [id, t, tick, lots, isMaker ? 1 : 0]),
    states: [...states],
    account,
  }))
  writeFileSync(fileOf(root), golden.map((one) => `${JSON.stringify(one)}\n`).join(''))
}

export function readGolden(root: string): ReadonlyMap<number, Outcome> {
  const lines = readFileSync(fileOf(root), 'utf8').trimEnd().split('\n')
  const golden = lines.map((line) => goldenSchema.parse(JSON.parse(line)))
  return new Map(
    golden.map(({ seed, fills, states, account }) => [
      seed,
      {
        slices: fills.map(([id, t, tick, lots, maker]) => ({ id, t, tick, lots, isMaker: maker === 1 })),
        states: new Map(states),
        account,
      },
    ]),
  )
}
