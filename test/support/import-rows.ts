/** What an importer hands over, kept as objects, and small sources written for one test. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, type TestContext } from 'vitest'
import { openImporter } from '../../src/feed/open-importer.ts'
import type { TapeRow } from '../../src/feed/tape-columns.ts'
import type { ImportCounters, Importer, ImportOptions, TapeSink } from '../../src/feed/tape-sink.ts'
import { type RowKind, rowKind, type SideCode, sideCode } from '../../src/model/tape.ts'

/** Every field set, whatever the kind. */
export type ImportedRow = Required<Omit<TapeRow, 'seenBy'>>

export interface Imported {
  readonly importer: Importer
  readonly counters: ImportCounters
  readonly rows: readonly ImportedRow[]
}

export async function importFiles(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const importer = await openImporter(paths, options)
  const rows: ImportedRow[] = []
  const sink: TapeSink = {
    row: (kind, side, exchangeTime, receiveTime, price, qty, isLast, _seenBy, orderId = 0) => {
      rows.push({ kind, side, exchangeTime, receiveTime, price, qty, isLast, orderId })
    },
  }
  return { importer, counters: await importer.read(sink), rows }
}

/** Writes each text as a file of its own and imports them as one recording. */
export function importTexts(texts: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const paths = texts.map((text, index) => temporaryFile(`part-${index + 1}.txt`, text))
  return importFiles(paths, options)
}

/** Removed when the test is over. */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-import-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** A recording that is not part of the project; without it the test is skipped and says so. */
export function recording(context: TestContext, path: string): string {
  const full = fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url))
  if (!existsSync(full)) context.skip(`../shared/data/${path} is not there`)
  return full
}

export function rowsOfKind(rows: readonly ImportedRow[], kind: RowKind): readonly ImportedRow[] {
  return rows.filter((row) => row.kind === kind)
}

/** `bid 100×5!` per row: the mark stands at the end of a message. */
export function brief(rows: readonly ImportedRow[]): readonly string[] {
  return rows.map(({ kind, side, price, qty, isLast }) => {
    const name = Object.entries(rowKind).find(([, code]) => code === kind)?.[0] ?? '?'
    return `${name} ${sideName(side)} ${price}×${qty}${isLast ? '!' : ''}`
  })
}

function sideName(side: SideCode): string {
  return side === sideCode.buy ? 'buy' : 'sell'
}

/** How often best bid ≥ best ask after a whole message. */
export function countCrossed(rows: readonly ImportedRow[]): number {
  const bids = new KnownSide((a, b) => a > b)
  const asks = new KnownSide((a, b) => a < b)
  let crossed = 0
  for (const row of rows) {
    if (row.kind === rowKind.clear) {
      bids.clear()
      asks.clear()
    } else if (row.kind === rowKind.depth || row.kind === rowKind.snapshot) {
      const side = row.side === sideCode.buy ? bids : asks
      side.set(row.price, row.qty)
    } else {
      continue
    }
    const [bid, ask] = [bids.best, asks.best]
    if (row.isLast && bid !== undefined && ask !== undefined && bid >= ask) crossed++
  }
  return crossed
}

class KnownSide {
  best: number | undefined
  readonly #prices = new Set<number>()
  readonly #isBetter: (a: number, b: number) => boolean

  constructor(isBetter: (a: number, b: number) => boolean) {
    this.#isBetter = isBetter
  }

  clear(): void {
    this.#prices.clear()
    this.best = undefined
  }

  set(price: number, qty: number): void {
    if (qty > 0) {
      this.#prices.add(price)
      this.#consider(price)
    } else if (this.#prices.delete(price) && price === this.best) {
      this.best = undefined
      for (const left of this.#prices) this.#consider(left)
    }
  }

  #consider(price: number): void {
    if (this.best === undefined || this.#isBetter(price, this.best)) this.best = price
  }
}
