/**
 * Which order of one run is which of the other. Orders of the same kind are paired, nearest in time first; a price or a
 * quantity that differs counts as a distance, because the market may have moved between the two decisions.
 */
import type { OrderTrace } from '../model/order-trace.ts'

export interface MatchedOrders {
  readonly pairs: readonly (readonly [session: OrderTrace, replay: OrderTrace])[]
  readonly onlySession: readonly OrderTrace[]
  readonly onlyReplay: readonly OrderTrace[]
}

/** Orders sent further apart than this are two decisions. Microseconds. */
const apartUsMax = 2_000_000
/** What another price or quantity counts as, in microseconds. */
const otherTermsUs = 50_000

export function matchOrders(session: readonly OrderTrace[], replay: readonly OrderTrace[]): MatchedOrders {
  const waiting = new Map<string, OrderTrace[]>()
  for (const order of replay) {
    const group = waiting.get(kindOf(order))
    if (group === undefined) waiting.set(kindOf(order), [order])
    else group.push(order)
  }
  const pairs: [OrderTrace, OrderTrace][] = []
  const onlySession: OrderTrace[] = []
  for (const order of session) {
    const group = waiting.get(kindOf(order)) ?? []
    const at = nearest(order, group)
    const found = at === undefined ? undefined : group.splice(at, 1)[0]
    if (found === undefined) onlySession.push(order)
    else pairs.push([order, found])
  }
  const onlyReplay = [...waiting.values()].flat().sort((a, b) => a.id - b.id)
  return { pairs, onlySession, onlyReplay }
}

const kindOf = ({ instrument, flags }: OrderTrace): string => `${instrument}/${flags}`

/** @param group by time of sending */
function nearest(order: OrderTrace, group: readonly OrderTrace[]): number | undefined {
  let found: number | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [index, other] of group.entries()) {
    const apart = other.sentAt - order.sentAt
    if (apart > apartUsMax) break
    if (apart < -apartUsMax) continue
    const price = other.price === order.price ? 0 : otherTermsUs
    const distance = Math.abs(apart) + price + (other.qty === order.qty ? 0 : otherTermsUs)
    if (distance >= least) continue
    least = distance
    found = index
  }
  return found
}
