/** Which column of a table is what: by usual names, or as the user says; and what kind of rows they make. */
import { basename } from 'node:path'
import { ConfigError } from '../../core/errors.ts'
import { unrecognized } from '../recognize.ts'
import type { Table } from './table.ts'

/** What a column can be. Names of `--columns`. */
export type ColumnRole = keyof typeof usualNames
/** Index of each column that is there. */
export type ColumnMap = Readonly<Partial<Record<ColumnRole, number>>>

export type TableKind = 'trades' | 'quotes' | 'bars' | 'book-diffs' | 'book-snapshots' | 'book-updates'

export interface TableShape {
  readonly kind: TableKind
  readonly columns: ColumnMap
}

/** Lower case, letters and digits only. The first name that a table has wins. */
const usualNames = {
  time: [
    ...['transacttime', 'transactiontime', 'tradetime', 'exchangetime', 'exchtime', 'exchts', 'opentime'],
    ...['timestamp', 'time', 'ts', 'tsevent', 'datetime', 'date', 't', 'eventtime', 'createdtime'],
  ],
  receiveTime: ['localtimestamp', 'receivetime', 'localtime', 'localts', 'receivedat', 'tsinit', 'tsrecv'],
  symbol: ['symbol', 'instrument', 'market', 'pair', 'ticker', 'coin', 'instrumentname', 'instid'],
  exchange: ['exchange', 'venue'],
  price: ['price', 'px', 'p', 'tradeprice', 'rate'],
  qty: ['amount', 'qty', 'quantity', 'size', 'sz', 'q', 'volume', 'vol'],
  side: ['side', 'takerside', 'aggressorside', 'direction'],
  tradeId: ['tradeid', 'aggtradeid', 'trdmatchid', 'id', 'tradeidid'],
  buyerIsMaker: ['isbuyermaker', 'buyermaker', 'buyerismaker', 'm'],
  open: ['open', 'o', 'openprice'],
  high: ['high', 'h', 'highprice'],
  low: ['low', 'l', 'lowprice'],
  close: ['close', 'c', 'closeprice'],
  volume: ['volume', 'vol', 'v', 'basevolume', 'volumebtc'],
  closeTime: ['closetime', 'timeclose'],
  bidPrice: ['bidprice', 'bid', 'bestbidprice', 'bestbid', 'bidpx', 'bidprice0'],
  bidQty: [
    'bidamount',
    'bidsize',
    'bidqty',
    'bestbidqty',
    'bestbidsize',
    'bidquantity',
    'bidvolume',
    'bidsz',
  ],
  askPrice: ['askprice', 'ask', 'bestaskprice', 'bestask', 'askpx', 'askprice0'],
  askQty: [
    'askamount',
    'asksize',
    'askqty',
    'bestaskqty',
    'bestasksize',
    'askquantity',
    'askvolume',
    'asksz',
  ],
  isSnapshot: ['issnapshot'],
  updateType: ['updatetype'],
  lastUpdateId: ['lastupdateid'],
} as const

/** Orders also have a time, a price and a quantity, and are no trades. */
const orderLogNames: ReadonlySet<string> = new Set([
  'action',
  'event',
  'eventtype',
  'ordertype',
  'updatetype',
])

const needed: readonly (readonly [TableKind, readonly ColumnRole[]])[] = [
  ['book-updates', ['time', 'updateType', 'lastUpdateId', 'side', 'price', 'qty']],
  ['book-diffs', ['time', 'isSnapshot', 'side', 'price', 'qty']],
  ['quotes', ['time', 'bidPrice', 'bidQty', 'askPrice', 'askQty']],
  ['bars', ['open', 'high', 'low', 'close', 'volume']],
  ['trades', ['time', 'price', 'qty']],
]

/** @throws {ConfigError} for a mapping that cannot be used @throws {DataError} UNRECOGNIZED */
export function shapeOf(table: Table, mapping: Readonly<Record<string, string>> | undefined): TableShape {
  const columns = { ...usualColumns(table.columns), ...mappedColumns(table, mapping ?? {}) }
  const isSnapshots = /^(asks|bids)\[0\]\.price$/
  if (table.columns.some((name) => isSnapshots.test(name)) && columns.time !== undefined) {
    return { kind: 'book-snapshots', columns }
  }
  const isOrderLog = table.columns.some((name) => orderLogNames.has(plainName(name)))
  if (mapping === undefined && isOrderLog && columns.lastUpdateId === undefined) {
    throw unrecognized(table.path, `a log of single orders with columns ${table.columns.join(', ')}`)
  }
  for (const [kind, roles] of needed) {
    const hasAll = roles.every((role) => columns[role] !== undefined)
    const hasTime = columns.time !== undefined || columns.closeTime !== undefined
    if (hasAll && hasTime) return { kind, columns }
  }
  // Binance's `bookDepth` dumps.
  if (['percentage', 'depth', 'notional'].every((name) => table.columns.includes(name))) {
    const found = 'sums of a book at distances in percent, which are no levels and no prices'
    throw unrecognized(table.path, found)
  }
  const names = table.columns.slice(0, 30).join(', ')
  throw unrecognized(table.path, `columns ${names}; map them with --columns time=…,price=…,qty=…`)
}

function usualColumns(names: readonly string[]): ColumnMap {
  const plain = names.map(plainName)
  const found: Partial<Record<ColumnRole, number>> = {}
  for (const role of roles) {
    const usual = usualNames[role].find((name) => plain.includes(name))
    if (usual !== undefined) found[role] = plain.indexOf(usual)
  }
  return found
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

function mappedColumns(table: Table, mapping: Readonly<Record<string, string>>): ColumnMap {
  const found: Partial<Record<ColumnRole, number>> = {}
  for (const [ours, theirs] of Object.entries(mapping)) {
    const role = roles.find((candidate) => candidate === ours)
    if (role === undefined) {
      throw new ConfigError(
        'UNKNOWN_COLUMN',
        `expected one of ${roles.join(', ')} in --columns, found ${ours}`,
      )
    }
    const index = table.columns.indexOf(theirs)
    if (index === -1) {
      const names = table.columns.join(', ')
      throw new ConfigError(
        'UNKNOWN_COLUMN',
        `expected one of the columns ${names} of ${basename(table.path)} for ${ours}, found ${theirs}`,
      )
    }
    found[role] = index
  }
  return found
}

const isRole = (name: string): name is ColumnRole => name in usualNames
const roles: readonly ColumnRole[] = Object.keys(usualNames).filter(isRole)
