import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { logFilePath } from '../log-file'

export interface HomeFile {
  path: string
  bytes: number
}

/**
 * Configuration and logs of a home folder, by the names that this program gives; nothing else in it. Links are none of
 * them: what they lead to may be anybody's.
 */
export function listHomeFiles(home: string): HomeFile[] {
  const log = logFilePath(home)
  const isTemporaryConfig = /^\.config\.json\.[0-9a-f-]{36}\.tmp$/
  return [
    ...filesIn(home, (name) => name === 'config.json' || isTemporaryConfig.test(name)),
    ...filesIn(dirname(log), (name) =>
      [basename(log), `${basename(log)}.1`, `${basename(log)}.turning`].includes(name),
    ),
  ]
}

/** The names in a folder that is one itself, and not a link to one elsewhere; none where there is none. */
export function namesIn(folder: string): string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []
}

/** The files of a folder that are ours by their names. */
export function filesIn(folder: string, isOurs: (name: string) => boolean): HomeFile[] {
  return namesIn(folder)
    .filter(isOurs)
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const stat = lstatSync(path, { throwIfNoEntry: false })
      return stat?.isFile() ? [{ path, bytes: stat.size }] : []
    })
}

/** Removes these files, then those of the folders, in this order, that are empty without them. */
export function removeHomeFiles(files: readonly HomeFile[], folders: readonly string[]): void {
  for (const { path } of files) rmSync(path, { force: true })
  for (const folder of folders) removeIfEmpty(folder)
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Not empty, or not there: nothing of ours is left in it either way.
  }
}
