import { lstatSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigurationError } from '../domain/errors'
import type { Place } from './finalize'

/** What may name a profile: it is a folder's name on every system, and a word on every command line. */
export const profileName = /^[A-Za-z0-9_-]{1,64}$/

/** The folder of a home folder in which the profiles lie. */
export function profilesFolder(home: string): string {
  return join(home, 'profiles')
}

/** The profiles in a home folder, by name; none when there are none. */
export function listProfiles(home: string): string[] {
  try {
    return readdirSync(profilesFolder(home), { withFileTypes: true })
      .filter((entry) => profileName.test(entry.name) && (entry.isDirectory() || entry.isSymbolicLink()))
      .map(({ name }) => name)
      .toSorted((a, b) => a.localeCompare(b, 'en'))
  } catch {
    return []
  }
}

/** The home folder that a place lies in: its own, or the one around its profile. */
export function homeAround({ home, profile }: Place): string {
  return profile === null ? home : dirname(dirname(home))
}

/** Throws ConfigurationError, naming those that exist, when a place is a profile's that does not. */
export function requireProfile(place: Place): void {
  const problem = findUnknownProfile(place)
  if (problem !== null) throw problem
}

/** What the name of a profile that does not exist is answered with; null for one that does, and for no profile. */
export function findUnknownProfile(place: Place): ConfigurationError | null {
  const { home, profile } = place
  if (profile === null || lstatSync(home, { throwIfNoEntry: false }) !== undefined) return null
  const existing = listProfiles(homeAround(place))
  const named = existing.length === 0 ? 'There are none yet' : `There are: ${existing.join(', ')}`
  return new ConfigurationError(`There is no profile "${profile}".`, {
    hint: `${named}. A new one is set up by: npx fast-intercom-mcp init --profile ${profile}`,
  })
}
