/** Bars of one market from its prints: minutes are kept, everything longer is put together when asked for. */

export interface Kline {
  /** First microsecond of the bar, exchange time. */
  readonly openTime: number
  /** Ticks. */
  readonly open: number
  high: number
  low: number
  close: number
  /** Lots, and tick·lots; the `taker` ones of prints whose aggressor bought. */
  volume: number
  cost: number
  takerVolume: number
  takerCost: number
  trades: number
  /** Ids of the first and the last print. */
  firstId: number
  lastId: number
}

export interface Print {
  readonly id: number
  readonly tick: number
  readonly lots: number
  /** The aggressor sold. */
  readonly isBuyerMaker: boolean
  /** Exchange time, microseconds. */
  readonly time: number
}

export const minuteUs = 60_000_000
const hourUs = 60 * minuteUs
const dayUs = 24 * hourUs

/** Lengths in microseconds. Weeks start on Mondays; months have no fixed length and are left out. */
export const klineIntervals: ReadonlyMap<string, number> = new Map([
  ['1m', minuteUs],
  ['3m', 3 * minuteUs],
  ['5m', 5 * minuteUs],
  ['15m', 15 * minuteUs],
  ['30m', 30 * minuteUs],
  ['1h', hourUs],
  ['2h', 2 * hourUs],
  ['4h', 4 * hourUs],
  ['6h', 6 * hourUs],
  ['8h', 8 * hourUs],
  ['12h', 12 * hourUs],
  ['1d', dayUs],
  ['3d', 3 * dayUs],
  ['1w', 7 * dayUs],
])

/** The epoch was a Thursday. */
const mondayShiftUs = 4 * dayUs

export function klineStart(time: number, lengthUs: number): number {
  const shift = lengthUs === 7 * dayUs ? mondayShiftUs : 0
  return Math.floor((time - shift) / lengthUs) * lengthUs + shift
}

export class KlineStore {
  /** Minutes with prints, oldest first. */
  private readonly minutes: Kline[] = []

  add(print: Print): void {
    const openTime = klineStart(print.time, minuteUs)
    const last = this.minutes.at(-1)
    if (last !== undefined && last.openTime >= openTime) addPrint(last, print)
    else this.minutes.push(barOf(openTime, print))
  }

  /** The bar of this length that `time` lies in, so far; undefined without prints in it. */
  at(time: number, lengthUs: number): Kline | undefined {
    const from = klineStart(time, lengthUs)
    return this.between({ from, to: from + lengthUs, lengthUs, limit: 1 })[0]
  }

  /** Bars that open in [from, to), at most `limit`: the newest ones, oldest first. Spans without prints have none. */
  between(asked: {
    readonly from: number
    readonly to: number
    readonly lengthUs: number
    readonly limit: number
  }): Kline[] {
    const { from, to, lengthUs, limit } = asked
    const bars: Kline[] = []
    for (let i = this.minutes.length - 1; i >= 0; i--) {
      const minute = this.minutes[i]
      if (minute === undefined || minute.openTime < from) break
      if (minute.openTime >= to) continue
      const openTime = klineStart(minute.openTime, lengthUs)
      const newest = bars.at(-1)
      if (newest?.openTime === openTime) bars[bars.length - 1] = joined(minute, newest, openTime)
      else if (bars.length === limit) break
      else bars.push({ ...minute, openTime })
    }
    return bars.reverse()
  }
}

function barOf(openTime: number, { id, tick, lots, isBuyerMaker }: Print): Kline {
  const cost = tick * lots
  return {
    openTime,
    open: tick,
    high: tick,
    low: tick,
    close: tick,
    volume: lots,
    cost,
    takerVolume: isBuyerMaker ? 0 : lots,
    takerCost: isBuyerMaker ? 0 : cost,
    trades: 1,
    firstId: id,
    lastId: id,
  }
}

function addPrint(bar: Kline, { id, tick, lots, isBuyerMaker }: Print): void {
  bar.high = Math.max(bar.high, tick)
  bar.low = Math.min(bar.low, tick)
  bar.close = tick
  bar.volume += lots
  bar.cost += tick * lots
  if (!isBuyerMaker) {
    bar.takerVolume += lots
    bar.takerCost += tick * lots
  }
  bar.trades++
  bar.lastId = id
}

function joined(first: Kline, second: Kline, openTime: number): Kline {
  return {
    openTime,
    open: first.open,
    high: Math.max(first.high, second.high),
    low: Math.min(first.low, second.low),
    close: second.close,
    volume: first.volume + second.volume,
    cost: first.cost + second.cost,
    takerVolume: first.takerVolume + second.takerVolume,
    takerCost: first.takerCost + second.takerCost,
    trades: first.trades + second.trades,
    firstId: first.firstId,
    lastId: second.lastId,
  }
}
