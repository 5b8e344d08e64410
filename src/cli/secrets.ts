import { processEnvironment } from '../config/environment'
import type { Config } from '../config/finalize'
import type { ConfigFlags } from '../config/flags'
import { loadConfigLeniently } from '../config/load'

/** What no entry of a log may hold; also a token of the environment that does not count, or that nothing may be sent with. */
export function secretsOf({ accessToken }: Pick<Config, 'accessToken'>): string[] {
  const { INTERCOM_ACCESS_TOKEN: variable } = processEnvironment()
  return [accessToken, variable?.trim()].filter((secret) => typeof secret === 'string')
}

/** The tokens that this process may know of: typed, in the environment, in config.json. Never throws. */
export function findSecrets(argv: readonly string[], flags: ConfigFlags): string[] {
  const environment = processEnvironment()
  const typed = argv.flatMap((word, index) => {
    if (word === '--token') return argv[index + 1] ?? []
    return word.startsWith('--token=') ? word.slice('--token='.length) : []
  })
  return [...typed, environment.INTERCOM_ACCESS_TOKEN, readConfigured(flags)]
    .filter((secret) => typeof secret === 'string')
    .map((secret) => secret.trim())
}

/**
 * Takes out what a text begins to quote of a secret and cuts off, which a search for the whole of it would not find.
 * Less than its first characters is no use to anybody.
 */
export function redactBeginnings(text: string, secrets: readonly string[]): string {
  let clean = text
  for (const secret of secrets.filter(({ length }) => length > leastSecret)) {
    const beginning = secret.slice(0, leastSecret)
    for (let at = clean.indexOf(beginning); at >= 0; at = clean.indexOf(beginning)) {
      let length = leastSecret
      while (length < secret.length && clean[at + length] === secret[length]) length++
      clean = `${clean.slice(0, at)}[redacted]${clean.slice(at + length)}`
    }
  }
  return clean
}

const leastSecret = 12

function readConfigured(flags: ConfigFlags): string | null {
  try {
    return loadConfigLeniently(flags, {}).config.accessToken
  } catch {
    return null
  }
}
