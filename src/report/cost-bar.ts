/** The parts of a shortfall as a bar: costs to the right of the line, gains to the left, all rows on one scale. */
import type { Shortfall } from '../analysis/shortfall.ts'
import { type Html, html } from './html.ts'

const width = 132
const height = 14
const parts = ['spread', 'timing', 'fees', 'opportunity'] as const

export function costBar(bps: Shortfall, all: readonly (Shortfall | undefined)[]): Html {
  const { left, right } = reach(all)
  const unit = width / (left + right)
  const zero = left * unit
  let costs = zero
  let gains = zero
  const rectangles = parts.map((part) => {
    const size = Math.abs(bps[part]) * unit
    if (bps[part] < 0) gains -= size
    const x = bps[part] < 0 ? gains : costs
    if (bps[part] > 0) costs += size
    return html`<rect class="part-${part}" x="${x.toFixed(1)}" y="2" width="${size.toFixed(1)}" height="${height - 4}"/>`
  })
  return html`<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true" focusable="false">
${rectangles}<line class="zero" x1="${zero.toFixed(1)}" x2="${zero.toFixed(1)}" y1="0" y2="${height}"/></svg>`
}

/** How far the bars of all rows go to either side, > 0 together. */
function reach(all: readonly (Shortfall | undefined)[]): { left: number; right: number } {
  let left = 0
  let right = 0
  for (const bps of all) {
    if (bps === undefined) continue
    left = Math.max(left, -parts.reduce((total, part) => total + Math.min(0, bps[part]), 0))
    right = Math.max(
      right,
      parts.reduce((total, part) => total + Math.max(0, bps[part]), 0),
    )
  }
  return left + right > 0 ? { left, right } : { left: 1, right: 1 }
}

export const costLegend = html`<span class="legend">${parts.map(
  (part) =>
    html`<span><svg width="9" height="9" aria-hidden="true" focusable="false"><rect class="part-${part}" width="9" height="9"/></svg> ${part}</span> `,
)}</span>`
