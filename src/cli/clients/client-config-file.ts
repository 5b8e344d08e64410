import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  constants as fsConstants,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ConfigurationError } from '../../domain/errors'
import type { ClientPlace } from './client-places'
import { type EntryChange, setServerEntry } from './server-entry-text'

/** What adding our entry to a client's file would do. */
export type ClientPlan = { place: ClientPlace; entryName: string; entry: Record<string, unknown> } & (
  | { outcome: 'unchanged' }
  | { outcome: 'added' | 'updated'; before: string; after: string }
  | { outcome: 'refused'; reason: string }
)

/** What was done to a client's file. */
export interface WrittenClient {
  file: string
  /** The copy of the file as it was; null where there was none. */
  backup: string | null
}

/** How a file is moved over another one; Windows refuses while somebody looks into that one. */
export type Rename = (from: string, to: string) => void

/** What adding an entry to a client's file would change. Writes nothing. */
export function planClient(
  place: ClientPlace,
  entryName: string,
  entry: Record<string, unknown>,
): ClientPlan {
  const head = { place, entryName, entry }
  const text = readText(place.file)
  if (typeof text !== 'string') return { ...head, outcome: 'refused', reason: text.reason }
  const change: EntryChange = setServerEntry(text, { serversKey: place.serversKey, entryName }, entry)
  if ('text' in change) return { ...head, outcome: change.outcome, before: text, after: change.text }
  return { ...head, ...change }
}

/**
 * Carries a plan out on the file as it is now: clients write theirs whenever they like. Whoever reads it sees the old
 * one or the new one, whole. A link is followed, the mode is kept, and the former file stays beside it as a copy.
 * Returns null when nothing is left to do; rejects with ConfigurationError and leaves the file as it was otherwise.
 */
export function writeClient(
  { place, entryName, entry }: ClientPlan,
  now: Date,
  rename: Rename = renamePatiently,
): WrittenClient | null {
  const plan = planClient(place, entryName, entry)
  if (plan.outcome === 'unchanged') return null
  if (plan.outcome === 'refused') {
    throw new ConfigurationError(`${place.file} cannot be changed: ${plan.reason}.`, {
      hint: 'Mend it by hand.',
    })
  }
  try {
    const target = followLinks(place.file)
    const mode = modeOf(target)
    mkdirSync(dirname(target), { recursive: true })
    const backup = mode === null ? null : copyBeside(target, now)
    try {
      replaceFile(target, plan.after, mode ?? 0o600, rename)
    } catch (error) {
      if (backup !== null) rmSync(backup, { force: true })
      throw error
    }
    return { file: place.file, backup }
  } catch (error) {
    throw new ConfigurationError(`Cannot write ${place.file} (${reasonOf(error)}). It is as it was.`, {
      hint: 'Close the client that uses it or make it writable for you, and run init again.',
      cause: error,
    })
  }
}

/** The text of a file, empty when there is none; an object with the reason when it cannot be read as text. */
function readText(file: string): string | { reason: string } {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file))
  } catch (error) {
    if (error instanceof TypeError) return { reason: 'it is not written in UTF-8' }
    const code = reasonOf(error)
    return code === 'ENOENT' ? '' : { reason: `it cannot be read (${code})` }
  }
}

/** The file behind links, also where the last one leads to nothing yet. */
function followLinks(file: string): string {
  try {
    return realpathSync(file)
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT') throw error
  }
  try {
    return lstatSync(file).isSymbolicLink() ? followLinks(resolve(dirname(file), readlinkSync(file))) : file
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT') throw error
    return file
  }
}

function modeOf(file: string): number | null {
  try {
    return statSync(file).mode & 0o7777
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT') throw error
    return null
  }
}

/** `mcp.json.20261121-123229.backup`; a name that is taken gets a number. */
function copyBeside(file: string, now: Date): string {
  const time = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  for (let attempt = 1; ; attempt++) {
    const backup = `${file}.${time}${attempt === 1 ? '' : `-${attempt}`}.backup`
    try {
      copyFileSync(file, backup, fsConstants.COPYFILE_EXCL)
      return backup
    } catch (error) {
      if (reasonOf(error) !== 'EEXIST') throw error
    }
  }
}

function replaceFile(target: string, text: string, mode: number, rename: Rename): void {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`)
  try {
    const file = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    // After opening, because the process's mask would take bits away.
    if (process.platform !== 'win32') chmodSync(temporary, mode)
    rename(temporary, target)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

const heldByOthers = new Set(['EPERM', 'EBUSY', 'EACCES'])

function renamePatiently(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      if (process.platform !== 'win32' || attempt === 5 || !heldByOthers.has(reasonOf(error))) throw error
      // Without giving way to anything else: between a file's copy and its change nothing of ours may happen.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, attempt * 20)
    }
  }
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason'
}
