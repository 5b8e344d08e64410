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
}

/** Flags over environment over config.json over defaults. Throws ConfigurationError for the first thing wrong. */
export function loadConfig(
  flags: ConfigFlags,
  environment: Environment,
  machine: Machine = thisMachine(),
): LoadedConfig {
  const { given, place } = findGiven(flags, environment, machine)
  const file = readConfigFile(place.home)
  return { config: finalizeConfig(mergeSettings(given, file.settings), place), warnings: warnOfUnknown(file) }
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
): LenientConfig & { warnings: string[] } {
  const { given, place } = findGiven(flags, environment, machine)
  try {
    const file = readConfigFile(place.home)
    return { ...finalizeLeniently(mergeSettings(given, file.settings), place), warnings: warnOfUnknown(file) }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const { config, problems } = finalizeLeniently(given, place)
    return { config: { ...config, accessToken: null }, problems: [error, ...problems], warnings: [] }
  }
}

/** Only where the folders are; nothing is read from them. */
export function loadPlace(
  flags: ConfigFlags,
  environment: Environment,
  machine: Machine = thisMachine(),
): Place {
  return findGiven(flags, environment, machine).place
}

function findGiven(
  flags: ConfigFlags,
  environment: Environment,
  machine: Machine,
): { given: Settings; place: Place } {
  const given = mergeSettings(parseFlags(flags), parseEnvironment(environment))
  return { given, place: findPlace(given, flags.profile, machine) }
}

function warnOfUnknown({ path, unknownKeys }: ConfigFile): string[] {
  return unknownKeys.map((name) => `${path}: "${name.slice(0, 80)}" is not a setting of this version`)
}
