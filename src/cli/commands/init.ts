import { existsSync } from 'node:fs'
import { configFilePath, writeConfigFile } from '../../config/config-file'
import type { Config } from '../../config/finalize'
import { AppError } from '../../domain/errors'
import {
  describeClaudeCodeCommand,
  describeClientConfiguration,
  findClientCommand,
} from '../client-configuration'
import { createEntry, entryNameOf } from '../clients/client-entry'
import { findClientPlaces } from '../clients/client-places'
import { thisClientMachine } from '../clients/this-machine'
import type { CommandContext } from '../command-context'
import { type ExitCode, exitCodes } from '../exit-code'
import { signInPatiently } from '../init/ask-token'
import { type ChosenHistory, chooseDays } from '../init/choose-days'
import {
  type ClientResult,
  type ClientSteps,
  chooseClients,
  confirmClients,
  describeByHand,
  planClients,
  shortenPath,
  writeClients,
} from '../init/client-steps'
import { describeFirstQuestions } from '../init/first-questions'
import { syncFirst } from '../init/first-sync'
import { beginSession, type InitSession, tellWhatStands } from '../init/session'
import { describeWorkspace, type SignedIn } from '../init/sign-in'
import { chooseTasks, describeFormer, type Task } from '../init/tasks'
import { listChanges, placeOptions } from '../init/wishes'
import { hintHere } from '../place-hint'
import { InterruptedError } from '../signals'
import { withRuntime } from '../use-service'

/**
 * `init`: checks the token and names the workspace, asks how much history is kept and which clients use it, writes
 * what was chosen, and offers a first sync. Until the first file is written nothing has changed.
 */
export async function runInit(context: CommandContext): Promise<ExitCode> {
  const session = await beginSession(context)
  try {
    return await setUp(session)
  } catch (error) {
    if (error instanceof InterruptedError || context.signal.aborted) tellWhatStands(session)
    throw error
  }
}

async function setUp(session: InitSession): Promise<ExitCode> {
  const { context, screen, wishes } = session
  const { signal } = context
  screen.begin('fast-intercom-mcp')
  let signedIn = await signInPatiently(session, { anew: false })
  screen.done(`Workspace: ${describeWorkspace(signedIn)}`)
  const stored = await readStored(signedIn.config, signal)
  const steps = listClientSteps(session, signedIn.config)
  const tasks = await chooseTasks(session, signedIn.isTyped, () =>
    showFormer(session, signedIn.config, stored, steps),
  )
  if (tasks.has('token')) {
    signedIn = await signInPatiently(session, { anew: true })
    screen.done(`Workspace: ${describeWorkspace(signedIn)}`)
    await readStored(signedIn.config, signal)
  }
  const history = await chooseHistory(session, signedIn, tasks)
  const config = { ...signedIn.config, initialSyncDays: history.days }
  const plans = await choosePlans(session, steps, tasks)
  const confirmed = await confirmClients(plans, steps)

  const file = writeSettings(session, config, signedIn.isTyped || tasks.has('days'))
  const clients = writeClients(plans, confirmed, screen, new Date())
  session.written.push(...clients.filter(({ outcome }) => isWritten(outcome)).map(({ file }) => file))
  const hasClient = clients.some(({ outcome }) => isWritten(outcome) || outcome === 'unchanged')
  const wantsNone = wishes.clients?.length === 0
  if (!hasClient && tasks.has('clients') && !wantsNone && !context.asJson) showByHand(session, steps)

  // A store that is there begins where its last sync ended; more history has to be asked for.
  const days = stored !== null && tasks.has('days') ? history.days : undefined
  const sync = (await wantsSync(session, tasks, history)) ? await syncFirst(config, days, session) : null
  const questions = sync?.questions.length
    ? sync.questions
    : describeFirstQuestions({ topic: null, tag: null })
  if (context.asJson) {
    const { workspace, teammates } = signedIn
    const { id, name, timezone, region, createdAt } = workspace
    const created_at = createdAt === null ? null : new Date(createdAt * 1000).toISOString()
    context.output.json({
      ...{ workspace: { id, name, timezone, region, created_at }, teammates },
      ...{ region: config.region, initial_sync_days: config.initialSyncDays },
      ...{ config_file: file, client: steps.command, clients, sync: sync?.answer ?? null, questions },
    })
  } else showEnd(session, clients, questions, sync !== null)
  const wasRefused = wishes.clients !== null && clients.some(({ outcome }) => outcome === 'refused')
  return wasRefused || sync?.answer.success === false ? exitCodes.failed : exitCodes.done
}

/**
 * How many conversations are stored; null when nothing is, or when it cannot be read, for instance because a server
 * with the former token has it. Rejects when the data belongs to another workspace than the token's.
 */
async function readStored(config: Config, signal: AbortSignal): Promise<number | null> {
  if (!existsSync(config.dbPath)) return null
  try {
    const info = await withRuntime(config, signal, ({ service }) => service.getDataInfo({}))
    return info.has_data ? info.total_conversations : null
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof AppError) || error.code === 'storage_other_workspace') throw error
    return null
  }
}

function listClientSteps({ context, questions, screen, wishes }: InitSession, config: Config): ClientSteps {
  return {
    places: findClientPlaces(thisClientMachine()),
    profile: config.profile,
    command: findClientCommand(placeOptions(config, wishes)),
    ...{ questions, screen, output: context.output },
  }
}

function showFormer(session: InitSession, config: Config, stored: number | null, steps: ClientSteps): void {
  const clients = planClients(steps, null)
    .filter(({ outcome }) => outcome === 'unchanged')
    .map(({ place }) => place.title)
  const facts = { days: config.initialSyncDays, conversations: stored, clients }
  session.screen.lines(describeFormer(facts))
}

async function chooseHistory(
  session: InitSession,
  signedIn: SignedIn,
  tasks: ReadonlySet<Task>,
): Promise<ChosenHistory> {
  if (tasks.has('days')) return chooseDays(session, signedIn)
  return { days: signedIn.config.initialSyncDays, effort: null }
}

/** Nobody's files are changed unasked: without a person it takes `--client`. */
async function choosePlans({ questions, wishes }: InitSession, steps: ClientSteps, tasks: ReadonlySet<Task>) {
  if (!tasks.has('clients')) return []
  if (wishes.clients !== null) return planClients(steps, wishes.clients)
  const found = questions ? planClients(steps, null) : []
  return questions && found.length > 0 ? chooseClients(found, questions) : []
}

/** What was not asked for stays as it is, also where the environment or Intercom now say something else. */
function writeSettings(session: InitSession, config: Config, isWished: boolean): string {
  const { former, questions, screen, written } = session
  const path = configFilePath(config.home)
  const changes = listChanges(config, former)
  if ((questions !== null && !isWished) || Object.keys(changes).length === 0) return path
  writeConfigFile(config.home, changes)
  written.push(path)
  screen.done(`Wrote ${shortenPath(path)}`)
  return path
}

function isWritten(outcome: ClientResult['outcome']): boolean {
  return outcome === 'added' || outcome === 'updated'
}

function showByHand({ questions, screen, context, wishes }: InitSession, steps: ClientSteps): void {
  const { command, profile } = steps
  const entryName = entryNameOf(profile)
  const head = [
    ...(wishes.clients === 'all' ? ['None of the clients that init knows was found here.'] : []),
    'Put this into the configuration of your MCP client:',
    '',
  ]
  if (questions) {
    const entry = createEntry({ saysType: false }, command)
    const add = hintHere('npx fast-intercom-mcp init --client NAME', context.flags)
    const lines = describeByHand({ place: { serversKey: 'mcpServers' }, entryName, entry })
    screen.lines([...head, ...lines, '', `Or, once it is installed: ${add}`])
    return
  }
  const code = `Claude Code: ${describeClaudeCodeCommand(entryName, command)}`
  const configuration = describeClientConfiguration(entryName, command).split('\n')
  for (const line of ['', ...head, ...configuration, '', code, '']) context.output.line(line)
}

async function wantsSync(
  { questions, wishes }: InitSession,
  tasks: ReadonlySet<Task>,
  { effort }: ChosenHistory,
): Promise<boolean> {
  if (!tasks.has('sync') || !wishes.maySync) return false
  const isAllThatWasChosen = tasks.size === 1
  return questions === null || isAllThatWasChosen || questions.askToSync(effort)
}

function showEnd(
  { screen, former, written }: InitSession,
  clients: readonly ClientResult[],
  questions: readonly string[],
  isSynced: boolean,
): void {
  const added = clients.filter(({ outcome }) => isWritten(outcome))
  if (former.isSetUp && added.length === 0) {
    screen.end(written.length === 0 && !isSynced ? 'Nothing was changed.' : 'Done.', [])
    return
  }
  const restart = findClientPlaces(thisClientMachine())
    .filter(({ name, wantsRestart }) => wantsRestart && added.some(({ client }) => client === name))
    .map(({ title }) => title)
  const isReady = clients.some(({ outcome }) => isWritten(outcome) || outcome === 'unchanged')
  const ready = isReady ? 'Ready. Ask' : 'Ready. When a client has it, ask'
  screen.end(
    `${restart.length > 0 ? `Start ${restart.join(' and ')}, then ask` : ready} for instance:`,
    questions.map((question) => `· ${question}`),
  )
}
