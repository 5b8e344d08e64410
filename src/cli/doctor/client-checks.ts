import { existsSync, readFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Config } from '../../config/finalize'
import { loadPlace } from '../../config/load'
import { readOption, startsOurProgram } from '../clients/client-entry'
import { type ClientMachine, type ClientPlace, findClientPlaces } from '../clients/client-places'
import { readServerEntries } from '../clients/server-entry-text'
import { thisClientMachine } from '../clients/this-machine'
import { type Check, ok, warn } from './check'

/** An entry that starts the server, in one client's file. */
interface FoundEntry {
  place: ClientPlace
  command: string
  args: string[]
  env: Record<string, string>
}

/**
 * Whether the clients that start the server start it rightly: with a program that is there, and on this data. Entries
 * for other folders and profiles are not looked into.
 */
export function checkClients(
  config: Pick<Config, 'home'>,
  machine: ClientMachine = thisClientMachine(),
): Check[] {
  const places = findClientPlaces(machine).filter(({ isInstalled }) => isInstalled)
  const damaged = places.filter((place) => readEntries(place) === null && mentionsUs(place))
  const [broken] = damaged
  if (broken) {
    return [
      warn(
        'clients',
        `${broken.file} names fast-intercom and cannot be read: ${broken.title} may not start it`,
        'Mend the file by hand; it holds a mistake in its JSON.',
      ),
    ]
  }
  const entries = places.flatMap((place) => readEntries(place) ?? [])
  const here = entries.filter((entry) => homeOf(entry) === config.home)
  const faults = here.flatMap((entry) => findFault(entry, machine) ?? [])
  const [fault] = faults
  if (fault) {
    const mend = `Run: npx fast-intercom-mcp init --client ${fault.entry.place.name}`
    return [warn('clients', `${fault.entry.place.title} cannot start it: ${fault.what}`, mend)]
  }
  if (here.length > 0) {
    return [ok('clients', `Set up in ${[...new Set(here.map(({ place }) => place.title))].join(', ')}`)]
  }
  if (entries.length > 0) {
    const titles = [...new Set(entries.map(({ place }) => place.title))].join(', ')
    return [
      warn(
        'clients',
        `${titles}: the server is started for another folder than ${config.home}`,
        'Run: npx fast-intercom-mcp init',
      ),
    ]
  }
  const among =
    places.length === 0 ? 'none is installed' : `here: ${places.map(({ title }) => title).join(', ')}`
  return [ok('clients', `Not set up in a client that init knows (${among})`)]
}

/** null when the file cannot be read as what it should be. */
function readEntries(place: ClientPlace): FoundEntry[] | null {
  const text = readOrNull(place.file)
  const servers = text === null ? {} : readServerEntries(text, place.serversKey)
  if (servers === null) return null
  return Object.entries(servers).flatMap(([name, entry]) => {
    if (!startsOurProgram(name, entry)) return []
    const { env } = entry as { env?: unknown }
    const variables = typeof env === 'object' && env !== null ? (env as Record<string, string>) : {}
    return [{ place, command: entry.command, args: entry.args, env: variables }]
  })
}

function mentionsUs({ file }: ClientPlace): boolean {
  return readOrNull(file)?.includes('fast-intercom') ?? false
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

/** The folder that the server would use; null when the entry names one that cannot be. */
function homeOf({ args, env }: FoundEntry): string | null {
  const flags = {
    home: readOption(args, 'home') ?? undefined,
    profile: readOption(args, 'profile') ?? undefined,
  }
  try {
    return loadPlace(flags, env).home
  } catch {
    return null
  }
}

/** A program that is gone, as after another version of Node took its place. */
function findFault(
  entry: FoundEntry,
  { environment, exists, platform }: ClientMachine,
): { entry: FoundEntry; what: string } | null {
  const { command, args } = entry
  const [program] = args
  if (!isAbsolute(command) && !isOnPath(command, environment, platform)) {
    return { entry, what: `there is no ${command} on the PATH` }
  }
  const missing = [command, ...(program?.endsWith('.js') ? [program] : [])].find(
    (file) => isAbsolute(file) && !exists(file),
  )
  return missing === undefined ? null : { entry, what: `${missing} is not there` }
}

function isOnPath(
  command: string,
  environment: ClientMachine['environment'],
  platform: NodeJS.Platform,
): boolean {
  const folders = (environment.PATH ?? environment.Path ?? '').split(delimiter).filter(Boolean)
  const endings = platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : ['']
  return folders.some((folder) => endings.some((ending) => existsSync(join(folder, command + ending))))
}
