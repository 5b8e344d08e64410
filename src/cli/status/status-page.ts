import type { ServerStatusAnswer } from '../../domain/answers'
import { describeGaps } from '../../queries/freshness'
import { drawCoverage } from '../coverage-picture'
import { asPlainLine, type Output } from '../output'
import { formatAmount, formatBytes, formatCount, formatSeconds, formatTime } from '../units'
import type { StatusVerdict } from './verdict'
import { markOf } from './verdict-mark'

/** What `status` tells of one workspace. */
export interface WorkspaceStatus extends ServerStatusAnswer {
  home: string
  profile: string | null
  verdict: StatusVerdict
}

const nameColumns = 14

/** Prints the status for a person: the verdict first, then what there is, then what was done. */
export function showStatus(status: WorkspaceStatus, output: Output, nowSeconds: number): void {
  const { verdict, store } = status
  const { style } = output
  const fact = (name: string, value: string) => output.item(style(name.padEnd(nameColumns), 'dim'), value)
  const warning = (name: string, value: string) => fact(name, style(asPlainLine(value), 'yellow'))

  output.item(`${markOf(verdict, style)} `, style(verdict.message, 'bold'))
  if (verdict.mend !== null) output.item('  ', verdict.mend)
  output.line()
  fact('Workspace', describeWorkspace(status))
  fact('Stored', describeCounts(status))
  showCoverage(status, fact, output, nowSeconds)
  const incomplete = describeIncomplete(status.incomplete_threads)
  if (incomplete !== null) warning('Incomplete', incomplete)
  for (const text of store.warnings) warning('Warning', text)
  if (store.recovered !== null) {
    const said =
      'a damaged file was set aside, its data is fetched anew; delete it when it is no longer wanted'
    warning('Recovered', `${store.recovered}: ${said}`)
  }
  fact('Served by', describeServer(status.process))
  fact('On disk', `${formatBytes(store.size_mb * 1_048_576)} in ${store.path}`)
  fact('Home folder', `${status.home}${status.profile === null ? '' : ` (profile ${status.profile})`}`)
  showRuns(status, output)
}

function describeWorkspace({ workspace }: WorkspaceStatus): string {
  if (workspace === null) return 'not known yet; the first sync names it'
  const { name, id, region, timezone } = workspace
  const place = [region === null ? null : `region ${region}`, `times in ${timezone ?? 'UTC'}`, `id ${id}`]
  return [asPlainLine(name), ...place.filter((part) => part !== null)].join(' · ')
}

function describeCounts({ counts }: WorkspaceStatus): string {
  const { conversations, threads, messages, contacts } = counts
  const amounts = [
    formatAmount(conversations, 'conversation'),
    formatAmount(messages, 'message'),
    formatAmount(contacts, 'customer'),
  ].join(', ')
  if (threads >= conversations) return amounts
  return `${amounts}; the replies of ${formatAmount(conversations - threads, 'conversation')} are still to be fetched`
}

function describeServer(served: ServerStatusAnswer['process']): string {
  const since = served.owner_since === null ? '' : `, since ${formatTime(served.owner_since)} UTC`
  if (served.role === 'owner') return 'nobody at present; a client starts the server when it needs it'
  if (served.role === 'door') return `a running server, process ${served.owner_pid}${since}`
  const reason = served.read_only_reason ?? `process ${served.owner_pid} has the data`
  return `nobody: ${reason}${since}; the data can only be read`
}

/** Threads that failed or came short, with the first few ids; null when there are none. */
function describeIncomplete({
  failed,
  short,
  shown,
}: ServerStatusAnswer['incomplete_threads']): string | null {
  if (failed + short === 0) return null
  const lost = shown.filter(({ reason }) => reason === 'failed' || reason === 'short')
  const named = lost.map(({ conversation_id: id, parts_expected: expected, parts_stored: stored }) =>
    expected === null ? id : `${id} (${stored} of ${expected} parts)`,
  )
  const others = failed + short > lost.length ? ' and others' : ''
  const counted = [
    failed > 0 ? `${formatCount(failed)} could not be fetched` : null,
    short > 0 ? `${formatCount(short)} came short` : null,
  ].filter((part) => part !== null)
  return `threads: ${counted.join(', ')}: ${named.join(', ')}${others}; later syncs ask again`
}

function showCoverage(
  { coverage, freshness, workspace }: WorkspaceStatus,
  fact: (name: string, value: string) => void,
  output: Output,
  nowSeconds: number,
): void {
  const timezone = workspace?.timezone ?? null
  const frames = coverage.map(([from, to]) => ({
    start: Date.parse(from) / 1000,
    end: Date.parse(to) / 1000,
  }))
  const columns = Math.max(10, Math.min(output.width - nameColumns, 92))
  const picture = drawCoverage(frames, { nowSeconds, timezone, columns })
  if (picture === null) return
  fact('History', describeHistory(freshness, timezone))
  const [months = '', cells = '', legend = ''] = picture
  const indent = ' '.repeat(nameColumns)
  output.line(`${indent}${output.style(months, 'dim')}`)
  output.line(`${indent}${output.style(cells, 'green')}`)
  output.item(indent, output.style(legend, 'dim'))
}

/** What has come since the last sync is a matter of age, which the verdict tells. */
function describeHistory(
  { as_of: asOf, gaps }: WorkspaceStatus['freshness'],
  timezone: string | null,
): string {
  const missing = gaps.filter(([from]) => asOf === null || Date.parse(from) < Date.parse(asOf) - 1000)
  if (missing.length === 0) return 'whole, by the day on which a conversation began'
  return `by the day on which a conversation began; not fetched: ${describeGaps(missing, timezone)}`
}

const runTypes: Readonly<Record<string, string>> = {
  ...{ full: 'history', incremental: 'what is new', background: 'by itself', migration: 'older data' },
}
const runEnds: Readonly<Record<string, string>> = {
  ...{ completed: 'done', failed: 'failed', in_progress: 'not finished' },
}

function showRuns({ sync }: WorkspaceStatus, output: Output): void {
  const { style } = output
  if (sync.last_error) {
    output.line()
    const { at, message } = sync.last_error
    output.item('', style(`Last error, ${formatTime(at)} UTC: ${asPlainLine(message)}`, 'red'))
  }
  if (sync.recent_runs.length === 0) return
  const runs = sync.recent_runs.slice(0, 5)
  const hasRemarks = runs.some(({ error }) => error !== null)
  output.line()
  output.line(style('Last syncs', 'bold'))
  output.table(
    [
      'started (UTC)',
      'fetched',
      'end',
      'took',
      'conversations',
      'messages',
      ...(hasRemarks ? ['remark'] : []),
    ],
    runs.map((run) => [
      formatTime(run.started_at),
      runTypes[run.type] ?? run.type,
      runEnds[run.status] ?? run.status,
      run.completed_at === null
        ? ''
        : formatSeconds((Date.parse(run.completed_at) - Date.parse(run.started_at)) / 1000),
      formatCount(run.conversations),
      formatCount(run.messages),
      ...(hasRemarks ? [asPlainLine(run.error ?? '')] : []),
    ]),
  )
}
