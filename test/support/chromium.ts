/** Finds the system's Chromium for tests that look at real pages, or fails saying what to install. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/usr/bin/chromium',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Undefined when there is none. @throws when the environment variable CHROMIUM names a file that is not there */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named
    throw new Error(`the environment variable CHROMIUM names ${named}, and there is no such file`)
  }
  const searched = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const onPath = searched.flatMap((folder) => commands.map((command) => join(folder, command)))
  return [...onPath, ...places, chromium.executablePath()].find((path) => existsSync(path))
}

export const howToInstallChromium =
  'The report is tested in a real browser and none was found. Install one: `apt-get install -y chromium` (as root, ' +
  'after `apt-get update`), or name an existing one in the environment variable CHROMIUM.'

export function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(howToInstallChromium)
  // Chromium refuses to run its sandbox as root, which is what containers run as.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      ...asRoot,
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
