/** Plays a schedule of orders, cancels and amends at given times: for tests, comparisons and reproducing a bug. */
import { type ClientOrderId, defineStrategy, p, type StrategyContext, timeUs, z } from '../../src/index.ts'
import { type Action, parseSchedule, relativeBelow } from './schedule.ts'

export default defineStrategy({
  name: 'scripted',
  description: 'plays a schedule of orders, cancels and amends from a file of JSON lines',
  params: z.strictObject({ file: p.file() }),

  create({ file }, context) {
    const [instrument] = context.instruments
    if (instrument === undefined) return {}
    const schedule = parseSchedule(file, instrument)
    const perform = createPerformer(context)
    let next = 0
    let startedAt = 0

    const play = (): void => {
      for (let item = schedule[next]; item !== undefined; item = schedule[next]) {
        const at = timeUs(item.t < relativeBelow ? startedAt + item.t : item.t)
        if (at > context.now()) {
          context.setTimer(at, play)
          return
        }
        next++
        perform(item.action)
      }
    }
    return {
      onStart() {
        startedAt = context.now()
        play()
      },
    }
  },
})

/** Turns actions into commands and remembers which of our ids became which order. */
function createPerformer(context: StrategyContext): (action: Action) => void {
  const ids = new Map<string, ClientOrderId>()
  return (action) => {
    if (action.do === 'submit') {
      const { id, side, price, qty, tif, postOnly } = action
      const order = { instrument: 0, side, qty, tag: id }
      const request =
        price === undefined
          ? ({ ...order, type: 'market' } as const)
          : ({ ...order, type: 'limit', price, timeInForce: tif, postOnly } as const)
      ids.set(id, context.submit(request))
      return
    }
    const id = ids.get(action.id)
    if (id === undefined || !context.order(id)?.isWorking) {
      context.log(`${action.do} of ${action.id} skipped: the order is over`)
    } else if (action.do === 'cancel') {
      context.cancel(id)
    } else {
      const { price, qty } = action
      context.amend(id, { ...(price === undefined ? {} : { price }), ...(qty === undefined ? {} : { qty }) })
    }
  }
}
