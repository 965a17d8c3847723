import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sim } from '../support/spawn-sim.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')

/** Time differs from machine to machine. */
const withoutTime = (text: string): string => text.replace(/^speed .*$/m, 'speed')

describe('the README', () => {
  it('shows a run as it is', () => {
    const [, command = '', output = ''] = /```console\n\$ npx sim (.*)\n([^`]*)```/.exec(readme) ?? []
    const folder = mkdtempSync(join(tmpdir(), 'readme-'))
    const args = command.replace('data/', `${root}data/`).split(' ')
    const { exitCode, stdout } = sim(folder, ...args)
    rmSync(folder, { recursive: true })
    expect(exitCode).toBe(0)
    expect(withoutTime(stdout)).toBe(withoutTime(output))
  })

  it.each(['README.md', 'docs/CLI.md', 'docs/ARCHITECTURE.md'])(
    '%s links to files that are there',
    (page) => {
      const text = readFileSync(join(root, page), 'utf8')
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link ?? '')
      const missing = links.filter((link) => !existsSync(join(root, page, '..', link)))
      expect(missing).toEqual([])
    },
  )
})
