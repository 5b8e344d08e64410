import type { SettingKey } from './variables'

/** A value as somebody wrote it, and where, so that an error can name the place to mend. */
export interface GivenValue {
  value: unknown
  /** For instance `INTERCOM_REGION`, `--home` or `"region" in /home/ada/.fast-intercom-mcp/config.json`. */
  source: string
}

/** What one source says. An absent setting is absent, not a default. */
export type Settings = Partial<Record<SettingKey, GivenValue>>

/** Joins sources; the first that speaks of a setting wins. */
export function mergeSettings(...sources: readonly Settings[]): Settings {
  return Object.assign({}, ...sources.toReversed()) as Settings
}
