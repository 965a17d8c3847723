/** The HTML document around a report: styles, scripts and data inlined, and a policy that admits nothing else. */
import { createHash } from 'node:crypto'
import { type Html, html, inlineJson, Html as RawHtml } from './html.ts'
import { readPageAssets } from './page-assets.ts'

export interface PageInput {
  readonly title: string
  readonly body: Html
  /** Handed to the script as JSON. */
  readonly data: unknown
}

export function renderPage({ title, body, data }: PageInput): string {
  const { style, scripts } = readPageAssets()
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style, scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Rehearsal">
<title>${title}</title>
<style>${new RawHtml(style)}</style>
</head>
<body>
${body}
<script type="application/json" id="report-data">${new RawHtml(inlineJson(data))}</script>
${scripts.map((script) => html`<script>${new RawHtml(script)}</script>`)}
</body>
</html>
`
  return page.text
}

/** Only the inlined style and scripts, named by hash. A report loads nothing, sends nothing and frames nothing. */
function contentPolicy(style: string, scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashSource).join(' ')}`,
    `style-src ${hashSource(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`
}
