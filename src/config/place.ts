import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { ConfigurationError } from '../domain/errors'
import { type Place, resolveFrom } from './finalize'
import { profileName, profilesFolder } from './profiles'
import { settingSchemas } from './schema'
import type { Settings } from './settings'

/** What finding the folders needs of the machine. */
export interface Machine {
  userFolder: string
  workingFolder: string
  /** Names in a folder; none when there is no such folder. */
  listFolder(path: string): string[]
}

/** This machine. */
export function thisMachine(): Machine {
  return { userFolder: homedir(), workingFolder: process.cwd(), listFolder: listFolderOrNothing }
}

// Device names that Windows gives to no file, so that a profile can move between machines.
const reservedNames = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * The folder of configuration and data: `--home`, FASTINTERCOM_HOME or `~/.fast-intercom-mcp`, and inside of it
 * `profiles/NAME` when a profile is named. Names that differ only in case would be one folder on macOS and Windows
 * and two on Linux, so a second spelling is refused everywhere.
 */
export function findPlace(settings: Settings, profile: string | undefined, machine: Machine): Place {
  const given = settings.home
  const parsed = v.safeParse(settingSchemas.home.schema, given?.value ?? '~/.fast-intercom-mcp')
  if (!parsed.success) {
    throw new ConfigurationError(`${given?.source ?? 'The home folder'} is empty.`, {
      hint: `Allowed: ${settingSchemas.home.allowed}.`,
    })
  }
  const home = resolveFrom(machine.workingFolder, parsed.output, machine.userFolder)
  if (profile === undefined) return { home, profile: null }
  if (!profileName.test(profile) || reservedNames.test(profile)) {
    throw new ConfigurationError(`"${profile.slice(0, 80)}" cannot name a profile.`, {
      hint: 'Allowed: 1 to 64 letters, digits, "-" and "_", and no device name of Windows such as "con".',
    })
  }
  const folder = profilesFolder(home)
  const sameName = machine
    .listFolder(folder)
    .find((name) => name.toLowerCase() === profile.toLowerCase() && name !== profile)
  if (sameName !== undefined) {
    throw new ConfigurationError(
      `A profile named "${sameName}" exists, and names must differ in more than case.`,
      {
        hint: `Use --profile ${sameName}, or another name.`,
      },
    )
  }
  return { home: join(folder, profile), profile }
}

function listFolderOrNothing(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
