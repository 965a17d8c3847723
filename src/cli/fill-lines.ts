/** `--fills`: one JSON object a line, decimals as text. */
import { formatBase } from '../model/base-fee.ts'
import { Instrument } from '../model/instrument.ts'
import type { RunRecord } from '../model/run-record.ts'

/**
 * `t` is the venue's time of the fill, `known` when we heard of it, both in microseconds; a positive `fee` is a cost. `feeBase` is the
 * part of the bought coin that was kept as the fee, in base currency; `fee` is its value then.
 */
export function renderFills({ fills, instruments, orders }: RunRecord): string {
  const grids = instruments.map((spec) => new Instrument(spec))
  const tags = new Map(orders.map(({ clientOrderId, tag }) => [clientOrderId, tag]))
  const lines = fills.map((fill) => {
    const grid = grids[fill.instrument]
    return JSON.stringify({
      orderId: fill.clientOrderId,
      tag: tags.get(fill.clientOrderId),
      t: fill.exchangeTime,
      known: fill.time,
      instrument: grid?.id,
      side: fill.side,
      price: grid?.formatPrice(fill.price),
      qty: grid?.formatQty(fill.qty),
      liquidity: fill.liquidity,
      fee: grid?.formatMoney(fill.fee),
      feeBase: grid && fill.feeBase !== undefined ? formatBase(fill.feeBase, grid.spec) : undefined,
    })
  })
  return lines.map((line) => `${line}\n`).join('')
}
