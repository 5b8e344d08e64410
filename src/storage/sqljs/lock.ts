import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StorageError } from '../../domain/errors'
import { createFileLayer, type FileLayer, removeIfPossible } from './file-layer'
import { isFromAnotherMachine, judgeHolder, type LifeOfHolder } from './lock-holder'
import {
  encodeLockRecord,
  freeMarker,
  type LockRecord,
  listLockNumbers,
  lockPath,
  type NumberedLock,
  readHighestLock,
  temporaryLockPath,
} from './lock-record'
import { type MachineIdentity, readMachineIdentity, readOwnStart } from './machine'
import { errnoOf, toStorageError } from './storage-failure'

/**
 * One owner per store. `<file>.lock.<N>` with the highest N counts:
 *
 *   free marker or dead owner at N --link--> mine at N+1 --look again--> held (clean up below)
 *                                   `-- EEXIST, or a higher one: lost, judge the new owner
 *   held at N --rename a free marker over it--> free at N
 */
export interface HeldLock {
  /** N, which only rises: the fencing number of every commit. */
  readonly generation: number
  /** Looks at the disk, because a lock can be cleared by hand. Two file look-ups. */
  isHeld(): boolean
  /** Leaves a free marker. Does nothing when the lock is no longer held. */
  release(): void
}

export interface LockRequest {
  dbPath: string
  /** Where this process will listen when it wins. */
  socket: string
  /** Hex; see LockRecord. */
  key: string
  /** ISO 8601, for those who ask since when; the present by default. */
  since?: string
  judge?: (record: LockRecord) => Promise<LifeOfHolder>
  files?: FileLayer
  machine?: MachineIdentity
  sleep?: (ms: number) => Promise<unknown>
}

export type LockResult = { kind: 'held'; lock: HeldLock } | { kind: 'taken'; holder: LockRecord }

// Without links a lock is visible for a moment before its content: wait about a second before taking it for cut.
const unreadableRounds = 20
const unreadablePauseMs = 50

const linksUnsupported = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  'EXDEV',
  'EINVAL',
  'EISDIR',
  'UNKNOWN',
])

/**
 * Takes the lock of a store, or says who has it. Never robs a living owner. Rejects with StorageError `locked`
 * for a lock of another computer, or of a container that cannot be judged from here, and `io` or `disk_full` when
 * the folder cannot be written.
 */
export async function acquireLock(request: LockRequest): Promise<LockResult> {
  const { dbPath, files = createFileLayer(), machine = readMachineIdentity(), sleep = delay } = request
  const judge = request.judge ?? ((record) => judgeHolder(record, machine))
  const record: LockRecord = {
    pid: process.pid,
    pidStart: readOwnStart(),
    ...machine,
    since: request.since ?? new Date().toISOString(),
    socket: request.socket,
    key: request.key,
  }
  try {
    files.createFolder(dirname(dbPath))
    let unreadable = 0
    for (;;) {
      const current = readHighestLock(files, dbPath)
      if (current?.content.state === 'held') {
        const { record: holder } = current.content
        if (isFromAnotherMachine(holder, machine)) throw inUseElsewhere(current, 'computer')
        const life = await judge(holder)
        if (life === 'unknown') throw inUseElsewhere(current, 'container')
        if (life === 'alive') return { kind: 'taken', holder }
      }
      if (current?.content.state === 'unreadable' && unreadable < unreadableRounds) {
        unreadable++
        await sleep(unreadablePauseMs)
        continue
      }
      const lock = tryTake(files, dbPath, (current?.number ?? 0) + 1, encodeLockRecord(record, dbPath))
      if (lock !== null) return { kind: 'held', lock }
      unreadable = 0
    }
  } catch (error) {
    throw toStorageError(error, 'lock', dbPath)
  }
}

/** Who holds the lock as the files say, dead or alive; null when nobody does. */
export function readLockHolder(dbPath: string, files: FileLayer = createFileLayer()): LockRecord | null {
  const content = readHighestLock(files, dbPath)?.content
  return content?.state === 'held' ? content.record : null
}

const elsewhere = {
  computer: 'The data folder is in use by another computer.',
  container: 'The data folder is in use by another container.',
}

function inUseElsewhere({ path }: NumberedLock, where: keyof typeof elsewhere): StorageError {
  return new StorageError('locked', elsewhere[where], {
    hint: `Stop the program there. If that ${where} no longer uses this folder, delete ${path} and try again.`,
  })
}

function tryTake(files: FileLayer, dbPath: string, number: number, content: Buffer): HeldLock | null {
  const path = lockPath(dbPath, number)
  if (!createWithContent(files, dbPath, path, content)) return null
  try {
    if (listLockNumbers(files, dbPath).at(-1) !== number) {
      // Somebody had got further while this process was looking at an older lock.
      files.remove(path)
      return null
    }
    cleanUp(files, dbPath, number)
  } catch (error) {
    // Or this process would hold, as long as it lives, a lock of which it does not know.
    removeIfPossible(files, path)
    throw error
  }
  return holdLock(files, dbPath, number, content)
}

// Atomic and with its content; false when somebody else was first.
function createWithContent(files: FileLayer, dbPath: string, path: string, content: Buffer): boolean {
  const temporary = temporaryLockPath(dbPath, randomUUID())
  try {
    files.create(temporary, content)
  } catch (error) {
    // A full disk still takes the name.
    removeIfPossible(files, temporary)
    throw error
  }
  try {
    files.link(temporary, path)
    return true
  } catch (error) {
    const code = errnoOf(error) ?? ''
    // ENOENT: a winner has cleaned the temporary file away.
    if (code === 'EEXIST' || code === 'ENOENT') return false
    if (!linksUnsupported.has(code)) throw error
    return createExclusively(files, path, content)
  } finally {
    // Left behind it does no harm; a failure must not hide that the lock is held.
    removeIfPossible(files, temporary)
  }
}

function createExclusively(files: FileLayer, path: string, content: Buffer): boolean {
  try {
    files.create(path, content)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

function holdLock(files: FileLayer, dbPath: string, number: number, content: Buffer): HeldLock {
  const path = lockPath(dbPath, number)
  let released = false
  const isHeld = (): boolean =>
    !released &&
    // A winner links N+1 before it removes N, and removes from below: one of the two signs is always there.
    files.size(lockPath(dbPath, number + 1)) === null &&
    (files.read(path)?.equals(content) ?? false)
  return {
    generation: number,
    isHeld,
    release: () => {
      if (!isHeld()) return
      released = true
      const temporary = temporaryLockPath(dbPath, randomUUID())
      try {
        files.create(temporary, freeMarker)
        files.rename(temporary, path)
      } catch {
        // A full disk has no room for a marker. Without one the numbers start again, which the driver's fence bears.
        for (const leftover of [temporary, path]) removeIfPossible(files, leftover)
      }
    },
  }
}

// From the lowest number up; see isHeld. A file that cannot be removed does no harm: the highest number counts.
function cleanUp(files: FileLayer, dbPath: string, number: number): void {
  const prefix = `${basename(dbPath)}.lock.`
  const temporary = files
    .list(dirname(dbPath))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.tmp'))
    .map((name) => join(dirname(dbPath), name))
  const older = listLockNumbers(files, dbPath).filter((other) => other < number)
  for (const path of [...older.map((other) => lockPath(dbPath, other)), ...temporary]) {
    removeIfPossible(files, path)
  }
}
