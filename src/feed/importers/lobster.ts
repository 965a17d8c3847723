/** LOBSTER message files: NASDAQ's orders one by one. What each type does is told in docs/L3.md. */
import type { InstrumentSpec } from '../../model/instrument.ts'
import { chooseInstrument } from '../choose-instrument.ts'
import { GridSample } from '../grid-sample.ts'
import { InstrumentGrid } from '../instrument-grid.ts'
import type { StandingOrder } from '../order-levels.ts'
import { readLineBlocks } from '../read-lines.ts'
import { SourcePosition } from '../source-position.ts'
import type { ImportCounters, Importer, ImportOptions, TapeSink } from '../tape-sink.ts'
import { type LobsterMessage, lobsterDay, parseLobsterLine } from './lobster-lines.ts'
import { NoteCounts } from './note-counts.ts'
import { OrderRows, otherSide } from './order-rows.ts'

const scannedMessages = 20_000
const haltType = 7

/** @throws {ConfigError} LOBSTER_DATE @throws {DataError} with file and line */
export async function openLobster(paths: readonly string[], options: ImportOptions): Promise<Importer> {
  const days = paths.map((path) => lobsterDay(path, options.date))
  const sample = await sampleMessages(paths)
  const seen = { id: days[0]?.ticker, venue: 'nasdaq', kind: 'spot', sample, lotTolerance: 0 } as const
  const { spec, notes } = chooseInstrument(seen, { lotSize: '1', ...options })
  const instrument = { ...spec, baseCurrency: spec.id, settleCurrency: 'USD' }
  return {
    format: 'lobster',
    instrument,
    levels: ['l3', 'l2', 'l1', 'trades'],
    barUs: undefined,
    hasReceiveTime: false,
    read: async (sink) => {
      const position = new SourcePosition()
      const reader = new LobsterReader(instrument, position, sink)
      let latest = 0
      await readMessages(paths, position, (message, file) => {
        const time = (days[file]?.midnight ?? 0) + message.timeUs
        if (time < latest) {
          throw position.error(
            'DATA_OUT_OF_ORDER',
            `expected times in order, found ${time} after ${latest} µs`,
          )
        }
        latest = time
        reader.apply(message, time)
        return true
      })
      return reader.counters(notes)
    },
  }
}

class LobsterReader {
  readonly #position: SourcePosition
  readonly #grid: InstrumentGrid
  readonly #rows: OrderRows
  readonly #notes = new NoteCounts()

  constructor(spec: InstrumentSpec, position: SourcePosition, sink: TapeSink) {
    this.#position = position
    this.#grid = new InstrumentGrid(spec, position)
    this.#rows = new OrderRows(sink)
    this.#notes.once('there is one time only, that of the venue')
    this.#notes.once('what stood before the recording is unknown and fills in as orders come')
  }

  apply(message: LobsterMessage, time: number): void {
    if (message.type === haltType) {
      this.#notes.add('messages of trading halts were not used')
      return
    }
    const price = this.#grid.price(message.price)
    const lots = this.#grid.qty(message.size)
    if (lots === 0) throw this.#position.error('DATA_BAD_QUANTITY', 'expected a size above zero, found 0')
    this.#rows.begin(time)
    this.#applyType(message, price, lots)
    this.#rows.end()
  }

  counters(notes: readonly string[]): ImportCounters {
    const { offLotQuantities } = this.#grid
    const all = [...notes, ...this.#notes.sentences()]
    return { gaps: 0, offLotQuantities, touchChecks: 0, touchAgreed: 0, notes: all }
  }

  #applyType({ type, orderId, side }: LobsterMessage, price: number, lots: number): void {
    switch (type) {
      case 1:
        this.#add(orderId, side, price, lots)
        return
      case 2:
      case 3:
        this.#reduce(type, { orderId, side, price, lots })
        return
      case 4:
        this.#execute({ orderId, side, price, lots })
        return
      case 5:
        this.#rows.execute(0, side, price, lots)
        this.#rows.print(otherSide(side), price, lots)
        return
      default:
        // A cross trade meets no order of the book one by one.
        this.#rows.printOffMarket(otherSide(side), price, lots)
    }
  }

  #add(orderId: number, side: LobsterMessage['side'], price: number, lots: number): void {
    if (orderId === 0 || this.#rows.standing.find(orderId) !== undefined) {
      throw this.#position.error('DATA_BAD_ROW', `expected a new order, found order ${orderId} once more`)
    }
    this.#rows.add(orderId, side, price, lots)
  }

  #reduce(type: 2 | 3, told: ToldOrder): void {
    const { orderId, lots } = told
    const order = this.#rows.standing.find(orderId)
    if (order === undefined) {
      this.#notes.add('cancels were of orders from before the recording')
      return
    }
    this.#checkOrder(told, order)
    if (type === 2 && lots < order.lots) this.#rows.change(orderId, order, order.lots - lots)
    else this.#rows.remove(orderId, order)
  }

  #execute(told: ToldOrder): void {
    const { orderId, side, price, lots } = told
    const order = this.#rows.standing.find(orderId)
    if (order === undefined) this.#notes.add('executions were of orders from before the recording')
    else this.#checkOrder(told, order)
    this.#rows.execute(orderId, side, price, lots)
    this.#rows.print(otherSide(side), price, lots)
  }

  #checkOrder({ orderId, side, price, lots }: ToldOrder, order: StandingOrder): void {
    if (order.side === side && order.price === price && order.lots >= lots) return
    const found = `${lots} at ${price} ticks${order.side === side ? '' : ' on the other side'}`
    const expected = `at most ${order.lots} at ${order.price} ticks, as order ${orderId} stands`
    throw this.#position.error('DATA_BAD_ROW', `expected ${expected}, found ${found}`)
  }
}

/** What a message says of an order that should stand. */
interface ToldOrder {
  readonly orderId: number
  readonly side: LobsterMessage['side']
  /** Ticks. */
  readonly price: number
  readonly lots: number
}

async function sampleMessages(paths: readonly string[]): Promise<GridSample> {
  const sample = new GridSample()
  let messages = 0
  await readMessages(paths, new SourcePosition(), ({ type, price, size }) => {
    if (type !== haltType) {
      sample.addPrice(price)
      sample.addQty(size)
    }
    return ++messages < scannedMessages
  })
  return sample
}

/** @param onMessage may return false to stop; `file` counts from 0 */
async function readMessages(
  paths: readonly string[],
  position: SourcePosition,
  onMessage: (message: LobsterMessage, file: number) => boolean,
): Promise<void> {
  for (const [file, path] of paths.entries()) {
    position.open(path, 'line')
    for await (const { firstLine, lines } of readLineBlocks(path)) {
      position.line = firstLine - 1
      for (const line of lines) {
        position.line++
        if (line !== '' && !onMessage(parseLobsterLine(line, position), file)) return
      }
    }
  }
}
