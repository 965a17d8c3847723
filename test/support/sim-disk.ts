/**
 * A disk in memory that fails where it is told to, and forgets at a crash what was not synced. Each call that changes
 * something, and each sync, is one point, counted from 0.
 */
import { dirname } from 'node:path'
import type { Disk, DiskFile } from '../../src/journal/disk.ts'

export type DiskFault =
  /** Nothing of it is done. */
  | 'ENOSPC'
  | 'EIO'
  /** A write puts down the first half; other calls do nothing. */
  | 'short-then-ENOSPC'
  /** The process dies before the call, or after it was done. */
  | 'crash-before'
  | 'crash-after'
export const diskFaults = ['ENOSPC', 'EIO', 'short-then-ENOSPC', 'crash-before', 'crash-after'] as const

export class SimulatedCrash extends Error {}

interface Inode {
  bytes: Uint8Array
  /** What a loss of power leaves. */
  durable: Uint8Array
}

export class SimDisk implements Disk {
  /** What happens to a call that changes something, besides what `failAt` says. */
  private readonly decide: (call: string) => DiskFault | undefined
  /** Calls so far. */
  points = 0
  /** Name of each call so far. */
  readonly calls: string[] = []
  private names = new Map<string, Inode>()
  private durableNames = new Map<string, Inode>()
  private fault: { readonly point: number; readonly kind: DiskFault } | undefined
  private interruption: { readonly point: number; readonly act: () => void } | undefined
  private broken: { readonly path: string; readonly kind: DiskFault } | undefined
  /** The process has died. */
  isDead = false

  constructor(decide: (call: string) => DiskFault | undefined = () => undefined) {
    this.decide = decide
  }

  /** Somebody else gets a turn just before that call. */
  before(point: number, act: () => void): void {
    this.interruption = { point, act }
  }

  /** Every write to that file fails. */
  failAll(path: string, kind: DiskFault): void {
    this.broken = { path, kind }
  }

  failAt(point: number, kind: DiskFault): void {
    this.fault = { point, kind }
  }

  /**
   * The machine starts again: no fault is left.
   * @param power lost: what was not synced is gone; otherwise only the process died
   */
  restart({ power }: { readonly power: boolean }): void {
    this.isDead = false
    this.fault = undefined
    if (!power) return
    this.names = new Map(this.durableNames)
    for (const inode of this.names.values()) inode.bytes = inode.durable
  }

  read(path: string): Uint8Array | undefined {
    return this.names.get(path)?.bytes
  }

  openSource(path: string) {
    const bytes = this.read(path)
    if (bytes === undefined) return undefined
    return {
      length: bytes.length,
      read: (at: number, length: number) => bytes.subarray(at, at + length),
      close: () => {},
    }
  }

  list(folder: string): string[] {
    const found = [...this.names.keys()].filter((path) => dirname(path) === folder)
    return found.map((path) => path.slice(folder.length + 1))
  }

  makeFolder(): void {}

  create(path: string): DiskFile {
    const inode: Inode = { bytes: new Uint8Array(0), durable: new Uint8Array(0) }
    this.point(`create ${path}`, () => this.names.set(path, inode))
    return this.open(path, inode)
  }

  append(path: string, length: number): DiskFile {
    const inode = this.inode(path)
    this.point(`truncate ${path}`, () => {
      inode.bytes = inode.bytes.slice(0, length)
    })
    return this.open(path, inode)
  }

  link(from: string, to: string): void {
    this.point(`link ${to}`, () => {
      if (this.names.has(to)) throw failure('EEXIST')
      this.names.set(to, this.inode(from))
    })
  }

  rename(from: string, to: string): void {
    this.point(`rename ${to}`, () => {
      this.names.set(to, this.inode(from))
      this.names.delete(from)
    })
  }

  remove(path: string): void {
    this.point(`remove ${path}`, () => this.names.delete(path))
  }

  syncFolder(folder: string): void {
    this.point(`sync folder ${folder}`, () => {
      for (const path of this.durableNames.keys()) {
        if (dirname(path) === folder) this.durableNames.delete(path)
      }
      for (const [path, inode] of this.names) if (dirname(path) === folder) this.durableNames.set(path, inode)
    })
  }

  private open(path: string, inode: Inode): DiskFile {
    const put = (bytes: Uint8Array): void => {
      inode.bytes = Buffer.concat([inode.bytes, bytes])
    }
    return {
      write: (bytes) => {
        this.point(
          `write ${path}`,
          () => put(bytes),
          () => put(bytes.subarray(0, bytes.length >> 1)),
        )
        return bytes.length
      },
      sync: () => {
        this.point(`sync ${path}`, () => {
          inode.durable = inode.bytes
        })
      },
      close: () => {},
    }
  }

  private inode(path: string): Inode {
    const inode = this.names.get(path)
    if (inode === undefined) throw failure('ENOENT')
    return inode
  }

  private faultOf(call: string): DiskFault | undefined {
    const { fault } = this
    return fault?.point === this.points ? fault.kind : this.decide(call)
  }

  private point(call: string, act: () => void, actHalf: () => void = () => {}): void {
    if (this.isDead) throw new SimulatedCrash()
    const { interruption, broken } = this
    if (interruption?.point === this.points) {
      this.interruption = undefined
      interruption.act()
    }
    const isBroken = broken !== undefined && call === `write ${broken.path}`
    const kind = isBroken ? broken.kind : this.faultOf(call)
    this.points++
    this.calls.push(call)
    switch (kind) {
      case undefined:
        act()
        return
      case 'ENOSPC':
      case 'EIO':
        throw failure(kind)
      case 'short-then-ENOSPC':
        actHalf()
        throw failure('ENOSPC')
      case 'crash-before':
        this.isDead = true
        throw new SimulatedCrash()
      case 'crash-after':
        act()
        this.isDead = true
        throw new SimulatedCrash()
    }
  }
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code })
}
