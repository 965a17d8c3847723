/** Rows per second of a replay over 2 M rows, each as a ratio to the bare loop over the same columns. */

import { FlatBook } from '../src/book/flat-book.ts'
import { assert } from '../src/core/errors.ts'
import { f64At, i32At } from '../src/core/typed-array.ts'
import { lastOfMessageBit, type PackedBatch, type PackedTape } from '../src/model/packed.ts'
import { emptyBareBook, runBareLoop } from './bare-loop.ts'
import type { BenchResult, BenchScale } from './bench-result.ts'
import { barUs, batchesOf, createBarTape, createBookTape } from './bench-tape.ts'
import { timePaired } from './paired.ts'
import { barCase, bookCases, runCase } from './replay-cases.ts'

export async function benchBooks({ rows, rounds, warmups }: BenchScale): Promise<BenchResult[]> {
  const tape = createBookTape(rows)
  const batches = batchesOf(tape)
  const cases = bookCases(tape)
  checkBareLoop(batches)
  await checkCases(tape, cases)
  const results = await timePaired({
    base: { name: 'bare loop', prepare: emptyBareBook, run: () => runBareLoop(batches) },
    cases: cases.map((one) => ({ name: one.name, run: () => runCase(tape, one) })),
    rounds,
    warmups,
  })
  return results.map(({ name, ms, ratio }) => {
    const found = cases.find((one) => one.name === name)
    return {
      name,
      what: found?.what ?? 'the fastest flat-array pass over the same columns',
      value: tape.facts.rows / ms / 1000,
      unit: 'M rows/s',
      ratio,
      target: found?.target === undefined ? undefined : { ratioMin: found.target },
    }
  })
}

/** The bare loop and the book of the replay end at the same touch. */
function checkBareLoop(batches: readonly PackedBatch[]): void {
  emptyBareBook()
  const { bid, ask } = runBareLoop(batches)
  const book = new FlatBook()
  for (const batch of batches) applyAll(book, batch)
  const touch = [book.bestPrice('buy'), book.bestPrice('sell')]
  assert(
    touch[0] === book.tickOfSlot(bid) && touch[1] === book.tickOfSlot(ask),
    `bare loop ends at ${book.tickOfSlot(bid)} / ${book.tickOfSlot(ask)}, the book at ${touch.join(' / ')}`,
  )
}

function applyAll(book: FlatBook, batch: PackedBatch): void {
  book.rebase(batch.baseTick)
  for (let row = 0; row < batch.rows; row++) {
    const code = i32At(batch.code, row)
    book.applyRow(code, f64At(batch.qty, row))
    if (code >= lastOfMessageBit) book.endMessage(f64At(batch.exchangeTime, row))
  }
}

async function checkCases(tape: PackedTape, cases: ReturnType<typeof bookCases>): Promise<void> {
  for (const one of cases) {
    const [first, again] = [await runCase(tape, one), await runCase(tape, one)]
    one.check(first)
    assert(first.fingerprint === again.fingerprint, `${one.name}: two runs, two fingerprints`)
  }
}

export async function benchBars({ bars, rounds, warmups }: BenchScale): Promise<BenchResult[]> {
  const tape = createBarTape(bars)
  const one = barCase()
  one.check(await runCase(tape, one))
  const closes = Float64Array.from({ length: bars }, (_, index) => 60_000 + (index % 977))
  const results = await timePaired({
    base: { name: 'bare SMA cross', run: () => void crossings(closes, 10, 30) },
    cases: [{ name: one.name, run: () => runCase(tape, one) }],
    rounds,
    warmups,
  })
  assert(tape.facts.barUs === barUs, 'bars of one minute')
  return results.map(({ name, ms, ratio }) => ({
    name,
    what: name === one.name ? one.what : 'two running sums over an array of closes',
    value: bars / ms / 1000,
    unit: 'M bars/s',
    ratio,
    target: undefined,
  }))
}

/** How often the fast average crosses the slow one. */
function crossings(closes: Float64Array, fast: number, slow: number): number {
  let fastSum = 0
  let slowSum = 0
  let count = 0
  let wasAbove = false
  for (let i = 0; i < closes.length; i++) {
    fastSum += f64At(closes, i) - (i >= fast ? f64At(closes, i - fast) : 0)
    slowSum += f64At(closes, i) - (i >= slow ? f64At(closes, i - slow) : 0)
    const isAbove = fastSum * slow > slowSum * fast
    if (isAbove !== wasAbove) count++
    wasAbove = isAbove
  }
  return count
}
