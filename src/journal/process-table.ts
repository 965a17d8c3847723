/** Which processes are alive on this machine, and whether a number still stands for the same one. */
import { readFileSync } from 'node:fs'
import { errorCode } from './disk.ts'

export interface ProcessMark {
  readonly pid: number
  /** Tells a number that is used again; empty where the system does not say. */
  readonly startedAt: string
}

export interface ProcessTable {
  self(): ProcessMark
  isAlive(mark: ProcessMark): boolean
}

export const nodeProcesses: ProcessTable = {
  self: () => ({ pid: process.pid, startedAt: startOf(process.pid) }),
  isAlive: ({ pid, startedAt }) => {
    try {
      process.kill(pid, 0)
    } catch (error) {
      // Somebody else's process may not be signalled, but it is there.
      if (errorCode(error) !== 'EPERM') return false
    }
    const now = startOf(pid)
    return startedAt === '' || now === '' || now === startedAt
  },
}

/**
 * Linux: the boot, and the process's start in clock ticks since then (proc(5), /proc/pid/stat, field 22). Where there is
 * no /proc the number alone has to do.
 */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, field 2, is in parentheses and may hold spaces; field 3 comes after the last one.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`
  } catch {
    return ''
  }
}
