import { lstatSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../config/finalize'
import { ConfigurationError } from '../../domain/errors'
import { logFilePath } from '../log-file'
import { inspectStore, type StoreInventory } from '../runtime/store-reset'
import { filesIn, type HomeFile, listHomeFiles, namesIn } from './home-files'

/** What a reset would do. Nothing has been touched. */
export interface ResetPlan {
  /** The workspace's own data first, then those of sample workspaces. */
  stores: (StoreInventory & { dbPath: string })[]
  /** Configuration, logs, and what belongs to sample workspaces. */
  homeFiles: HomeFile[]
  /** Folders that go when nothing is left in them, innermost first. */
  folders: string[]
  /** What lies in the home folder and stays. */
  kept: string[]
}

/** Looks at what a reset of this workspace would remove; `all`: configuration, logs and sample workspaces too. */
export async function planReset({ home, dbPath, profile }: Config, all: boolean): Promise<ResetPlan> {
  const samples = all ? listSamples(join(home, 'demo')) : []
  const dbPaths = [dbPath, ...samples.map((folder) => join(folder, 'data.db'))]
  const stores = []
  for (const path of dbPaths) stores.push({ dbPath: path, ...(await inspectStore(path)) })
  for (const { path } of stores.flatMap(({ files }) => files)) refuseLink(path)
  const homeFiles = all
    ? [home, ...samples].flatMap((folder) => [...listHomeFiles(folder), ...sampleFiles(folder)])
    : []
  const folders = [
    ...samples.flatMap((folder) => [dirname(logFilePath(folder)), folder]),
    join(home, 'demo'),
    dirname(logFilePath(home)),
    home,
    ...(profile === null ? [] : [dirname(home)]),
  ]
  const going = [...stores.flatMap(({ files }) => files), ...homeFiles].map(({ path }) => path)
  const goingFolders = all ? folders : []
  return { stores, homeFiles, folders: goingFolders, kept: listKept(home, going, goingFolders) }
}

/** The folders of sample workspaces, which are named by two numbers. */
function listSamples(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => /^\d+-\d+$/.test(name))
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isDirectory())
}

function sampleFiles(folder: string): HomeFile[] {
  return filesIn(folder, (name) => name === 'demo.json')
}

/** Only the link would go, and the data would stay where nobody looks for it. */
function refuseLink(path: string): void {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return
  throw new ConfigurationError(`${path} is a link, and what it leads to is not removed from here.`, {
    hint: `Remove the link and, if it is no longer wanted, the file that it leads to (${whereTo(path)}).`,
  })
}

function whereTo(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return 'which is gone'
  }
}

/** Names in the home folder of which something stays. */
function listKept(home: string, files: readonly string[], folders: readonly string[]): string[] {
  // Locks come and go with the data.
  const namesOf = (folder: string) => namesIn(folder).filter((name) => !/\.lock\.\d+$/.test(name))
  const stays = (path: string): boolean => {
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return !files.includes(path)
    return !folders.includes(path) || namesOf(path).some((name) => stays(join(path, name)))
  }
  return namesOf(home)
    .filter((name) => stays(join(home, name)))
    .toSorted()
}
