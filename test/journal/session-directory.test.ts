import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DataError } from '../../src/core/errors.ts'
import { nodeProcesses, type ProcessMark } from '../../src/journal/process-table.ts'
import {
  accountName,
  SessionDirectory,
  type SessionDirectoryOptions,
} from '../../src/journal/session-directory.ts'
import { SimDisk } from '../support/sim-disk.ts'

/** Processes by number; each starts when it is first seen. */
class FakeProcesses {
  readonly alive = new Set<string>()

  as(pid: number, startedAt = 'boot/1') {
    this.alive.add(`${pid} ${startedAt}`)
    return {
      self: (): ProcessMark => ({ pid, startedAt }),
      isAlive: (mark: ProcessMark): boolean => this.alive.has(`${mark.pid} ${mark.startedAt}`),
    }
  }

  kill(pid: number, startedAt = 'boot/1'): void {
    this.alive.delete(`${pid} ${startedAt}`)
  }
}

const key = { venue: 'binance', keyId: 'a-public-key' }
const base = {
  folder: '/s/one',
  newId: () => 'abcdefgh1',
  origin: {},
  accounts: [key],
  accountsFolder: '/state',
} satisfies SessionDirectoryOptions

function refusal(open: () => unknown): string {
  try {
    open()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${error.code}: ${error.message}`
    throw error
  }
  return 'taken'
}

describe('the lease of a session', () => {
  it('goes to one process, and a second one is told who has it', () => {
    const disk = new SimDisk()
    const processes = new FakeProcesses()
    const one = new SessionDirectory({ ...base, disk, processes: processes.as(11) })
    expect(one).toMatchObject({ id: 'abcdefgh1', fence: 1, isResumed: false, isDiskFull: false })
    const second = { ...base, disk, processes: processes.as(12) }
    expect(refusal(() => new SessionDirectory(second))).toBe(
      'SESSION_IN_USE: session /s/one is in use by process 11, session /s/one',
    )
    const other = { ...second, folder: '/s/two' }
    expect(refusal(() => new SessionDirectory(other))).toBe(
      'ACCOUNT_IN_USE: the account at binance is in use by process 11, session /s/one',
    )
    // Another account is another matter.
    const elsewhere = { ...other, accounts: [{ ...key, keyId: 'another' }] }
    expect(refusal(() => new SessionDirectory(elsewhere))).toBe('taken')
  })

  it('is taken over with a higher fence when its process is gone, also when its number is used again', () => {
    const disk = new SimDisk()
    const processes = new FakeProcesses()
    for (let fence = 1; fence < 4; fence++) {
      const opened = new SessionDirectory({ ...base, disk, processes: processes.as(11, `boot/${fence}`) })
      expect(opened).toMatchObject({ id: 'abcdefgh1', fence })
      processes.kill(11, `boot/${fence}`)
    }
    expect(disk.list('/s/one').filter((name) => name.startsWith('lease'))).toEqual(['lease.3'])
  })

  it('is free when it was given back by a process that lives on', () => {
    const disk = new SimDisk()
    const processes = new FakeProcesses().as(11)
    new SessionDirectory({ ...base, disk, processes }).close('left')
    expect(new SessionDirectory({ ...base, disk, processes }).fence).toBe(2)
  })

  it('of an account is kept for a session that did not end there', () => {
    const disk = new SimDisk()
    const processes = new FakeProcesses()
    const first = new SessionDirectory({ ...base, disk, processes: processes.as(11) })
    first.openJournal(undefined)
    processes.kill(11)
    const other = { ...base, disk, folder: '/s/two', newId: () => 'another22', processes: processes.as(12) }
    expect(refusal(() => new SessionDirectory(other))).toBe(
      'ACCOUNT_UNSETTLED: the account at binance was last used by session /s/one, which has not ended: its orders may still work there; resume it and end it, or settle them at the venue and abandon it',
    )
    // It knows itself again, ends, and the account is free.
    const again = new SessionDirectory({ ...base, disk, processes: processes.as(13) })
    again.close('ended')
    // 1 and 2 were taken by the first session, on both of its leases.
    expect(new SessionDirectory(other).fence).toBe(3)
    const third = { ...other, folder: '/s/three', abandonsOthers: true, processes: processes.as(14) }
    processes.kill(12)
    expect(new SessionDirectory({ ...third, newId: () => 'third3333' }).fence).toBe(4)
  })

  it('of an account is free when the session that had it never wrote anything', () => {
    const disk = new SimDisk()
    const processes = new FakeProcesses()
    new SessionDirectory({ ...base, disk, processes: processes.as(11) })
    processes.kill(11)
    const other = { ...base, disk, folder: '/s/two', newId: () => 'another22', processes: processes.as(12) }
    expect(new SessionDirectory(other).fence).toBe(2)
  })

  it('goes to one at most when another process comes at any point of the way', () => {
    const calls = new SimDisk()
    new SessionDirectory({ ...base, disk: calls, processes: new FakeProcesses().as(11) })
    let both = 0
    for (let point = 0; point < calls.points; point++) {
      const disk = new SimDisk()
      const processes = new FakeProcesses()
      let intruder = 'not come'
      disk.before(point, () => {
        intruder = refusal(() => new SessionDirectory({ ...base, disk, processes: processes.as(12) }))
      })
      const first = refusal(() => new SessionDirectory({ ...base, disk, processes: processes.as(11) }))
      const taken = [first, intruder].filter((outcome) => outcome === 'taken')
      expect(taken.length, `at ${calls.calls[point]}: ${first}, ${intruder}`).toBeLessThanOrEqual(1)
      if (taken.length === 0) both++
    }
    // Both may give way, but hardly ever do.
    expect(both).toBeLessThan(calls.points / 4)
  })

  it('names accounts without giving the key away', () => {
    expect(accountName({ venue: '../binance', keyId: 'secret-key' })).toMatch(/^---binance-[0-9a-f]{16}$/)
  })
})

describe('a session directory', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-session-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const real = () => ({ ...base, folder: join(folder, 's'), accountsFolder: join(folder, 'accounts') })

  it.skipIf(process.platform !== 'linux')(
    'is held by a real process while it lives, and by nobody once it was killed',
    async () => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
      await once(child, 'spawn')
      const pid = child.pid ?? 0
      // As the child itself would say it.
      const { startedAt } = markOf(pid)
      const theirs = { ...nodeProcesses, self: () => ({ pid, startedAt }) }
      new SessionDirectory({ ...real(), processes: theirs })
      expect(refusal(() => new SessionDirectory(real()))).toMatch(
        `SESSION_IN_USE: session ${folder}/s is in use by process ${pid}`,
      )
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(new SessionDirectory(real()).fence).toBe(2)
      expect(readdirSync(join(folder, 's')).sort()).toEqual(['lease.2', 'reserve', 'session.json'])
    },
  )

  it('is refused in one line when it was tampered with', () => {
    const options = real()
    new SessionDirectory(options).close('left')
    const lease = join(folder, 's', 'lease.1')
    const whole = readFileSync(lease)
    writeFileSync(lease, whole.subarray(0, 20))
    expect(refusal(() => new SessionDirectory(options))).toMatch(
      /^LEASE_DAMAGED: .*lease\.1 does not say who holds it/,
    )
    writeFileSync(lease, whole)
    writeFileSync(join(folder, 's', 'session.json'), '{"format":2,"id":"abcdefgh1"}')
    expect(refusal(() => new SessionDirectory(options))).toMatch(/^SESSION_DAMAGED: /)
    rmSync(join(folder, 's', 'session.json'))
    writeFileSync(join(folder, 's', 'journal'), 'anything')
    expect(refusal(() => new SessionDirectory(options))).toMatch(
      /^SESSION_DAMAGED: .* has a journal and no session\.json/,
    )
  })

  it('says which folder it cannot write', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(refusal(() => new SessionDirectory({ ...real(), folder: join(folder, 'file', 's') }))).toMatch(
      /^SESSION_NOT_WRITABLE: cannot keep a session in .*: ENOTDIR/,
    )
  })

  it('goes on without a reserve on a full disk, and says so', () => {
    const disk = new SimDisk()
    const processes = new FakeProcesses().as(11)
    new SessionDirectory({ ...base, disk, processes }).close('left')
    disk.remove('/s/one/reserve')
    disk.failAll('/s/one/reserve', 'ENOSPC')
    expect(new SessionDirectory({ ...base, disk, processes })).toMatchObject({ isDiskFull: true, fence: 2 })
  })

  it('gives its reserve up when the journal cannot be written', () => {
    const disk = new SimDisk()
    const directory = new SessionDirectory({ ...base, disk, processes: new FakeProcesses().as(11) })
    const journal = directory.openJournal(undefined)
    expect(disk.list('/s/one')).toContain('reserve')
    disk.failAt(disk.points, 'ENOSPC')
    journal.write(new Uint8Array(64))
    const failure: DataError | undefined = journal.failure
    expect(failure?.message).toBe('cannot write the journal /s/one/journal: ENOSPC: simulated')
    expect(disk.list('/s/one')).not.toContain('reserve')
  })
})

function markOf(pid: number): ProcessMark {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  return { pid, startedAt: `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}` }
}
