/** A bar whose four points stand side by side, as they nearly always do: read at once instead of put together. */
import { f64At, i32At } from '../core/typed-array.ts'
import { priceTicks, qtyLots, timeUs } from '../core/units.ts'
import type { Bar } from '../model/market-data.ts'
import { kindMask, type PackedBatch, packedKind, tickOf } from '../model/packed.ts'

/** Of the four points of a bar. */
export const pointsBeforeClose = 3

/** True when the four points of one bar begin at this row. */
export function startsWholeBar({ code, rows }: PackedBatch, row: number): boolean {
  return (
    row + pointsBeforeClose < rows &&
    (i32At(code, row) & kindMask) === packedKind.barOpen &&
    isExtreme(i32At(code, row + 1) & kindMask) &&
    isExtreme(i32At(code, row + 2) & kindMask) &&
    (i32At(code, row + pointsBeforeClose) & kindMask) === packedKind.barClose
  )
}

const isExtreme = (kind: number): boolean => kind === packedKind.barHigh || kind === packedKind.barLow

/** @param row of the open of a whole bar */
export function wholeBarAt(
  batch: PackedBatch,
  row: number,
  { instrument, barUs }: { readonly instrument: number; readonly barUs: number },
): Bar {
  const { code, qty, baseTick } = batch
  const open = tickOf(i32At(code, row), baseTick)
  const second = tickOf(i32At(code, row + 1), baseTick)
  const third = tickOf(i32At(code, row + 2), baseTick)
  const close = tickOf(i32At(code, row + 3), baseTick)
  const openTime = f64At(batch.exchangeTime, row)
  return {
    instrument,
    openTime: timeUs(openTime),
    closeTime: timeUs(openTime + barUs),
    receiveTime: timeUs(f64At(batch.receiveTime, row + 3)),
    open: priceTicks(open),
    high: priceTicks(Math.max(open, second, third, close)),
    low: priceTicks(Math.min(open, second, third, close)),
    close: priceTicks(close),
    volume: qtyLots(f64At(qty, row) + f64At(qty, row + 1) + f64At(qty, row + 2) + f64At(qty, row + 3)),
  }
}
