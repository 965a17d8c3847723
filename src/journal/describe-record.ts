/** A record of the journal in words, for whoever has to find out why two runs differ. Prices in ticks, quantities in lots. */
import { nameOfCode } from '../model/code-names.ts'
import {
  algoCode,
  orderFlag,
  orderTypeCode,
  reasonNumber,
  reportKindCode,
  riskRuleCode,
  riskStateCode,
} from '../model/codes.ts'
import { operatorCommand, recordKind } from '../model/journal-record.ts'
import { channelCode } from '../model/session-record.ts'
import { rowKind } from '../model/tape.ts'
import type { JournalRecord } from './record-stream.ts'

export function recordKindName(kind: number): string {
  return nameOfCode(recordKind, kind) ?? `kind ${kind}`
}

/** ISO 8601 with microseconds. @param us since the epoch */
export function recordTime(us: number): string {
  const second = Math.floor(us / 1_000_000)
  const whole = new Date(second * 1000)
  if (Number.isNaN(whole.getTime())) return `${us} µs`
  return `${whole.toISOString().slice(0, 19)}.${String(us - second * 1_000_000).padStart(6, '0')}Z`
}

/** What it says, without its time. */
export function describeRecord(record: JournalRecord): string {
  const { kind, instrument, sub, fields, text } = record
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = fields
  const on = instrument === 0 ? '' : ` on instrument ${instrument}`
  switch (kind) {
    case recordKind.config:
    case recordKind.log:
      return `${recordKindName(kind)} ${JSON.stringify(text)}`
    case recordKind.timer:
      return `timer ${a}`
    case recordKind.report:
      return `report: ${describeReport(record)}${on}`
    case recordKind.marketRow: {
      const what = nameOfCode(rowKind, e) ?? `kind ${e}`
      const last = f === 1 ? '' : ', more to come'
      return `market row: ${what} of ${c} lots at ${b}, ${sideOf(d)} side, exchange time ${recordTime(a)}${last}${on}`
    }
    case recordKind.operator:
      return `operator: ${nameOfCode(operatorCommand, sub) ?? sub}`
    case recordKind.connection: {
      const channel = nameOfCode(channelCode, Math.floor(sub / 2)) ?? `channel ${sub}`
      return `connection of the ${channel} ${sub % 2 === 1 ? 'up' : 'down'}${on}`
    }
    case recordKind.epoch:
      return `epoch with fence ${a}`
    case recordKind.venuePosition:
      return `position at the venue: ${a} lots${on}`
    default:
      return describeCommand(record)
  }
}

function describeCommand(record: JournalRecord): string {
  const { kind, instrument, sub, fields } = record
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = fields
  const on = instrument === 0 ? '' : ` on instrument ${instrument}`
  switch (kind) {
    case recordKind.submit: {
      const parent = d === 0 ? '' : ` of parent ${d}`
      return `submit order ${a}${parent}: ${describeFlags(sub)} ${c} lots at ${b}, half sum of the touch ${e / 2}${on}`
    }
    case recordKind.cancel:
      return `cancel order ${a}${on}`
    case recordKind.amend:
      return `amend order ${a}: ${c} lots at ${b}${d === 0 ? '' : `, trigger ${d}`}${on}`
    case recordKind.terms: {
      const type = nameOfCode(orderTypeCode, sub & 15) ?? `type ${sub & 15}`
      return `terms of order ${a}: ${type}, ${sub % 16 === orderTypeCode['trailing-stop'] ? 'activation' : 'trigger'} ${b}, trailing ${c}, shows ${d}, expires ${e === 0 ? 'never' : recordTime(e)}${on}`
    }
    case recordKind.link:
      return `links of order ${a}: one cancels the other with ${b}, exit of ${c}${on}`
    case recordKind.denied:
      return `denied order ${a} by ${nameOfCode(riskRuleCode, b) ?? b}: ${describeFlags(sub)} ${d} lots at ${c}${on}`
    default:
      return describeAccount(record)
  }
}

function describeAccount({ kind, instrument, sub, fields }: JournalRecord): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = fields
  const on = instrument === 0 ? '' : ` on instrument ${instrument}`
  switch (kind) {
    case recordKind.riskState:
      return `risk state ${nameOfCode(riskStateCode, sub) ?? sub} by ${nameOfCode(riskRuleCode, a) ?? a}`
    case recordKind.parentStart: {
      const algo = nameOfCode(algoCode, Math.floor(sub / 2)) ?? sub
      return `start of parent ${a}: ${algo} ${sideOf(sub % 2)} ${b} lots, half sum of the touch ${c / 2}${on}`
    }
    case recordKind.parentEnd:
      return `end of parent ${a}: ${b} lots filled, state ${c}${on}`
    case recordKind.position:
      return `position ${a} lots after order ${f}: cost ${b}, realized ${c}, fees ${d}, this fee ${e}${on}`
    case recordKind.feeBase:
      return `fee of ${a} base quanta kept of what order ${c} bought: ${b} held below one lot${on}`
    case recordKind.funding:
      return `funding of ${b} at rate ${e}e-10 on ${c} lots at a mark of ${d / 2}, exchange time ${recordTime(a)}${on}`
    case recordKind.liquidation: {
      const to = sub >= 2 ? 'the insurance fund' : 'the book'
      return `liquidation: ${sideOf(sub % 2)} ${d} lots at ${c} to ${to}, trade ${b}, fee ${e}, exchange time ${recordTime(a)}${on}`
    }
    case recordKind.fundingPaid:
      return `position ${a} lots after funding of ${c}: funding so far ${b}, equity ${d}${on}`
    case recordKind.end: {
      const cut = f === 1 ? ', interrupted' : ''
      return `end after ${a} rows: realized ${b}, unrealized ${c}, fees ${d}, equity ${e}${cut}`
    }
    default:
      return `record of ${recordKindName(kind)}: ${sub}, ${fields.join(', ')}`
  }
}

function describeReport({ sub, fields }: JournalRecord): string {
  const [order = 0, exchangeTime = 0, cumQty = 0, tradeId = 0, price = 0, qty = 0] = fields
  const kind = nameOfCode(reportKindCode, Math.floor(sub / 2))
  const at = `exchange time ${recordTime(exchangeTime)}, ${cumQty} lots filled so far`
  switch (kind) {
    case 'fill': {
      const liquidity = sub % 2 === 1 ? 'taker' : 'maker'
      return `fill of order ${order}, trade ${tradeId}: ${qty} lots at ${price} as ${liquidity}, ${at}`
    }
    case 'amended':
      return `order ${order} amended to ${qty} lots at ${price}, ${at}`
    case 'accepted':
    case 'triggered':
      return `order ${order} ${kind}, ${at}`
    case 'restated':
      return `order ${order} restated to ${qty} lots: ${nameOfCode(reasonNumber, price) ?? price}, ${at}`
    default:
      return `order ${order} ${kind ?? `kind ${sub}`}: ${nameOfCode(reasonNumber, price) ?? price}, ${at}`
  }
}

function describeFlags(flags: number): string {
  const words = Object.entries(orderFlag).flatMap(([name, bit]) =>
    name !== 'sell' && (flags & bit) !== 0 ? [name] : [],
  )
  return [sideOf(flags & orderFlag.sell), ...words].join(' ')
}

const sideOf = (side: number): string => (side === 0 ? 'buy' : 'sell')
