import { basename, dirname, isAbsolute, join } from 'node:path'
import type { FileLayer } from './file-layer'

/** Who owns the store: what a later process needs to find the owner, or to see that it is gone. */
export interface LockRecord {
  pid: number
  /** The process's start in the system's own unit, because numbers are used again; empty when unknown. */
  pidStart: string
  machineId: string
  bootId: string
  /** Within which `pid` means something; empty when unknown. */
  pidSpace: string
  /** When the lock was taken, ISO 8601; empty when unknown. */
  since: string
  /** Unix socket path or Windows pipe name. */
  socket: string
  /** Random, hex; both ends of the socket prove that they know it. */
  key: string
}

/** What a lock file holds. `unreadable`: being written without links, or cut by a power failure. */
type LockContent = { state: 'held'; record: LockRecord } | { state: 'free' } | { state: 'unreadable' }

export interface NumberedLock {
  number: number
  path: string
  content: LockContent
}

export const freeMarker: Buffer = Buffer.from('{"free":true}\n')

/** A socket beside the store is written as its name alone: in another container the folder has another path. */
export function encodeLockRecord(record: LockRecord, dbPath: string): Buffer {
  const isBeside = isAbsolute(record.socket) && dirname(record.socket) === dirname(dbPath)
  const socket = isBeside ? basename(record.socket) : record.socket
  return Buffer.from(`${JSON.stringify({ ...record, socket })}\n`)
}

function parseLockContent(text: string, dbPath: string): LockContent {
  let value: Partial<LockRecord> & { free?: unknown }
  try {
    value = JSON.parse(text)
  } catch {
    return { state: 'unreadable' }
  }
  if (typeof value !== 'object' || value === null) return { state: 'unreadable' }
  if (value.free === true) return { state: 'free' }
  const { pid, pidStart, machineId, bootId, pidSpace, since, socket, key } = value
  // A number that is not a process would make the look at it hit a whole group of processes.
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return { state: 'unreadable' }
  if (typeof socket !== 'string' || typeof key !== 'string') {
    return { state: 'unreadable' }
  }
  const record = {
    pid,
    pidStart: pidStart ?? '',
    machineId: machineId ?? '',
    bootId: bootId ?? '',
    pidSpace: pidSpace ?? '',
    since: since ?? '',
    socket: isPlainName(socket) ? join(dirname(dbPath), socket) : socket,
    key,
  }
  return { state: 'held', record }
}

function isPlainName(socket: string): boolean {
  return socket !== '' && !/[\\/]/.test(socket)
}

export function lockPath(dbPath: string, number: number): string {
  return `${dbPath}.lock.${number}`
}

/** Numbers of the lock files beside the store, ascending. */
export function listLockNumbers(files: FileLayer, dbPath: string): number[] {
  const prefix = `${basename(dbPath)}.lock.`
  return files
    .list(dirname(dbPath))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b)
}

/** The lock that counts: the one with the highest number. Null when there is none. */
export function readHighestLock(files: FileLayer, dbPath: string): NumberedLock | null {
  const number = listLockNumbers(files, dbPath).at(-1)
  if (number === undefined) return null
  const path = lockPath(dbPath, number)
  const bytes = files.read(path)
  // Gone between the two looks: its successor has cleaned up.
  if (bytes === null) return readHighestLock(files, dbPath)
  return { number, path, content: parseLockContent(bytes.toString(), dbPath) }
}

/** Files that contenders write before they link them; a crash may leave one. */
export function temporaryLockPath(dbPath: string, unique: string): string {
  return join(dirname(dbPath), `${basename(dbPath)}.lock.${unique}.tmp`)
}
