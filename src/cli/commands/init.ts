import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readConfigFile, writeConfigFile } from '../../config/config-file'
import { processEnvironment } from '../../config/environment'
import type { Config } from '../../config/finalize'
import { loadConfig } from '../../config/load'
import type { ForceSyncAnswer } from '../../domain/answers'
import type { Workspace } from '../../domain/conversation'
import { AppError, ConfigurationError } from '../../domain/errors'
import { readText } from '../arguments'
import {
  type ClientCommand,
  describeClaudeCodeCommand,
  describeClientConfiguration,
  findClientCommand,
} from '../client-configuration'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { readFirstLine } from '../init/first-line'
import { createQuestions, type Questions } from '../init/questions'
import { asPlainLine, type Output } from '../output'
import { createIntercomApi } from '../runtime/intercom-api'
import { createCommandLogger, withRuntime } from '../use-service'
import { showSync, syncWithBar } from './sync'

/** `init`: asks what is not given, checks the token, writes config.json, and offers a first sync. */
export async function runInit(context: CommandContext): Promise<ExitCode> {
  const { output, signal } = context
  const asks = context.options.yes !== true && process.stdin.isTTY === true
  const questions = asks ? createQuestions(signal) : null
  const config = await chooseSettings(context, questions)
  const { adminName, workspace } = await createIntercomApi(config, createCommandLogger(config)).fetchMe({
    signal,
  })
  output.note(
    `Workspace: ${describeWorkspace(workspace)}${adminName ? `, as ${asPlainLine(adminName)}` : ''}`,
  )
  await refuseOtherWorkspace(config, signal)
  const path = writeConfigFile(config.home, {
    access_token: config.accessToken,
    region: config.region,
    // A client starts the server without this terminal's environment; the token must not go to another host then.
    ...(config.apiUrl === null ? {} : { api_url: config.apiUrl }),
    initial_sync_days: config.initialSyncDays,
  })
  output.note(`Wrote ${path}`)
  const client = findClientCommand(placeFlags(context))
  if (!context.asJson) showClient(client, output)
  const sync = (await wantsSync(context, questions)) ? await syncFirst(config, context) : null
  if (context.asJson) output.json({ workspace, config_file: path, client, sync })
  return sync === null || sync.success ? exitCodes.done : exitCodes.failed
}

/** Flags over environment over what an earlier init wrote; what is still open is asked, or left at its default. */
async function chooseSettings(context: CommandContext, questions: Questions | null): Promise<Config> {
  const given = readText(context.options, 'token')
  const flags = {
    ...context.flags,
    token: given === '-' ? await readFirstLine(process.stdin) : given,
    region: readText(context.options, 'region'),
    days: readText(context.options, 'days'),
  }
  const environment = processEnvironment()
  const { config } = loadConfig(flags, environment)
  const accessToken = config.accessToken ?? (await questions?.askToken()) ?? null
  if (accessToken === null) {
    throw new ConfigurationError('There is no access token.', {
      hint: 'Give --token TOKEN, pipe it in with --token -, or set INTERCOM_ACCESS_TOKEN.',
    })
  }
  const isOpen = (flag: string | undefined, variable: string, fileKey: string) =>
    flag === undefined && !environment[variable] && !isInFile(config.home, fileKey)
  if (questions && config.apiUrl === null && isOpen(flags.region, 'INTERCOM_REGION', 'region')) {
    config.region = await questions.askRegion(config.region)
  }
  if (questions && isOpen(flags.days, 'FASTINTERCOM_INITIAL_SYNC_DAYS', 'initial_sync_days')) {
    config.initialSyncDays = await questions.askDays(config.initialSyncDays)
  }
  // Once more through the same rules, because what was typed may be no token at all.
  return loadConfig(
    { ...flags, token: accessToken, region: config.region, days: String(config.initialSyncDays) },
    environment,
  ).config
}

/**
 * A token of another workspace must not take the place of the one that the stored data belongs to. That the data
 * cannot be looked at for another reason, for instance because a server with the former token has it, is none.
 */
async function refuseOtherWorkspace(config: Config, signal: AbortSignal): Promise<void> {
  if (!existsSync(config.dbPath)) return
  try {
    await withRuntime(config, signal, ({ service }) => service.getDataInfo({}))
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError && error.code === 'storage_other_workspace') throw error
  }
}

function isInFile(home: string, fileKey: string): boolean {
  return Object.values(readConfigFile(home).settings).some(({ source }) => source.startsWith(`"${fileKey}"`))
}

function describeWorkspace({ name, id, region, timezone }: Workspace): string {
  return [`${asPlainLine(name)} (${id})`, region, timezone].filter(Boolean).join(', ')
}

/** Absolute places, because a client starts the server from a folder of its own. */
function placeFlags({ flags }: CommandContext): string[] {
  return [
    ...(flags.home === undefined ? [] : ['--home', resolve(flags.home)]),
    ...(flags.profile === undefined ? [] : ['--profile', flags.profile]),
  ]
}

function showClient(client: ClientCommand, output: Output): void {
  output.line()
  output.line('Put this into the configuration of your MCP client:')
  output.line()
  output.line(describeClientConfiguration('fast-intercom', client))
  output.line()
  output.line(`Claude Code: ${describeClaudeCodeCommand('fast-intercom', client)}`)
  output.line()
}

async function wantsSync({ options }: CommandContext, questions: Questions | null): Promise<boolean> {
  if (options['no-sync']) return false
  return questions ? questions.askToSync() : true
}

async function syncFirst(config: Config, context: CommandContext): Promise<ForceSyncAnswer> {
  const answer = await withRuntime(config, context.signal, ({ service }) =>
    syncWithBar({ force: false }, service, context),
  )
  if (!context.asJson) showSync(answer, context.output)
  return answer
}
