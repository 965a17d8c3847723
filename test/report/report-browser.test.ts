import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunRecord } from '../../src/model/run-record.ts'
import { writeReport } from '../../src/report/write-report.ts'
import { launchChromium } from '../support/chromium.ts'
import { buildRunRecord } from '../support/run-record.ts'
import { countPixels } from './chart-pixels.ts'
import { attack, hostileRecord } from './hostile-record.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-report-'))
let browser: Browser

beforeAll(async () => {
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Visit {
  readonly page: Page
  readonly url: string
  /** Console messages, page errors, dialogs and violations of the content policy. */
  readonly complaints: string[]
  readonly requests: string[]
}

async function visit(record: RunRecord, options: BrowserContextOptions = {}): Promise<Visit> {
  const path = join(folder, `${Math.abs(hash(JSON.stringify(options) + record.summary.strategy))}.html`)
  writeReport(record, path)
  const url = pathToFileURL(path).href
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, ...options })
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    // Said about countPixels, which reads the canvas; the report itself never does.
    if (!message.text().includes('willReadFrequently')) complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => requests.push(request.url()))
  await page.addInitScript(
    `addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective))`,
  )
  await page.goto(url)
  return { page, url, complaints, requests }
}

function hash(text: string): number {
  let value = 0
  for (const character of text) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) | 0
  return value
}

const column = (page: Page, table: string, index: number) =>
  page.locator(`#${table} tbody tr td:nth-child(${index})`).allTextContents()

describe('the report of a run, opened from a file', () => {
  let visited: Visit
  beforeAll(async () => {
    visited = await visit(buildRunRecord())
  })

  it('loads nothing but itself and complains about nothing', () => {
    expect(visited.requests).toEqual([visited.url])
    expect(visited.complaints).toEqual([])
  })

  it.each([
    ['equity', '--ink'],
    ['drawdown', '--sell'],
    ['pnl', '--timing'],
    ['price-0', '--buy'],
    ['price-0', '--sell'],
    ['position-0', '--ink'],
    ['latency', '--spread'],
  ])('has drawn the chart %s in its color %s', async (id, color) => {
    expect(await countPixels(visited.page, id, color)).toBeGreaterThan(100)
  })

  it('would notice a chart that has drawn its grid only', async () => {
    expect(await countPixels(visited.page, 'drawdown', '--buy')).toBe(0)
  })

  it('lists orders with state and reason, 25 at a time', async () => {
    const { page } = visited
    const record = buildRunRecord()
    const rows = page.locator('#orders-table tbody tr')
    expect(await rows.count()).toBe(25)
    const first = record.orders[0]
    expect(await column(page, 'orders-table', 1).then((ids) => ids[0])).toBe(String(first?.clientOrderId))
    expect(await page.locator('#orders-table output').textContent()).toBe(`1–25 of ${record.orders.length}`)
    expect(await page.locator('#fills-table output').textContent()).toBe(`1–25 of ${record.fills.length}`)
  })

  it('filters by text and by state', async () => {
    const { page } = visited
    const table = page.locator('#orders-table')
    await table.getByRole('searchbox').fill('price-deviation')
    expect(await column(page, 'orders-table', 9)).toEqual(['denied'])
    expect(await column(page, 'orders-table', 10)).toEqual(['price-deviation'])
    await table.getByRole('searchbox').fill('')
    await table.getByLabel('State').selectOption('expired')
    expect(await column(page, 'orders-table', 10)).toEqual(['ioc-remainder'])
    await table.getByLabel('State').selectOption('')
    await table.getByRole('searchbox').fill('no such thing')
    expect(await table.locator('output').textContent()).toBe('0 of 0')
    await table.getByRole('searchbox').fill('')
  })

  it('sorts by a column, from the keyboard, both ways', async () => {
    const { page } = visited
    const header = page.locator('#fills-table').getByRole('button', { name: 'Price' })
    const prices = async () =>
      (await column(page, 'fills-table', 5)).map((text) => Number(text.replaceAll(',', '')))
    const all = buildRunRecord().fills.map((fill) => fill.price / 10)
    await header.focus()
    await page.keyboard.press('Enter')
    expect(await prices()).toEqual([...all].sort((a, b) => a - b).slice(0, 25))
    await page.keyboard.press('Enter')
    expect(await prices()).toEqual([...all].sort((a, b) => b - a).slice(0, 25))
    expect(await page.locator('#fills-table th[aria-sort=descending]').textContent()).toBe('Price')
  })

  it('turns pages', async () => {
    const { page } = visited
    const table = page.locator('#orders-table')
    const before = await column(page, 'orders-table', 1)
    await table.getByRole('button', { name: 'Next page' }).click()
    expect(await table.locator('output').textContent()).toMatch(/^26–50 of /)
    expect(await column(page, 'orders-table', 1)).not.toEqual(before)
    await table.getByRole('button', { name: 'Previous page' }).click()
    expect(await column(page, 'orders-table', 1)).toEqual(before)
  })

  it('downloads the filtered rows as CSV', async () => {
    const { page } = visited
    const table = page.locator('#orders-table')
    await table.getByRole('searchbox').fill('rejected')
    const waiting = page.waitForEvent('download')
    await table.getByRole('button', { name: 'Download' }).click()
    const path = await (await waiting).path()
    const [header, row, ...rest] = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(header).toMatch(/^Order,Parent,Side,Type,Price,/)
    expect(row).toContain(',rejected,post-only-would-take,')
    expect(rest).toEqual([])
    await table.getByRole('searchbox').fill('')
  })

  it('moves the time window of all charts at once, and to an order that is clicked', async () => {
    const { page } = visited
    const shown = page.locator('#time-window')
    expect(await shown.textContent()).toContain('00:00:00.000 – 00:05:45.000 UTC, 5.75 min')
    await page.getByRole('button', { name: 'Zoom in' }).click()
    // the middle half of 345 s: 86.25 s to 258.75 s
    expect(await shown.textContent()).toContain('00:01:26.250 – 00:04:18.750 UTC')
    await page.locator('#orders-table tbody button').first().click()
    expect(await shown.textContent()).toMatch(/, 9(\.\d+)? s$/)
    await page.getByRole('button', { name: 'Whole run' }).click()
    expect(await shown.textContent()).toContain('5.75 min')
  })

  it('follows a drag and the cursor in every chart', async () => {
    const { page } = visited
    const equity = page.locator('#chart-equity .u-over')
    await equity.scrollIntoViewIfNeeded()
    const box = await equity.boundingBox()
    if (box === null) throw new Error('the equity chart is not shown')
    await page.mouse.move(box.x + box.width * 0.25, box.y + 30)
    expect(await page.locator('#chart-price-0 .u-legend .u-value').first().textContent()).toMatch(/^00:01:2/)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.75, box.y + 30, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => page.locator('#time-window').textContent()).toMatch(/, 2\.8\d min$/)
    const drawn = await countPixels(page, 'position-0', '--ink')
    expect(drawn).toBeGreaterThan(100)
    await equity.dblclick({ position: { x: 20, y: 20 } })
    await expect.poll(() => page.locator('#time-window').textContent()).toContain('5.75 min')
  })

  it('draws again in the palette of the dark scheme', async () => {
    const { page } = visited
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(() => countPixels(page, 'equity', '--ink')).toBeGreaterThan(100)
    await page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(() => countPixels(page, 'equity', '--ink')).toBeGreaterThan(100)
    expect(visited.complaints).toEqual([])
  })

  it('refuses a script that is not in the file', async () => {
    const { page, complaints } = await visit(buildRunRecord({ seed: 3 }))
    await page.evaluate(
      `{ const script = document.createElement('script'); script.textContent = 'window.intruder = 1'; document.body.append(script) }`,
    )
    expect(await page.evaluate('typeof window.intruder')).toBe('undefined')
    expect(complaints.some((complaint) => complaint.includes('script-src'))).toBe(true)
  })
})

describe('a report in which every text is hostile', () => {
  it('shows it as text: no element more than in a harmless report, nothing run, nothing loaded', async () => {
    const clean = await visit(buildRunRecord())
    const { page, url, complaints, requests } = await visit(hostileRecord())
    const count = (of: Page, name: string) => of.locator(name).count()
    for (const name of ['script', 'img', 'svg', 'style', 'iframe']) {
      expect(await count(page, name), name).toBe(await count(clean.page, name))
    }
    expect(await count(page, 'img')).toBe(0)
    expect(complaints).toEqual([])
    expect(requests).toEqual([url])
    // U+2028 ends no line of HTML text, so even the heading is letter for letter what the strategy is called.
    expect(await page.locator('h1').textContent()).toBe(attack)
    expect(await page.title()).toContain('</script><img')
    expect(await column(page, 'orders-table', 14).then((tags) => tags.find((tag) => tag !== ''))).toBe(attack)
    expect(await page.locator('#config').textContent()).toContain('</script><img src=x onerror=alert(1)>')
  })
})

describe('a report read in other ways', () => {
  it('shows the key figures, costs and assumptions without JavaScript', async () => {
    const { page, complaints } = await visit(buildRunRecord(), { javaScriptEnabled: false })
    const parts = ['Net PnL', 'Max drawdown', 'Implementation shortfall', 'risk-averse']
    for (const part of parts) expect(await page.getByText(part).first().isVisible(), part).toBe(true)
    expect(await page.locator('noscript p').isVisible()).toBe(true)
    expect(await page.locator('.chart').first().isVisible()).toBe(false)
    expect(complaints).toEqual([])
  })

  it('fits a phone without scrolling sideways', async () => {
    const { page } = await visit(buildRunRecord(), { viewport: { width: 390, height: 800 } })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await countPixels(page, 'equity', '--ink')).toBeGreaterThan(30)
  })

  it('keeps 25 rows in the page with 20,000 orders behind them', async () => {
    const long = buildRunRecord({ spanUs: 1_000_000_000, quoteUs: 100_000 })
    const { page, complaints } = await visit({ ...long, summary: { ...long.summary, strategy: 'long' } })
    expect(long.orders.length).toBeGreaterThan(20_000)
    expect(await page.locator('#orders-table tbody tr').count()).toBe(25)
    await page.locator('#orders-table').getByRole('button', { name: 'Done after' }).click()
    await page.locator('#orders-table').getByRole('searchbox').fill('slice 30')
    expect(await page.locator('#orders-table output').textContent()).toBe('1–1 of 1')
    expect(complaints).toEqual([])
  })

  it('has price and inventory of each instrument', async () => {
    const base = buildRunRecord()
    const [spec] = base.instruments
    const [samples] = base.market
    if (spec === undefined || samples === undefined) throw new Error('the fixture has no market')
    const second = base.fills.map((fill) => ({ ...fill, instrument: 1, tradeId: fill.tradeId + 1_000 }))
    const record: RunRecord = {
      ...base,
      instruments: [spec, { ...spec, id: 'ETHUSDT', baseCurrency: 'ETH' }],
      market: [samples, samples],
      fills: [...base.fills, ...second],
    }
    const { page, complaints } = await visit({ ...record, summary: { ...base.summary, strategy: 'pair' } })
    expect(await countPixels(page, 'price-1', '--buy')).toBeGreaterThan(100)
    expect(await page.locator('#chart-position-1 figcaption').textContent()).toContain(
      'ETHUSDT inventory, ETH',
    )
    await page.locator('#fills-table').getByRole('searchbox').fill('ETHUSDT')
    expect(await page.locator('#fills-table output').textContent()).toContain(`of ${second.length}`)
    expect(complaints).toEqual([])
  })

  it('opens when nothing happened in the run', async () => {
    const base = buildRunRecord()
    const nothing = { orders: [], parents: [], fills: [], log: [], latency: { entryUs: [], responseUs: [] } }
    const none = { time: [], equity: [], realizedPnl: [], unrealizedPnl: [], fees: [], funding: [] }
    const record: RunRecord = { ...base, ...nothing, equity: none, market: [] }
    const { page, complaints } = await visit({ ...record, summary: { ...base.summary, strategy: 'idle' } })
    expect(await page.locator('#costs').textContent()).toContain('No orders were sent')
    expect(complaints).toEqual([])
  })
})
