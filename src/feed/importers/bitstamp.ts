/** Bitstamp's stream of single orders, as obAnalytics recorded it in 2015: see bitstamp-lines.ts and docs/L3.md. */
import type { InstrumentSpec } from '../../model/instrument.ts'
import { type SideCode, sideCode } from '../../model/tape.ts'
import { chooseInstrument } from '../choose-instrument.ts'
import { DecimalSteps, plainDecimal } from '../decimal-steps.ts'
import { GridSample } from '../grid-sample.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import type { StandingOrder } from '../order-levels.ts'
import { SourcePosition } from '../source-position.ts'
import type { ImportCounters, Importer, ImportOptions, TapeSink } from '../tape-sink.ts'
import { ArrivingOrders, type Standing } from './arriving-orders.ts'
import {
  type BitstampEvent,
  type OnBitstampEvent,
  type OrderEvent,
  readBitstampCsv,
  readBitstampLog,
} from './bitstamp-lines.ts'
import { NoteCounts } from './note-counts.ts'
import { OrderRows, otherSide } from './order-rows.ts'

/** Amounts have eight decimals; two less leave room for an account of a million (a lot was worth 0.0002 USD). */
const defaultLot = '0.000001'
const defaultTick = '0.01'

export function openBitstampLog(paths: readonly string[], options: ImportOptions): Importer {
  return open(paths, options, { format: 'bitstamp-log', hasTrades: true, readEvents: readBitstampLog })
}

export function openBitstampCsv(paths: readonly string[], options: ImportOptions): Importer {
  return open(paths, options, { format: 'bitstamp-orders', hasTrades: false, readEvents: readBitstampCsv })
}

interface BitstampForm {
  readonly format: string
  /** Otherwise the executions are the prints. */
  readonly hasTrades: boolean
  readonly readEvents: (
    paths: readonly string[],
    position: SourcePosition,
    onEvent: OnBitstampEvent,
  ) => Promise<void>
}

function open(paths: readonly string[], options: ImportOptions, form: BitstampForm): Importer {
  // The stream without a pair in its name is that of BTC/USD.
  const seen = {
    id: 'BTCUSD',
    venue: 'bitstamp',
    kind: 'spot',
    sample: new GridSample(),
    lotTolerance: 0,
  } as const
  const { spec, notes } = chooseInstrument(seen, { tickSize: defaultTick, lotSize: defaultLot, ...options })
  return {
    format: form.format,
    instrument: spec,
    levels: ['l3', 'l2', 'l1', 'trades'],
    barUs: undefined,
    hasReceiveTime: false,
    read: async (sink) => {
      const position = new SourcePosition()
      const reader = new BitstampReader({ spec, position, sink, hasTrades: form.hasTrades })
      await form.readEvents(paths, position, (event, time) => reader.apply(event, time))
      return reader.counters(notes)
    },
  }
}

export interface BitstampReaderOptions {
  readonly spec: InstrumentSpec
  readonly position: SourcePosition
  readonly sink: TapeSink
  readonly hasTrades: boolean
}

/** An execution whose print has not come yet. */
interface Execution {
  readonly side: SideCode
  readonly price: number
  readonly units: number
}

/** The venue counts amounts in these; a lot may be more of them. */
const amountUnit = '0.00000001'

/** Prints come right after their executions; more than so many waiting ones will never be printed. */
const waitingMax = 64

export class BitstampReader {
  readonly #rows: OrderRows
  readonly #arriving: ArrivingOrders
  readonly #grid: InstrumentGrid
  readonly #position: SourcePosition
  readonly #hasTrades: boolean
  readonly #amounts = new DecimalSteps(amountUnit)
  readonly #unitsPerLot: number
  /** Of the orders that stand, by id: what is rounded to lots would add up to other lots. */
  readonly #units = new Map<number, number>()
  readonly #notes = new NoteCounts()
  /** Ids of orders that have ended: events of one order may overtake each other. */
  readonly #ended = new Set<number>()
  #executions: Execution[] = []
  #touchChecks = 0
  #touchAgreed = 0

  constructor({ spec, position, sink, hasTrades }: BitstampReaderOptions) {
    this.#rows = new OrderRows(sink)
    this.#arriving = new ArrivingOrders(this.#rows, (id, order) => this.#stand(id, order))
    this.#unitsPerLot = this.#amounts.exact(spec.lotSize) ?? 1
    this.#grid = new InstrumentGrid(spec, position)
    this.#position = position
    this.#hasTrades = hasTrades
    this.#notes.once(
      'the venue stamps only when an order was placed, in whole seconds: the receive time is used for both times',
    )
    this.#notes.once('what stood before the recording is unknown and fills in as orders come')
  }

  /** What stands now. */
  get standing() {
    return this.#rows.standing
  }

  apply(event: BitstampEvent, time: number): void {
    this.#rows.begin(time)
    switch (event.kind) {
      case 'created':
      case 'changed':
      case 'deleted':
        this.#applyOrder(event, time)
        break
      case 'trade':
        this.#applyTrade(this.#grid.price(event.price), event.amount)
        break
      case 'book':
        this.#compareTouch(event)
        break
    }
    this.#arriving.settle(time)
    this.#rows.end()
  }

  counters(notes: readonly string[]): ImportCounters {
    this.#notes.add('executions were never printed', this.#executions.length)
    this.#notes.add(
      'orders stood in the way of later ones and are taken to be gone',
      this.#arriving.forgotten,
    )
    return {
      gaps: 0,
      offLotQuantities: this.#grid.offLotQuantities,
      touchChecks: this.#touchChecks,
      touchAgreed: this.#touchAgreed,
      notes: [...notes, ...this.#notes.sentences()],
    }
  }

  #applyOrder(event: OrderEvent, time: number): void {
    const { id, kind } = event
    const price = this.#grid.price(event.price)
    const units = this.#unitsOf(event.amount)
    if (this.#ended.has(id)) {
      this.#notes.add(`orders were ${kind} after they had ended, which is left out`)
      return
    }
    const known = this.#rows.standing.find(id) ?? this.#arriving.find(id)
    if (known !== undefined && known.side !== event.side) {
      throw this.#position.error(
        'DATA_BAD_FIELD',
        `order ${id}: expected its side to stay, found the other one`,
      )
    }
    if (kind === 'deleted') this.#ended.add(id)
    if (known !== undefined) this.#applyKnown(event, price, units, time)
    else if (kind === 'deleted') {
      this.#notes.add(`orders that were never created were ${units > 0 ? 'deleted' : 'executed to the end'}`)
    } else {
      if (kind === 'changed')
        this.#notes.add('orders that were never created were changed, and stand from then on')
      this.#place({ id, side: event.side, price, units, time })
    }
  }

  #place({ id, side, price, units, time }: Placed): void {
    const order = { side, price, whole: units, told: units, met: 0, since: time }
    if (this.#arriving.meets(order)) this.#arriving.set(id, order)
    else this.#stand(id, { side, price, units })
  }

  #stand(id: number, { side, price, units }: Standing): void {
    const lots = this.#lotsOf(units)
    if (lots === 0) {
      this.#notes.add('orders of less than one lot were left out')
      this.#ended.add(id)
      return
    }
    this.#units.set(id, units)
    this.#rows.add(id, side, price, lots)
  }

  #applyKnown(event: OrderEvent, price: number, units: number, time: number): void {
    const { id, kind } = event
    const order = this.#rows.standing.find(id)
    if (order === undefined) {
      const arriving = this.#arriving.find(id)
      if (kind === 'deleted') this.#arriving.delete(id)
      else if (arriving !== undefined) this.#arriving.set(id, { ...arriving, price, told: units })
      return
    }
    if (kind === 'created') {
      this.#notes.add('orders were created while they stood, which is left out')
      return
    }
    const before = this.#units.get(id) ?? 0
    // A market order takes on the price of whom it meets next: it goes from where it was, and comes anew.
    if (kind === 'changed' && (price !== order.price || units > before)) {
      this.#rows.remove(id, order)
      this.#place({ id, side: order.side, price, units, time })
    } else if (kind === 'deleted' && units > 0) this.#rows.remove(id, order)
    else if (units < before) this.#execute(id, order, { before, units })
  }

  /** Bitstamp had no way to make an order smaller: less of it is an execution, and so is an end with nothing left. */
  #execute(id: number, order: StandingOrder, { before, units }: { before: number; units: number }): void {
    const { side, price } = order
    const lots = order.lots - this.#lotsOf(units)
    this.#units.set(id, units)
    this.#arriving.hit(side, price, before - units)
    if (lots > 0) this.#rows.execute(id, side, price, lots)
    if (lots > 0 && !this.#hasTrades) this.#rows.print(otherSide(side), price, lots)
    if (!this.#hasTrades) return
    this.#executions.push({ side, price, units: before - units })
    if (this.#executions.length <= waitingMax) return
    this.#executions = this.#executions.slice(1)
    this.#notes.add('executions were never printed')
  }

  /** The newest execution of the same size at its price says who was hit; else who is just arriving; else the touch. */
  #applyTrade(price: number, amount: string): void {
    const units = this.#unitsOf(amount)
    const lots = this.#lotsOf(units)
    const at = this.#executions.findLastIndex((one) => one.price === price && one.units === units)
    const [hit] = at < 0 ? [] : this.#executions.splice(at, 1)
    if (hit === undefined) this.#notes.add('trades name no order that stood')
    const taker = hit === undefined ? this.#likelyTaker(price) : otherSide(hit.side)
    if (lots > 0) this.#rows.print(taker, price, lots)
    else this.#notes.add('trades of less than one lot were left out')
  }

  /** Counted and complained about as lots, reckoned with as the venue does. */
  #unitsOf(amount: string): number {
    const lots = this.#grid.qty(amount)
    return this.#amounts.floor(plainDecimal(amount)) ?? lots * this.#unitsPerLot
  }

  #lotsOf(units: number): number {
    return Math.floor(units / this.#unitsPerLot)
  }

  #likelyTaker(price: number): SideCode {
    const ask = this.#rows.standing.best(sideCode.sell)
    const bid = this.#rows.standing.best(sideCode.buy)
    const nearer = ask !== undefined && (bid === undefined || ask - price <= price - bid)
    return this.#arriving.newestSide ?? (nearer ? sideCode.buy : sideCode.sell)
  }

  #compareTouch({ bids, asks }: BitstampEvent & { kind: 'book' }): void {
    this.#touchChecks++
    const agrees = ([level]: readonly (readonly [string, string])[], side: SideCode): boolean => {
      const best = this.#rows.standing.best(side)
      if (level === undefined || best === undefined) return level === undefined && best === undefined
      const lots = this.#rows.standing.qtyAt(side, best)
      return best === this.#grid.price(level[0]) && lots === this.#grid.qty(level[1])
    }
    if (agrees(bids, sideCode.buy) && agrees(asks, sideCode.sell)) this.#touchAgreed++
  }
}

interface Placed {
  readonly id: number
  readonly side: SideCode
  readonly price: number
  readonly units: number
  /** Microseconds. */
  readonly time: number
}
