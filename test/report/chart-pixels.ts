/** Looks at what a chart has drawn. Runs inside the page, so it uses nothing from outside its own body. */
import type { Page } from 'playwright-core'

/**
 * How many pixels inside the plot area of `#chart-<id>` have the color of the CSS property `name`. Grid lines have a
 * color of their own, so a chart without its series counts none.
 */
export function countPixels(page: Page, id: string, name: string): Promise<number> {
  return page.evaluate(
    `(${countInPage.toString()})(${JSON.stringify(`#chart-${id}`)}, ${JSON.stringify(name)})`,
  )
}

function countInPage(selector: string, name: string): number {
  const scope: { document: Doc; getComputedStyle(node: unknown): Style } = Object(globalThis)
  const { document } = scope
  const canvas = document.querySelector(`${selector} canvas`)
  const plot = document.querySelector(`${selector} .u-over`)
  const color = scope.getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  const frame = canvas.getBoundingClientRect()
  const area = plot.getBoundingClientRect()
  const scale = canvas.width / frame.width
  const box = [area.left - frame.left, area.top - frame.top, area.width, area.height].map((v) => v * scale)
  const { data } = canvas.getContext('2d').getImageData(...box)
  let count = 0
  for (let i = 0; i < data.length; i += 4) {
    const near = (offset: number, value: number) => Math.abs((data[i + offset] ?? 0) - value) < 24
    if ((data[i + 3] ?? 0) > 200 && near(0, red) && near(1, green) && near(2, blue)) count++
  }
  return count
}

/** The little of the DOM that is used: the tests are compiled without its types. */
interface Doc {
  readonly documentElement: unknown
  querySelector(selector: string): Element
}
interface Style {
  getPropertyValue(name: string): string
}
interface Element {
  readonly width: number
  getBoundingClientRect(): { left: number; top: number; width: number; height: number }
  getContext(kind: string): { getImageData(...box: number[]): { data: Uint8ClampedArray } }
}
