import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, rmSync, type Stats, statfsSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Config } from '../../config/finalize'
import { type Check, fail, ok, warn } from './check'

/** What of the system the folder checks look at; tests give their own. */
export interface FolderSystem {
  platform: NodeJS.Platform
  /** Bytes that this user may still write where a path lies. */
  freeBytes(path: string): number
}

const thisSystem: FolderSystem = {
  platform: process.platform,
  freeBytes(path) {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  },
}

const megabyte = 1_000_000
/** A new snapshot is written beside the old one; without room for it the journal grows until the disk is full. */
const spareBytes = 50 * megabyte

/** The folder that holds the data: there, writable, private, and with room for what is to come. */
export function checkFolder({ home, dbPath }: Config, system: FolderSystem = thisSystem): Check[] {
  const folder = dirname(dbPath)
  const hasFolder = existsSync(folder)
  const checks = [hasFolder ? checkWritable(folder) : describeNoFolder(folder)]
  if (system.platform !== 'win32' && (hasFolder || existsSync(home))) checks.push(checkPrivacy(home, dbPath))
  if (hasFolder) checks.push(...checkSpace(folder, dbPath, system))
  return checks
}

function describeNoFolder(folder: string): Check {
  const mend = 'The first sync makes it: npx fast-intercom-mcp sync'
  return warn('data_folder', `${folder} does not exist yet`, mend)
}

/** By writing: what the modes say is not true on every file system, and not for every user. */
function checkWritable(folder: string): Check {
  const probe = join(folder, `.doctor-${randomUUID()}.tmp`)
  try {
    writeFileSync(probe, '', { flag: 'wx', mode: 0o600 })
    rmSync(probe, { force: true })
    return ok('data_folder', `${folder}, writable`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return fail(
      'data_folder',
      `Nothing can be written in ${folder} (${code ?? 'unknown reason'})`,
      'Make it writable for you, or name another folder with --home or FASTINTERCOM_HOME.',
    )
  }
}

function checkPrivacy(home: string, dbPath: string): Check {
  const files = [join(home, 'config.json'), ...listDataFiles(dbPath), ...listFolder(join(home, 'logs'))]
  const openFiles = files.filter(isOpenToOthers)
  const [first] = openFiles
  if (first !== undefined) {
    const more = openFiles.length > 1 ? ` (and ${openFiles.length - 1} more)` : ''
    const paths = openFiles.map((path) => `"${path}"`).join(' ')
    return fail('privacy', `Other users of this machine may read ${first}${more}`, `Run: chmod 600 ${paths}`)
  }
  const folders = [...new Set([home, dirname(dbPath), join(home, 'logs')])].filter(isOpenToOthers)
  if (folders.length > 0) {
    const finding = `Other users may look into ${folders[0]}; the files in it are private`
    return warn('privacy', finding, `Run: chmod 700 ${folders.map((path) => `"${path}"`).join(' ')}`)
  }
  return ok('privacy', 'Only you can read them')
}

/** The data file and what belongs to it: `data.db`, `data.db.journal.7`, `data.db.lock.2`. */
function listDataFiles(dbPath: string): string[] {
  const name = basename(dbPath)
  return listFolder(dirname(dbPath)).filter((path) => {
    const found = basename(path)
    return found === name || found.startsWith(`${name}.`)
  })
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

function isOpenToOthers(path: string): boolean {
  const stats = findStats(path)
  // A socket is guarded by the key that both sides prove.
  return stats !== null && (stats.isFile() || stats.isDirectory()) && (stats.mode & 0o077) !== 0
}

/** What cannot be looked at says nothing here; that it cannot is told by the check of the folder. */
function findStats(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

function checkSpace(folder: string, dbPath: string, { freeBytes }: FolderSystem): Check[] {
  let free: number
  try {
    free = freeBytes(folder)
  } catch {
    // Some network drives do not say.
    return []
  }
  const stored = findStats(dbPath)?.size ?? 0
  const finding = `${formatMegabytes(free)} free; the data file has ${formatMegabytes(stored)}`
  const mend = 'Make room on this disk, or move the folder and name it with --home.'
  if (free < stored + spareBytes) return [fail('disk_space', `${finding}, which has to fit once more`, mend)]
  if (free < 2 * stored + 4 * spareBytes) return [warn('disk_space', finding, mend)]
  return [ok('disk_space', finding)]
}

function formatMegabytes(bytes: number): string {
  return bytes < 1000 * megabyte
    ? `${(bytes / megabyte).toFixed(1)} MB`
    : `${(bytes / megabyte / 1000).toFixed(1)} GB`
}
