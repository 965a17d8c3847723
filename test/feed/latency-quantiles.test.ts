import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measureQuantiles } from '../../src/feed/latency-quantiles.ts'
import { prepareTapes } from '../../src/feed/prepare-tapes.ts'
import { profilePercents } from '../../src/model/packed.ts'

const name = 'hftbacktest/examples/usdm/btcusdt_20240808.gz'
const path = fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url))
let cacheDir: string
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'quantiles-'))
})
afterAll(() => rmSync(cacheDir, { recursive: true }))

describe('the latencies of each second of a recording', () => {
  it('have the medians that the import found, and tails far above them', async (context) => {
    if (!existsSync(path)) context.skip(`../shared/data/${name} is absent`)
    const [tape] = await prepareTapes([path], { cacheDir })
    const medians = tape?.latencyProfile?.medianUs ?? []
    const profile = tape && measureQuantiles(tape)
    const width = profilePercents.length
    const of = (bucket: number, percent: (typeof profilePercents)[number]) =>
      profile?.us[bucket * width + profilePercents.indexOf(percent)] ?? 0
    expect(medians.length).toBeGreaterThan(300)
    expect(profile?.buckets).toBe(medians.length)
    // The import takes the lower of two middle ones, as the nearest rank does.
    const differing = medians.filter((median, bucket) => of(bucket, 50) !== median)
    expect(differing).toEqual([])
    const tails = medians.filter((median, bucket) => of(bucket, 99) > 2 * median)
    expect(tails.length).toBeGreaterThan(medians.length / 2)
  })
})
