import { basename, dirname, join } from 'node:path'
import type { FileLayer } from './file-layer'

// What follows the name of the data file. A store beside it may be named `<file>.b`.
const asideSuffix = /^(?:\.journal\.\d+)?\.damaged-(\d{8}T\d{6})Z(?:-\d+)?$/
const temporarySnapshot = /\.snapshot\.\d+\.tmp$/

/** `<file>.journal.<S>`: never `<file>-journal`, which SQLite would take for its own and roll back. */
export function journalPath(path: string, snapshotSequence: number): string {
  return `${path}.journal.${snapshotSequence}`
}

/** Where a snapshot is written before it takes the place of the last one; of its own for each owner. */
export function temporarySnapshotPath(path: string, fence: number): string {
  return `${path}.snapshot.${fence}.tmp`
}

/** Journals beside the store, in no particular order. */
export function listJournals(files: FileLayer, path: string): { path: string; snapshotSequence: number }[] {
  const prefix = `${basename(path)}.journal.`
  return siblings(files, path, prefix)
    .filter((name) => /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => ({
      path: join(dirname(path), name),
      snapshotSequence: Number(name.slice(prefix.length)),
    }))
}

/** Snapshots that a crash left half-written. */
export function listTemporarySnapshots(files: FileLayer, path: string): string[] {
  return siblings(files, path, `${basename(path)}.snapshot.`)
    .filter((name) => temporarySnapshot.test(name))
    .map((name) => join(dirname(path), name))
}

export interface StoreFile {
  path: string
  kind: 'snapshot' | 'journal' | 'lock' | 'temporary' | 'set_aside'
  bytes: number
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
/** What follows the name of the data file in the names of those beside it. */
const kindsBySuffix: readonly [RegExp, StoreFile['kind']][] = [
  [/^$/, 'snapshot'],
  [/^\.journal\.\d+$/, 'journal'],
  [/^\.lock\.\d+$/, 'lock'],
  // Where an owner listened; one that was killed leaves it behind.
  [/^\.socket\.[0-9a-f]{12}$/, 'temporary'],
  [new RegExp(`^\\.(?:snapshot\\.\\d+|lock\\.${uuid}|${uuid})\\.tmp$`), 'temporary'],
  [asideSuffix, 'set_aside'],
]

/** The data file and everything beside it that has a name which only this program gives, in no particular order. */
export function listStoreFiles(files: FileLayer, path: string): StoreFile[] {
  return siblings(files, path, basename(path)).flatMap((name) => {
    const suffix = name.slice(basename(path).length)
    const kind = kindsBySuffix.find(([pattern]) => pattern.test(suffix))?.[1]
    const file = join(dirname(path), name)
    const bytes = files.size(file)
    return kind === undefined || bytes === null ? [] : [{ path: file, kind, bytes }]
  })
}

/** The file that was set aside last and is still there: whoever deletes it has taken note. Null for none. */
export function findSetAside(files: FileLayer, path: string): string | null {
  const found = siblings(files, path, `${basename(path)}.`)
    .flatMap((name) => {
      const time = asideSuffix.exec(name.slice(basename(path).length))?.[1]
      return time === undefined ? [] : [{ name, time }]
    })
    // A snapshot goes together with its journal, whose name is longer: the snapshot is the one to name.
    .sort((a, b) => (a.time === b.time ? b.name.length - a.name.length : a.time < b.time ? -1 : 1))
    .at(-1)
  return found === undefined ? null : join(dirname(path), found.name)
}

/** Renames a damaged file to `<file>.damaged-<time>`, never over another; returns the new path. */
export function setAside(files: FileLayer, path: string, now: () => number): string {
  const target = asidePath(files, path, now)
  files.rename(path, target)
  files.syncFolder(dirname(path))
  return target
}

/** Like setAside, but the file stays where it is and a synced copy is kept. */
export function copyAside(files: FileLayer, path: string, content: Uint8Array, now: () => number): string {
  const target = asidePath(files, path, now)
  files.create(target, content)
  files.sync(target)
  files.syncFolder(dirname(path))
  return target
}

function asidePath(files: FileLayer, path: string, now: () => number): string {
  const time = new Date(now()).toISOString().replace(/[-:]/g, '').slice(0, 15)
  const plain = `${path}.damaged-${time}Z`
  for (let copy = 1; ; copy++) {
    const target = copy === 1 ? plain : `${plain}-${copy}`
    if (files.size(target) === null) return target
  }
}

function siblings(files: FileLayer, path: string, prefix: string): string[] {
  return files.list(dirname(path)).filter((name) => name.startsWith(prefix))
}
