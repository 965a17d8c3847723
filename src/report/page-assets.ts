/** What is inlined into every report: the chart library and our own script and style, read once. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { assert } from '../core/errors.ts'

export interface PageAssets {
  readonly style: string
  /** In order of execution. */
  readonly scripts: readonly string[]
}

/** One function scope, in this order: a file uses only what stands in the files before it. */
const clientFiles = ['decode.js', 'format.js', 'order-marks.js', 'charts.js', 'data-table.js', 'main.js']

let assets: PageAssets | undefined

export function readPageAssets(): PageAssets {
  assets ??= { style: readStyle(), scripts: [read('uplot/dist/uPlot.iife.min.js'), readClient()] }
  return assets
}

function readStyle(): string {
  return `${read('uplot/dist/uPlot.min.css')}\n${read('#report-client/report.css')}`
}

function readClient(): string {
  const files = clientFiles.map((name) => read(`#report-client/${name}`))
  return `(() => {\n'use strict'\n${files.join('\n')}\n})()\n`
}

/** `#report-client` is mapped by our package.json, so this works from source and from the bundle in dist alike. */
function read(specifier: string): string {
  const text = readFileSync(createRequire(import.meta.url).resolve(specifier), 'utf8')
  // Either would change what the browser hashes: it drops carriage returns, and ends the element at its end tag.
  assert(!text.includes('\r') && !/<\/(script|style)/i.test(text), `${specifier} cannot be inlined as it is`)
  return text
}
