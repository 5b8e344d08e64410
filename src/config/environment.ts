import type { Settings } from './settings'
import { settingDefinitions } from './variables'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings that environment variables make. An empty variable is absent: clients often pass on what is not set.
 * Seconds become minutes here; everything else is judged by `finalizeConfig`.
 */
export function parseEnvironment(environment: Environment): Settings {
  const settings: Settings = {}
  for (const { key, variables } of settingDefinitions) {
    for (const { name, unit } of variables) {
      const text = environment[name]?.trim()
      if (!text) continue
      settings[key] = { value: unit === 'seconds' ? secondsToMinutes(text) : text, source: name }
      break
    }
  }
  return settings
}

function secondsToMinutes(text: string): string {
  const seconds = Number(text)
  return Number.isFinite(seconds) ? String(seconds / 60) : text
}

/** The variables of this process. The only place that reads them. */
export function processEnvironment(): Environment {
  return process.env
}
