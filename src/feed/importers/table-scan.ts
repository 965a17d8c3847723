/** A look at the first rows of a table: whose data it is, on which grid, and how long its bars are. */
import { DataError } from '../../core/errors.ts'
import { GridSample } from '../grid-sample.ts'
import { timeOfText } from '../parse-time.ts'
import { fileError } from '../source-position.ts'
import type { Table } from './table.ts'
import { barEndOf } from './table-bars.ts'
import type { ColumnRole, TableKind, TableShape } from './table-columns.ts'

/** Files of one kind that continue each other. */
export interface TableGroup {
  readonly kind: TableKind
  readonly files: readonly { readonly table: Table; readonly shape: TableShape }[]
}

export interface TableScan {
  /** As the file writes it; undefined when it has no such column. */
  readonly symbol: string | undefined
  readonly exchange: string | undefined
  readonly sample: GridSample
  /** Microseconds; undefined for anything but bars, or when a single bar does not tell. */
  readonly barUs: number | undefined
}

const scannedRows = 20_000

const priceRoles: readonly ColumnRole[] = ['price', 'open', 'high', 'low', 'close', 'bidPrice', 'askPrice']
const qtyRoles: readonly ColumnRole[] = ['qty', 'volume', 'bidQty', 'askQty']

class ScanState {
  readonly symbols = new Set<string>()
  readonly sample = new GridSample()
  exchange: string | undefined
  barUs: number | undefined
  rows = 0
  #lastTime: number | undefined

  add(cells: readonly string[], table: Table, shape: TableShape): void {
    this.rows++
    const cell = (role: ColumnRole): string | undefined => cells[shape.columns[role] ?? -1]
    const symbol = cell('symbol')
    if (symbol !== undefined) this.symbols.add(symbol)
    this.exchange ??= cell('exchange')
    if (shape.kind === 'book-snapshots') this.#addSnapshot(cells, table)
    for (const role of priceRoles) this.sample.addPrice(cell(role) ?? '')
    for (const role of shape.kind === 'bars' ? (['volume'] as const) : qtyRoles)
      this.sample.addQty(cell(role) ?? '')
    if (shape.kind === 'bars') this.#addBar(cell('time'), cell('closeTime'))
  }

  #addSnapshot(cells: readonly string[], table: Table): void {
    for (const [index, name] of table.columns.entries()) {
      if (name.endsWith('.price')) this.sample.addPrice(cells[index] ?? '')
      if (name.endsWith('.amount')) this.sample.addQty(cells[index] ?? '')
    }
  }

  #addBar(openText: string | undefined, closeText: string | undefined): void {
    const open = timeOfText(openText ?? '')
    const close = timeOfText(closeText ?? '')
    if (open !== undefined && close !== undefined) this.#addLength(barEndOf(close) - open)
    const time = open ?? close
    if (time === undefined) return
    if (this.#lastTime !== undefined) this.#addLength(time - this.#lastTime)
    this.#lastTime = time
  }

  #addLength(lengthUs: number): void {
    if (lengthUs > 0) this.barUs = Math.min(this.barUs ?? lengthUs, lengthUs)
  }
}

/** @throws {DataError} DATA_SEVERAL_INSTRUMENTS, DATA_NO_ROWS, and what reading throws */
export async function scanTables(
  groups: readonly TableGroup[],
  instrument: string | undefined,
): Promise<TableScan> {
  const state = new ScanState()
  for (const group of groups) {
    const before = state.rows
    await scanGroup(group, state)
    if (state.rows > before) continue
    const path = group.files[0]?.table.path ?? ''
    throw fileError('DATA_NO_ROWS', path, 'expected rows, found none')
  }
  const symbol = chosenSymbol(state.symbols, instrument)
  return { symbol, exchange: state.exchange, sample: state.sample, barUs: state.barUs }
}

async function scanGroup({ files }: TableGroup, state: ScanState): Promise<void> {
  const end = state.rows + scannedRows
  for (const { table, shape } of files) {
    for await (const { rows } of table.batches()) {
      for (const cells of rows) if (cells.length > 0) state.add(cells, table, shape)
      if (state.rows >= end) return
    }
  }
}

/** A file of one instrument may be given another name; a file of several needs a choice. */
function chosenSymbol(symbols: ReadonlySet<string>, instrument: string | undefined): string | undefined {
  const [only, second] = symbols
  if (second === undefined) return only
  const wanted = [...symbols].find((symbol) => symbol.toUpperCase() === instrument?.toUpperCase())
  if (wanted !== undefined) return wanted
  const found = [...symbols].sort().slice(0, 20).join(', ')
  throw new DataError(
    'DATA_SEVERAL_INSTRUMENTS',
    `expected one instrument, found ${found}; pass --instrument to choose one`,
  )
}
