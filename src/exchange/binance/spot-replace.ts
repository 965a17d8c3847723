/** One order canceled and another sent in one request. */
import type { Account } from '../account.ts'
import { type ExchangeContext, findOrder, marketOf } from './exchange-context.ts'
import { Params } from './params.ts'
import { cancelOne, placeSpot } from './spot-orders.ts'
import { parseClientId } from './spot-ticket.ts'
import { unknownOrder, WireError } from './wire-error.ts'

/** @throws {ReplaceRefused} −2021 when one of the two failed, −2022 when both did */
export function cancelReplaceSpot(context: ExchangeContext, account: Account, params: Params): object {
  const mode = params.required('cancelReplaceMode')
  if (mode !== 'STOP_ON_FAILURE' && mode !== 'ALLOW_FAILURE') {
    throw new WireError(-1130, "Data sent for parameter 'cancelReplaceMode' is not valid.")
  }
  const canceled = attempt(() => cancelPart(context, account, params))
  const isStopped = canceled.error !== undefined && mode === 'STOP_ON_FAILURE'
  const placed = isStopped ? undefined : attempt(() => placeSpot(context, account, params))
  const answer = {
    cancelResult: canceled.error === undefined ? 'SUCCESS' : 'FAILURE',
    newOrderResult:
      placed === undefined ? 'NOT_ATTEMPTED' : placed.error === undefined ? 'SUCCESS' : 'FAILURE',
    cancelResponse: canceled.error ?? canceled.result,
    newOrderResponse: placed === undefined ? null : (placed.error ?? placed.result),
  }
  if (canceled.error === undefined && placed?.error === undefined) return answer
  const isWhole = canceled.error !== undefined && (placed === undefined || placed.error !== undefined)
  throw new ReplaceRefused(isWhole, answer)
}

function cancelPart(context: ExchangeContext, account: Account, params: Params): object {
  const market = marketOf(context, 'spot', params)
  const id = params.text('cancelOrderId')
  const clientId = params.text('cancelOrigClientOrderId')
  const named = Params.ofJson({ orderId: id, origClientOrderId: clientId })
  const order = findOrder(account, market, named)
  if (order === undefined) throw unknownOrder()
  return cancelOne(context, { account, market, order }, parseClientId(params, 'cancelNewClientOrderId'))
}

interface Attempt {
  readonly result?: object
  readonly error?: WireError
}

function attempt(work: () => object): Attempt {
  try {
    return { result: work() }
  } catch (error) {
    if (error instanceof WireError) return { error }
    throw error
  }
}

/** Tells what became of either part. */
class ReplaceRefused extends WireError {
  private readonly data: object

  constructor(isWhole: boolean, data: object) {
    super(
      isWhole ? -2022 : -2021,
      isWhole ? 'Order cancel-replace failed.' : 'Order cancel-replace partially failed.',
      isWhole ? 400 : 409,
    )
    this.data = data
  }

  override toJSON() {
    return { ...super.toJSON(), data: this.data }
  }
}
