import { readConfigFile } from '../../config/config-file'
import type { Environment } from '../../config/environment'
import type { Config } from '../../config/finalize'
import type { ConfigFlags } from '../../config/flags'
import { loadConfig } from '../../config/load'
import { homeAround } from '../../config/profiles'
import { readText } from '../arguments'
import type { CommandContext } from '../command-context'
import { type NamedClients, readClientNames } from './client-names'
import { readFirstLine } from './first-line'

/** What the command line and the environment say of a set-up, before anything is asked. */
export interface Wishes {
  flags: ConfigFlags
  environment: Environment
  /** Absent when `--client` is. */
  clients: NamedClients | null
  mayAsk: boolean
  maySync: boolean
}

/** Reads the options of init; a token may come through standard input. Throws UsageError for unknown clients. */
export async function readWishes(
  { options, flags }: Pick<CommandContext, 'options' | 'flags'>,
  environment: Environment,
  stdin: NodeJS.ReadStream = process.stdin,
): Promise<Wishes> {
  const clients = readText(options, 'client')
  const named = clients === undefined ? null : readClientNames(clients)
  const token = readText(options, 'token')
  return {
    flags: {
      ...flags,
      token: token === '-' ? await readFirstLine(stdin) : token,
      region: readText(options, 'region'),
      days: readText(options, 'days'),
    },
    environment,
    clients: named,
    mayAsk: options.yes !== true && stdin.isTTY === true,
    maySync: options['no-sync'] !== true,
  }
}

/** What config.json holds already. */
export interface Former {
  isSetUp: boolean
  /** By the names that config.json has them under. */
  content: Readonly<Record<string, unknown>>
}

/** Reads what an earlier init left. Throws ConfigurationError when it is damaged. */
export function readFormer(home: string): Former {
  const { settings } = readConfigFile(home)
  return {
    isSetUp: settings.accessToken !== undefined,
    content: {
      access_token: settings.accessToken?.value,
      region: settings.region?.value,
      api_url: settings.apiUrl?.value,
      initial_sync_days: settings.initialSyncDays?.value,
    },
  }
}

/** The members of config.json that differ from what is there; empty when nothing has to be written. */
export function listChanges(config: Config, { content }: Former): Record<string, string | number | null> {
  const wanted: Record<string, string | number | null> = {
    access_token: config.accessToken,
    region: config.region,
    // A client starts the server without this terminal's environment; the token must not go to another host then.
    ...(config.apiUrl === null ? {} : { api_url: config.apiUrl }),
    initial_sync_days: config.initialSyncDays,
  }
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => content[name] !== value))
}

/** The settings with a token or a number of days that was typed, by the same rules as any other. */
export function withTyped(wishes: Wishes, typed: { token?: string | null; days?: number }): Config {
  const { flags, environment } = wishes
  const token = typed.token ?? flags.token
  const days = typed.days === undefined ? flags.days : String(typed.days)
  return loadConfig({ ...flags, token, days }, environment).config
}

/**
 * Where a client has to look, as options of `start`. Absolute places, because it starts the server from a folder of
 * its own, and said whenever they are not the usual ones, because it has not this terminal's environment.
 */
export function placeOptions({ home, profile }: Config, { flags, environment }: Wishes): string[] {
  const isElsewhere = flags.home !== undefined || Boolean(environment.FASTINTERCOM_HOME?.trim())
  const base = homeAround({ home, profile })
  return [...(isElsewhere ? ['--home', base] : []), ...(profile === null ? [] : ['--profile', profile])]
}
