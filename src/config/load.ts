import { ConfigurationError } from '../domain/errors'
import { type ConfigFile, readConfigFile } from './config-file'
import { type Environment, parseEnvironment } from './environment'
import { type Config, finalizeConfig, finalizeLeniently, type LenientConfig, type Place } from './finalize'
import { type ConfigFlags, parseFlags } from './flags'
import { findPlace, type Machine, thisMachine } from './place'
import { mergeSettings, type Settings } from './settings'

export interface LoadedConfig {
  config: Config
  /** One line for each name in config.json that means nothing. */
  warnings: string[]
  /** Variables that are set and do not count, because a profile says otherwise. */
  ignoredVariables: string[]
}

/**
 * Flags over environment over config.json over defaults; of a profile, what its config.json says of the workspace goes
 * before the environment. Throws ConfigurationError for the first thing wrong.
 */
export function loadConfig(
  flags: ConfigFlags,
  environment: Environment,
  machine: Machine = thisMachine(),
): LoadedConfig {
  const place = findFolders(flags, environment, machine)
  const file = readConfigFile(place.home)
  const { settings, ignoredVariables } = joinSettings(flags, environment, place, file.settings)
  return { config: finalizeConfig(settings, place), warnings: warnOfUnknown(file), ignoredVariables }
}

/**
 * The same for a server that must start whatever its configuration: bad values fall back to defaults and are
 * reported. While config.json cannot be read there is no token, because the region may be in there. Only a folder
 * that cannot be named still throws.
 */
export function loadConfigLeniently(
  flags: ConfigFlags,
  environment: Environment,
  machine: Machine = thisMachine(),
): LenientConfig & Omit<LoadedConfig, 'config'> {
  const place = findFolders(flags, environment, machine)
  try {
    const file = readConfigFile(place.home)
    const { settings, ignoredVariables } = joinSettings(flags, environment, place, file.settings)
    return { ...finalizeLeniently(settings, place), warnings: warnOfUnknown(file), ignoredVariables }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const { settings, ignoredVariables } = joinSettings(flags, environment, place, {})
    const { config, problems } = finalizeLeniently(settings, place)
    const withoutToken = { ...config, accessToken: null }
    return { config: withoutToken, problems: [error, ...problems], warnings: [], ignoredVariables }
  }
}

/** Only where the folders are; nothing is read from them. */
export function loadPlace(
  flags: ConfigFlags,
  environment: Environment,
  machine: Machine = thisMachine(),
): Place {
  return findFolders(flags, environment, machine)
}

function findFolders(flags: ConfigFlags, environment: Environment, machine: Machine): Place {
  return findPlace(mergeSettings(parseFlags(flags), parseEnvironment(environment)), flags.profile, machine)
}

/** What says whose conversations are fetched, and from where. */
const workspaceKeys = ['accessToken', 'region', 'apiUrl'] as const

/**
 * Who names a profile means its workspace: a token that lies in the environment for another one must not fill it, nor
 * may one of the environment's addresses get the profile's token. A data file in the environment would be that of all
 * profiles at once.
 */
function joinSettings(
  flags: ConfigFlags,
  environment: Environment,
  { profile }: Place,
  file: Settings,
): { settings: Settings; ignoredVariables: string[] } {
  const variables = parseEnvironment(environment)
  const isOwn = profile !== null && file.accessToken !== undefined
  const ignored = [...(profile === null ? [] : ['dbPath' as const]), ...(isOwn ? workspaceKeys : [])]
  const counting = { ...variables }
  for (const key of ignored) delete counting[key]
  return {
    settings: mergeSettings(parseFlags(flags), counting, file),
    ignoredVariables: ignored.flatMap((key) => variables[key]?.source ?? []),
  }
}

function warnOfUnknown({ path, unknownKeys }: ConfigFile): string[] {
  return unknownKeys.map((name) => `${path}: "${name.slice(0, 80)}" is not a setting of this version`)
}
