/**
 * What a session asks of a disk, small enough that a simulated one can fail at each point. Every call throws what the
 * operating system says (`ENOSPC`, `EIO`, `EEXIST`).
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'

export interface Disk {
  /** Whole; undefined when there is no such file. */
  read(path: string): Uint8Array | undefined
  /** To be read piece by piece; undefined when there is no such file. */
  openSource(path: string): FileSource | undefined
  /** Names in a folder, in no order; none when it does not exist. */
  list(folder: string): readonly string[]
  /** With its parents; no effect when it exists. */
  makeFolder(folder: string): void
  /** Empty; replaces what has that name. Only its owner may read it. */
  create(path: string): DiskFile
  /** An existing file, cut to `length` bytes and written from there on. */
  append(path: string, length: number): DiskFile
  /** A second name for a file; fails with `EEXIST` when the name is taken. */
  link(from: string, to: string): void
  /** Replaces what has that name. */
  rename(from: string, to: string): void
  /** No effect when it does not exist. */
  remove(path: string): void
  /** Makes the names in a folder durable. */
  syncFolder(folder: string): void
}

export interface DiskFile {
  /** @returns bytes written: perhaps not all */
  write(bytes: Uint8Array): number
  /** Makes what was written durable. */
  sync(): void
  close(): void
}

/** Bytes that can be read at any place. */
export interface ByteSource {
  /** In bytes. */
  readonly length: number
  /** @returns exactly that many bytes, fewer only at the end */
  read(at: number, length: number): Uint8Array
}

export interface FileSource extends ByteSource {
  close(): void
}

/** The real one. */
export const nodeDisk: Disk = {
  read: (path) => {
    try {
      return readFileSync(path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  },
  openSource,
  list: (folder) => {
    try {
      return readdirSync(folder)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  },
  makeFolder: (folder) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  },
  create: (path) => fileOf(openSync(path, 'w', 0o600)),
  append: (path, length) => {
    const fd = openSync(path, 'r+')
    ftruncateSync(fd, length)
    return fileOf(fd, length)
  },
  link: linkSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolder: (folder) => {
    // Windows has no handle of a folder to sync, and makes names durable by itself.
    if (process.platform === 'win32') return
    const fd = openSync(folder, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  },
}

/** Of an error of the operating system; undefined for any other. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** @param start byte to write from */
function fileOf(fd: number, start = 0): DiskFile {
  let at = start
  return {
    write: (bytes) => {
      const written = writeSync(fd, bytes, 0, bytes.length, at)
      at += written
      return written
    },
    sync: () => fdatasyncSync(fd),
    close: () => closeSync(fd),
  }
}

function openSource(path: string): FileSource | undefined {
  try {
    const fd = openSync(path, 'r')
    return {
      length: fstatSync(fd).size,
      read: (at, length) => {
        const bytes = new Uint8Array(length)
        let done = 0
        for (let got = 1; got > 0 && done < length; done += got) {
          got = readSync(fd, bytes, done, length - done, at + done)
        }
        return bytes.subarray(0, done)
      },
      close: () => closeSync(fd),
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
