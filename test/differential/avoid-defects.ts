/**
 * Two known defects of hftbacktest's PartialFillExchange are kept out of the schedules instead of being imitated.
 *
 * - An order whose last fill is exactly what a trade exceeds its queue by stays in the book after it was filled, and the
 *   next trade there stops the backtest with error 14. Such orders get one lot more, until there is none.
 * - An amend that is under way while its order is partly filled brings back the quantity that was left when it was sent,
 *   so that more is filled than was ordered. Such amends are left out.
 *
 * Orders do not see each other in this model, so each can be tried by itself.
 */
import type { PackedTape } from '../../src/model/packed.ts'
import type { Slice } from './compare.ts'
import { runOurs, type Setting } from './our-run.ts'
import type { Action } from './schedule.ts'

const roundsMax = 20

export async function avoidDefects(
  tapes: readonly PackedTape[],
  planned: readonly Action[],
  setting: Setting,
): Promise<readonly Action[]> {
  let actions = planned
  for (let round = 0; round < roundsMax; round++) {
    const before = slicesById((await runOurs(tapes, actions, setting)).slices)
    const sound = actions.filter((action) => !isOvertaken(action, before.get(action.id) ?? [], setting))
    if (sound.length < actions.length) {
      actions = sound
      continue
    }
    const more = raised(actions, new Set(before.keys()))
    const after = slicesById((await runOurs(tapes, more, setting)).slices)
    const exact = new Set<number>()
    for (const [id, slices] of before) {
      const last = slices.length - 1
      // One lot more, and the same trade fills no more of it: what it exceeded the queue by was all used up.
      if (slices[last]?.isMaker === true && after.get(id)?.[last]?.lots === slices[last].lots) exact.add(id)
    }
    if (exact.size === 0) return actions
    actions = raised(actions, exact)
  }
  return actions
}

/** An amend during whose way to the venue, or whose report's way back, its order was filled. */
function isOvertaken(
  { what, t }: Action,
  slices: readonly Slice[],
  { entryUs, responseUs }: Setting,
): boolean {
  return what === 'amend' && slices.some((slice) => slice.t <= t + entryUs && slice.t + responseUs > t)
}

function slicesById(slices: readonly Slice[]): Map<number, Slice[]> {
  const byId = new Map<number, Slice[]>()
  for (const slice of slices) {
    const list = byId.get(slice.id)
    if (list === undefined) byId.set(slice.id, [slice])
    else list.push(slice)
  }
  return byId
}

function raised(actions: readonly Action[], ids: ReadonlySet<number>): Action[] {
  return actions.map((action) => (ids.has(action.id) ? { ...action, lots: action.lots + 1 } : action))
}
