import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { logFilePath } from '../log-file'

export interface HomeFile {
  path: string
  bytes: number
}

/** Configuration and logs of a home folder, by the names that this program gives; nothing else in it. */
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

/** Removes these files, then the folders that are empty without them. */
export function removeHomeFiles(home: string, files: readonly HomeFile[]): void {
  for (const { path } of files) rmSync(path, { force: true })
  for (const folder of [dirname(logFilePath(home)), home]) removeIfEmpty(folder)
}

function filesIn(folder: string, isOurs: (name: string) => boolean): HomeFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(isOurs)
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const stat = statSync(path, { throwIfNoEntry: false })
      return stat?.isFile() ? [{ path, bytes: stat.size }] : []
    })
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Not empty, or not there: nothing of ours is left in it either way.
  }
}
