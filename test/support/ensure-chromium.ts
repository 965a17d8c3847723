/** Before the tests that open a browser: finds Chromium, or installs it where that is possible, or says what is missing. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findChromium, howToInstallChromium } from './chromium.ts'

export default function setup(): void {
  if (findChromium() !== undefined) return
  const isInstallable = process.getuid?.() === 0 && existsSync('/etc/debian_version')
  if (isInstallable) {
    process.stderr.write('No Chromium found: installing it with apt-get, once.\n')
    aptGet('update', '-qq')
    aptGet('install', '-y', '-qq', '--no-install-recommends', 'chromium')
  }
  if (findChromium() === undefined) {
    throw new Error(howToInstallChromium)
  }
}

function aptGet(...args: string[]): void {
  execFileSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}
