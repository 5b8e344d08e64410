import {
  closeSync,
  constants,
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
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { errnoOf } from './storage-failure'

/**
 * The few file operations that durability rests on, synchronous because a commit must not be interrupted. Behind
 * an interface, so that tests can fail any step and drop what was never synced.
 */
export interface FileLayer {
  /** Whole content and as many zeros behind it, or null when there is no such file. */
  read(path: string, zerosBehind?: number): Buffer | null
  /** At most `length` bytes from the start, or null when there is no such file. */
  readStart(path: string, length: number): Buffer | null
  /** Size in bytes, or null when there is no such file. */
  size(path: string): number | null
  /** Names in a folder; empty when there is no such folder. */
  list(folder: string): string[]
  createFolder(folder: string): void
  /** Writes a new file without syncing it; EEXIST when there is one. */
  create(path: string, bytes: Uint8Array): void
  /** Opens for appending (O_APPEND), creating nothing. */
  openAppend(path: string): number
  append(handle: number, bytes: Uint8Array): void
  /** fdatasync. */
  syncData(handle: number): void
  close(handle: number): void
  /** fsync of a file. */
  sync(path: string): void
  /** fsync of a folder, where the system has it. */
  syncFolder(folder: string): void
  /** Cuts a file and syncs it. */
  truncate(path: string, length: number): void
  rename(from: string, to: string): void
  link(from: string, to: string): void
  /** Does nothing when there is no such file. */
  remove(path: string): void
}

const privateFile = 0o600
const privateFolder = 0o700

// Virus scanners and indexers hold a new file for some tens of milliseconds; 300 ms covers them and a person
// hardly notices.
const renameAttempts = 15
const renamePauseMs = 20
const heldByOthers = new Set(['EPERM', 'EBUSY', 'EACCES'])

/** The real file system. */
export function createFileLayer(platform: NodeJS.Platform = process.platform): FileLayer {
  return {
    read: (path, zerosBehind = 0) =>
      unlessMissing(() => (zerosBehind === 0 ? readFileSync(path) : readBefore(path, zerosBehind))),
    readStart: (path, length) => unlessMissing(() => readStart(path, length)),
    size: (path) => statSync(path, { throwIfNoEntry: false })?.size ?? null,
    list: (folder) => unlessMissing(() => readdirSync(folder)) ?? [],
    createFolder: (folder) => {
      mkdirSync(folder, { recursive: true, mode: privateFolder })
    },
    create: (path, bytes) =>
      withHandle(openSync(path, 'wx', privateFile), (handle) => writeAll(handle, bytes)),
    openAppend: (path) => openSync(path, constants.O_WRONLY | constants.O_APPEND),
    append: writeAll,
    syncData: fdatasyncSync,
    close: closeSync,
    // Windows refuses to sync a handle that cannot write.
    sync: (path) => withHandle(openSync(path, 'r+'), fsyncSync),
    syncFolder: (folder) => {
      if (platform !== 'win32') syncFolder(folder)
    },
    // A handle of its own, because on Windows one opened for appending cannot cut.
    truncate: (path, length) =>
      withHandle(openSync(path, 'r+'), (handle) => {
        ftruncateSync(handle, length)
        fsyncSync(handle)
      }),
    rename: (from, to) => renamePatiently(from, to, platform === 'win32' ? renameAttempts : 1),
    link: linkSync,
    remove: (path) => {
      unlessMissing(() => unlinkSync(path))
    },
  }
}

/** Removes a file whose presence does no harm: a failure is passed over. */
export function removeIfPossible(files: FileLayer, path: string): void {
  try {
    files.remove(path)
  } catch {}
}

function unlessMissing<T>(operation: () => T): T | null {
  try {
    return operation()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

function withHandle<T>(handle: number, operation: (handle: number) => T): T {
  try {
    return operation(handle)
  } finally {
    closeSync(handle)
  }
}

function readStart(path: string, length: number): Buffer {
  return withHandle(openSync(path, 'r'), (handle) => {
    const bytes = Buffer.alloc(Math.min(length, fstatSync(handle).size))
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0))
  })
}

// Zeros that are never written to take no memory.
function readBefore(path: string, zeros: number): Buffer {
  return withHandle(openSync(path, 'r'), (handle) => {
    const size = fstatSync(handle).size
    const bytes = Buffer.alloc(size + zeros)
    let end = 0
    while (end < size) {
      const count = readSync(handle, bytes, end, size - end, end)
      if (count === 0) break
      end += count
    }
    return bytes.subarray(0, end + zeros)
  })
}

// One write as a rule. A short one (a disk almost full) is continued, which brings the real error to light.
function writeAll(handle: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += writeSync(handle, bytes, written, bytes.length - written)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } catch (error) {
    // Some network file systems cannot sync a folder at all.
    const code = errnoOf(error)
    if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
  } finally {
    closeSync(handle)
  }
}

function renamePatiently(from: string, to: string, attempts: number): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      if (attempt >= attempts || !heldByOthers.has(errnoOf(error) ?? '')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, renamePauseMs)
    }
  }
}
