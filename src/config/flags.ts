import type { Settings } from './settings'

/** The options of the command line that are settings; each exactly as it was typed. */
export interface ConfigFlags {
  home?: string
  profile?: string
  verbose?: boolean
  token?: string
  region?: string
  days?: string
}

/** The settings that flags make. `profile` is not one of them: it chooses the folder the others are read from. */
export function parseFlags(flags: ConfigFlags): Settings {
  const settings: Settings = {}
  if (flags.home !== undefined) settings.home = { value: flags.home, source: '--home' }
  if (flags.token !== undefined) settings.accessToken = { value: flags.token, source: '--token' }
  if (flags.region !== undefined) settings.region = { value: flags.region, source: '--region' }
  if (flags.days !== undefined) settings.initialSyncDays = { value: flags.days, source: '--days' }
  if (flags.verbose) settings.logLevel = { value: 'DEBUG', source: '--verbose' }
  return settings
}
