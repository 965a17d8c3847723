/** Plays a schedule of orders, cancels and amends at given times: for tests, comparisons and reproducing a bug. */
import {
  type ClientOrderId,
  defineStrategy,
  type Instrument,
  p,
  type StrategyContext,
  timeUs,
  z,
} from '../../src/index.ts'
import { absolute, type PlayContext, requestOf } from './order-line.ts'
import { type Action, parseSchedule, profitName, stopName } from './schedule.ts'

export default defineStrategy({
  name: 'scripted',
  description: 'plays a schedule of orders, cancels and amends from a file of JSON lines',
  params: z.strictObject({ file: p.file() }),

  create({ file }, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const schedule = parseSchedule(file, instrument)
    const ids = new Map<string, ClientOrderId>()
    const perform = createPerformer(context, instrument, ids)
    let next = 0
    let playing: PlayContext = { startedAt: 0, idOf: (name) => ids.get(name) }

    const play = (): void => {
      for (let item = schedule[next]; item !== undefined; item = schedule[next]) {
        const at = timeUs(absolute(item.t, playing))
        if (at > context.now()) {
          context.setTimer(at, play)
          return
        }
        next++
        perform(item.action, playing)
      }
    }
    return {
      onStart() {
        playing = { ...playing, startedAt: context.now() }
        play()
      },
    }
  },
})

/** Turns actions into commands and remembers which of our ids became which order. */
function createPerformer(
  context: StrategyContext,
  instrument: Instrument,
  ids: Map<string, ClientOrderId>,
): (action: Action, playing: PlayContext) => void {
  return (action, playing) => {
    if (action.do === 'submit') {
      ids.set(action.id, context.submit(requestOf(action.order, action.id, instrument, playing)))
      return
    }
    if (action.do === 'bracket') {
      const { id } = action
      const bracket = context.submitBracket({
        entry: requestOf(action.entry, id, instrument, playing),
        stopLoss: requestOf(action.stopLoss, stopName(id), instrument, playing),
        takeProfit: requestOf(action.takeProfit, profitName(id), instrument, playing),
      })
      ids.set(id, bracket.entry)
      ids.set(stopName(id), bracket.stopLoss)
      ids.set(profitName(id), bracket.takeProfit)
      return
    }
    const id = ids.get(action.id)
    if (id === undefined || !context.order(id)?.isWorking) {
      context.log(`${action.do} of ${action.id} skipped: the order is over`)
    } else if (action.do === 'cancel') {
      context.cancel(id)
    } else {
      const { price, qty, triggerPrice } = action
      context.amend(id, {
        ...(price === undefined ? {} : { price }),
        ...(qty === undefined ? {} : { qty }),
        ...(triggerPrice === undefined ? {} : { triggerPrice }),
      })
    }
  }
}
