// Takes the picture of a report that the README shows: node docs/screenshot.mjs REPORT.html [OUT.png]
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const [report, out = 'docs/report.png'] = process.argv.slice(2)
if (report === undefined) {
  console.error('usage: node docs/screenshot.mjs REPORT.html [OUT.png]')
  process.exit(2)
}
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu'],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 1650 }, deviceScaleFactor: 1.5 })
await page.goto(pathToFileURL(report).href)
await page.locator('.uplot canvas').first().waitFor()
await page.screenshot({ path: out })
await browser.close()
