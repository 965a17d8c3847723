/** What must be true between us and the exchange once everything has come to rest. Each function names what is not. */
import { partialJournal } from '../../src/journal/journal-reader.ts'
import { reexecute } from '../../src/run/reexecute.ts'
import { faultStrategy, ids } from './sim-process.ts'
import { type SimWorld, textOf } from './sim-world.ts'

/** @returns what is still in doubt; undefined when nothing is */
export function unrest({ process }: SimWorld): string | undefined {
  const { session, venue } = process
  if (!process.isAlive || session === undefined || venue === undefined) return 'no process runs'
  const { isUp, unknownOrders } = venue.health()
  if (!isUp) return 'the venue is not reached'
  if (unknownOrders > 0) return `${unknownOrders} orders are unknown to the machine`
  for (const { order, amend } of session.wired.engine.unsettledOrders()) {
    const { clientOrderId, state, cumQty } = order
    if (!order.isWorking) return `order ${clientOrderId} is over and misses fills behind ${cumQty}`
    if (state.kind !== 'open') return `order ${clientOrderId} is ${state.kind}`
    if (amend !== undefined) return `an amend of order ${clientOrderId} has no answer`
  }
  return undefined
}

/** @returns what differs */
export function differences({ process, exchange, sent }: SimWorld): string[] {
  const { session } = process
  if (session === undefined) return ['no process runs']
  const { engine, positions } = session.wired
  const found: string[] = []
  const ours = positions.position(0).qty
  if (ours !== exchange.position(0)) found.push(`position ${ours}, at the venue ${exchange.position(0)}`)
  const isAt = new Set<number>()
  for (const there of exchange.orders.values()) {
    const id = ids.parse(there.clientId)?.clientOrderId ?? 0
    if (isAt.has(id)) found.push(`order ${id} is at the venue twice`)
    isAt.add(id)
    const order = engine.order(id)
    if (order === undefined) {
      found.push(`${there.clientId} is at the venue and unknown to us`)
      continue
    }
    if (order.isWorking !== (there.status === 'open')) {
      found.push(`order ${id} is ${order.state.kind}, at the venue ${there.status}`)
    }
    if (order.cumQty !== there.cumQty)
      found.push(`order ${id} filled ${order.cumQty}, at the venue ${there.cumQty}`)
    if (order.isWorking && (order.qty !== there.qty || order.price !== there.price)) {
      found.push(`order ${id} is ${order.qty} at ${order.price}, at the venue ${there.qty} at ${there.price}`)
    }
  }
  for (const { clientOrderId, state } of engine.workingOrders()) {
    if (!isAt.has(clientOrderId)) found.push(`order ${clientOrderId} is ${state.kind} and not at the venue`)
  }
  for (const [id, { command, clientId }] of sent) {
    const order = engine.order(id)
    if (order?.side !== command.side) found.push(`${clientId} was sent and is not in the journal as it was`)
  }
  return [...found, ...oddFills(session.wired.engine, exchange.fills.length)]
}

function oddFills({ fills, oddities, orders }: Engine, there: number): string[] {
  const found: string[] = []
  if (fills.length !== there) found.push(`${fills.length} fills, at the venue ${there}`)
  const { unknownOrders, contradictions } = oddities
  if (unknownOrders > 0) found.push(`${unknownOrders} reports on orders that were never sent`)
  if (contradictions > 0) found.push(`${contradictions} reports that contradict each other`)
  for (const { clientOrderId, cumQty, qty } of orders) {
    if (cumQty > qty) found.push(`order ${clientOrderId} over ${qty} filled ${cumQty}`)
  }
  return found
}

type Engine = NonNullable<SimWorld['process']['session']>['wired']['engine']

/** The journal, executed again, gives itself. @param fingerprint undefined when its last process died over sealing it */
export function journalDifferences({ disk }: SimWorld, fingerprint: string | undefined): string[] {
  const bytes = disk.read('/s/journal')
  if (bytes === undefined) return ['there is no journal']
  try {
    const again = reexecute(partialJournal(Buffer.from(bytes), '/s/journal'), faultStrategy)
    if (again.difference !== undefined)
      return [`the journal does not give itself: ${again.difference.message}`]
    return fingerprint === undefined || again.fingerprint === fingerprint
      ? []
      : [`fingerprint ${fingerprint}, executed again ${again.fingerprint}`]
  } catch (error) {
    return [`the journal cannot be executed again: ${textOf(error)}`]
  }
}
