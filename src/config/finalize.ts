import { isAbsolute, join, resolve } from 'node:path'
import * as v from 'valibot'
import { ConfigurationError } from '../domain/errors'
import { type LogLevel, type Region, settingDefaults, settingSchemas } from './schema'
import type { GivenValue, Settings } from './settings'
import type { SettingKey } from './variables'

/** What the program runs with: every value valid, every path absolute. */
export interface Config {
  /** The folder of this profile's configuration, data and logs. */
  home: string
  profile: string | null
  dbPath: string
  accessToken: string | null
  region: Region
  /** null: the region's own address. */
  apiUrl: string | null
  apiVersion: string
  logLevel: LogLevel
  maxSyncAgeMinutes: number
  backgroundSyncIntervalMinutes: number
  initialSyncDays: number
  syncDays: number
  backfillLimit: number
  /** 0: nothing is cached. */
  cacheTtlSeconds: number
}

/** Where the folders are; found before config.json can be read, because it lies in there. */
export interface Place {
  home: string
  profile: string | null
}

export interface LenientConfig {
  config: Config
  /** What was wrong, in the order of the table of variables. */
  problems: ConfigurationError[]
}

/** Settings that say where a token goes. When one of them cannot be read, the token stays at home. */
const addressKeys: ReadonlySet<SettingKey> = new Set(['region', 'apiUrl', 'apiVersion', 'accessToken'])

/** Fills in defaults and validates. Throws ConfigurationError naming the setting, its value and what is allowed. */
export function finalizeConfig(settings: Settings, place: Place): Config {
  const { config, problems } = finalizeLeniently(settings, place)
  const [first] = problems
  if (first) throw first
  return config
}

/**
 * The same, with the default in place of each bad value, and the problems beside the result. Without a readable
 * address there is no token either: it would go to a server that nobody chose.
 */
export function finalizeLeniently(settings: Settings, place: Place): LenientConfig {
  const problems: ConfigurationError[] = []
  const badKeys = new Set<SettingKey>()

  function read<Key extends SettingKey, Default>(key: Key, whenAbsent: Default): SettingValue<Key> | Default {
    const given = settings[key]
    if (given === undefined) return whenAbsent
    const result = v.safeParse(settingSchemas[key].schema, given.value)
    if (result.success) return result.output as SettingValue<Key>
    problems.push(badValue(key, given, settings.accessToken?.value))
    badKeys.add(key)
    return whenAbsent
  }

  const config: Config = {
    ...place,
    dbPath: resolveFrom(place.home, read('dbPath', 'data.db')),
    accessToken: read('accessToken', settingDefaults.accessToken),
    region: read('region', settingDefaults.region),
    apiUrl: read('apiUrl', settingDefaults.apiUrl),
    apiVersion: read('apiVersion', settingDefaults.apiVersion),
    logLevel: read('logLevel', settingDefaults.logLevel),
    maxSyncAgeMinutes: read('maxSyncAgeMinutes', settingDefaults.maxSyncAgeMinutes),
    backgroundSyncIntervalMinutes: read(
      'backgroundSyncIntervalMinutes',
      settingDefaults.backgroundSyncIntervalMinutes,
    ),
    initialSyncDays: read('initialSyncDays', settingDefaults.initialSyncDays),
    syncDays: read('syncDays', settingDefaults.syncDays),
    backfillLimit: read('backfillLimit', settingDefaults.backfillLimit),
    cacheTtlSeconds: read('cacheTtlSeconds', settingDefaults.cacheTtlSeconds),
  }
  if ([...badKeys].some((key) => addressKeys.has(key))) config.accessToken = null
  return { config, problems }
}

type SettingValue<Key extends SettingKey> = v.InferOutput<(typeof settingSchemas)[Key]['schema']>

function badValue(key: SettingKey, { source, value }: GivenValue, token: unknown): ConfigurationError {
  // A secret is never shown, not even a wrong one: it may be right but for one character.
  const shown =
    key === 'accessToken'
      ? 'The token'
      : `The value${mayHoldSecret(key, String(value), token) ? '' : ` ${describeValue(value)}`}`
  return new ConfigurationError(`${shown} of ${source} cannot be used.`, {
    hint: `Allowed: ${settingSchemas[key].allowed}.`,
  })
}

/** Addresses carry passwords before an `@` and tokens behind a `?`; and people paste a token into the wrong line. */
function mayHoldSecret(key: SettingKey, value: string, token: unknown): boolean {
  if (key === 'apiUrl' && /[@?#]/.test(value)) return true
  if (typeof token !== 'string' || token.trim() === '') return false
  return [token.trim(), encodeURIComponent(token.trim())].some((secret) => value.includes(secret))
}

function describeValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** An absolute path: relative ones start in `folder`, and `~` is the user's own folder. */
export function resolveFrom(folder: string, path: string, userFolder?: string): string {
  if (userFolder !== undefined && /^~(?=$|[\\/])/.test(path)) return join(userFolder, path.slice(1))
  return isAbsolute(path) ? path : resolve(folder, path)
}
