import { homedir } from 'node:os'
import { basename, sep } from 'node:path'
import { AppError } from '../../domain/errors'
import type { ClientCommand } from '../client-configuration'
import { type ClientPlan, planClient, type WrittenClient, writeClient } from '../clients/client-config-file'
import { createEntry, entryNameOf } from '../clients/client-entry'
import type { ClientName, ClientPlace } from '../clients/client-places'
import { type DiffLine, diffLines } from '../clients/config-diff'
import { formatValue } from '../clients/json-text'
import type { Output } from '../output'
import { cutVisible } from '../text-width'
import type { NamedClients } from './client-names'
import type { Option, Questions } from './questions'
import type { Screen } from './screen'

/** What became of a client's configuration, as `--json` tells it. */
export interface ClientResult {
  client: ClientName
  file: string
  outcome: 'added' | 'updated' | 'unchanged' | 'refused' | 'skipped'
  /** The copy of the former file. */
  backup: string | null
  /** Why it was refused. */
  reason: string | null
}

export interface ClientSteps {
  places: readonly ClientPlace[]
  profile: string | null
  command: ClientCommand
  questions: Questions | null
  screen: Screen
  output: Output
}

/** The clients that are installed or named, each with what adding our entry would change. Writes nothing. */
export function planClients(
  { places, profile, command }: Pick<ClientSteps, 'places' | 'profile' | 'command'>,
  named: NamedClients | null,
): ClientPlan[] {
  const isWanted = ({ name, isInstalled }: ClientPlace) =>
    named === null || named === 'all' ? isInstalled : named.includes(name)
  return places
    .filter(isWanted)
    .map((place) => planClient(place, entryNameOf(profile), createEntry(place, command)))
}

/** Those of the clients that a person wants; proposed are all whose file lacks our entry or has it as it should be. */
export async function chooseClients(
  plans: readonly ClientPlan[],
  questions: Questions,
): Promise<ClientPlan[]> {
  const hints = {
    added: undefined,
    updated: 'set up otherwise',
    unchanged: 'is set up',
    refused: 'damaged file',
  }
  const options = plans.map(
    ({ place, outcome }): Option<ClientName> => ({
      value: place.name,
      label: hints[outcome] === undefined ? place.title : `${place.title} (${hints[outcome]})`,
    }),
  )
  const proposed = plans
    .filter(({ outcome }) => outcome === 'added' || outcome === 'unchanged')
    .map(({ place }) => place.name)
  const chosen = await questions.askClients(options, proposed)
  return plans.filter(({ place }) => chosen.includes(place.name))
}

/** Shows what would be written, and asks where there is somebody to ask. Returns the plans that may be carried out. */
export async function confirmClients(
  plans: readonly ClientPlan[],
  steps: ClientSteps,
): Promise<ClientPlan[]> {
  const { questions, screen, output } = steps
  const changes = plans.filter(({ outcome }) => outcome === 'added' || outcome === 'updated')
  for (const plan of plans) {
    if (plan.outcome !== 'refused') continue
    screen.warn(`${shortenPath(plan.place.file)} is left as it is: ${plan.reason}. Put this into it by hand:`)
    screen.lines(describeByHand(plan))
  }
  for (const plan of plans) {
    if (plan.outcome !== 'added' && plan.outcome !== 'updated') continue
    screen.lines([shortenPath(plan.place.file), ...drawDiff(diffLines(plan.before, plan.after), output)])
  }
  const overwriting = changes.filter(({ place }) => place.wantsRestart).map(({ place }) => place.title)
  if (overwriting.length > 0) {
    const titles = overwriting.join(' and ')
    screen.warn(`Quit ${titles} first, by its tray icon too: while it runs it may undo this change.`)
  }
  if (changes.length === 0 || questions === null) return changes
  return (await questions.askToWrite(changes.length)) ? changes : []
}

/** Writes what was confirmed, one client after the other; a file that cannot be written does not keep another back. */
export function writeClients(
  plans: readonly ClientPlan[],
  confirmed: readonly ClientPlan[],
  screen: Screen,
  now: Date,
): ClientResult[] {
  return plans.map((plan): ClientResult => {
    const { place } = plan
    const result = { client: place.name, file: place.file, backup: null, reason: null }
    if (plan.outcome === 'refused') return { ...result, outcome: 'refused', reason: plan.reason }
    if (plan.outcome === 'unchanged') {
      screen.done(`${place.title} is set up already`)
      return { ...result, outcome: 'unchanged' }
    }
    if (!confirmed.includes(plan)) return { ...result, outcome: 'skipped' }
    try {
      const written = writeClient(plan, now)
      screen.done(describeWritten(plan, written))
      return { ...result, outcome: plan.outcome, backup: written?.backup ?? null }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      screen.warn(`${error.message} ${error.hint ?? ''}`.trim())
      return { ...result, outcome: 'refused', reason: error.message }
    }
  })
}

/** The frame on the left, and the sign before each line. */
const diffMargin = 6

/** What to put into a client's file by hand, line by line. */
export function describeByHand({
  place,
  entryName,
  entry,
}: Pick<ClientPlan, 'entryName' | 'entry'> & { place: Pick<ClientPlace, 'serversKey'> }): string[] {
  const layout = { eol: '\n', unit: '  ' } as const
  return formatValue({ [place.serversKey]: { [entryName]: entry } }, layout, '').split('\n')
}

function describeWritten({ place, outcome }: ClientPlan, written: WrittenClient | null): string {
  const head = `${outcome === 'added' ? 'Added to' : 'Updated in'} ${place.title}`
  return written?.backup ? `${head} (as it was: ${basename(written.backup)})` : head
}

function drawDiff(lines: readonly DiffLine[], { style, stderr }: Output): string[] {
  const most = stderr.isTTY ? (stderr.columns || 80) - diffMargin : Number.POSITIVE_INFINITY
  return lines.map(({ kind, text }) => {
    // The file is its user's own, and still it may hold what would steer a terminal.
    const line = cutVisible(text.replaceAll('\t', '  ').replace(/[\u0000-\u001F\u007F-\u009F]/g, ''), most)
    if (kind === 'added') return style(`+ ${line}`, 'green')
    if (kind === 'removed') return style(`- ${line}`, 'red')
    return style(`  ${line}`, 'dim')
  })
}

/** `~/.cursor/mcp.json` */
export function shortenPath(path: string, userFolder: string = homedir()): string {
  return path.startsWith(userFolder + sep) ? `~${path.slice(userFolder.length)}` : path
}
