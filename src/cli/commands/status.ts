import type { ServerStatusAnswer } from '../../domain/answers'
import type { CommandContext } from '../command-context'
import { drawCoverage } from '../coverage-picture'
import { asPlainLine, type Output } from '../output'
import { formatCount, formatSeconds, formatTime } from '../units'
import { useService } from '../use-service'

/** `status`: what is stored, how fresh and complete it is, the last runs, and who serves it. */
export async function runStatus(context: CommandContext): Promise<undefined> {
  const status = await useService(context, async ({ config, service }) => ({
    home: config.home,
    profile: config.profile,
    ...(await service.getServerStatus({}, { signal: context.signal })),
  }))
  if (context.asJson) context.output.json(status)
  else showStatus(status, context.output, Date.now() / 1000)
}

function describeServer(served: ServerStatusAnswer['process']): string {
  const since = served.owner_since === null ? '' : `, since ${formatTime(served.owner_since)} UTC`
  if (served.role === 'owner') return 'this command; no server is running'
  if (served.role === 'door') return `a running server, process ${served.owner_pid}${since}`
  return `nobody: ${served.read_only_reason ?? `process ${served.owner_pid} has the data`}${since}; read only`
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

/** Prints the status for a person. */
export function showStatus(
  status: ServerStatusAnswer & { home: string; profile: string | null },
  output: Output,
  nowSeconds: number,
): void {
  const { counts, freshness, store, workspace } = status
  const { style } = output
  const fact = (name: string, value: string) => output.item(style(name.padEnd(14), 'dim'), value)

  output.line(style(workspace ? asPlainLine(workspace.name) : 'No workspace yet', 'bold'))
  if (workspace)
    fact('Workspace', `${workspace.id} · ${workspace.region ?? '?'} · ${workspace.timezone ?? 'UTC'}`)
  fact('Home', `${status.home}${status.profile === null ? '' : ` (profile ${status.profile})`}`)
  fact(
    'Stored',
    `${formatCount(counts.conversations)} conversations (${formatCount(counts.threads)} with their whole thread), ` +
      `${formatCount(counts.messages)} messages, ${formatCount(counts.contacts)} customers`,
  )
  const incomplete = describeIncomplete(status.incomplete_threads)
  if (incomplete !== null) fact('Not complete', style(asPlainLine(incomplete), 'yellow'))
  fact(
    'On disk',
    `${store.path} · ${store.size_mb.toFixed(1)} MB, ${store.journal_mb.toFixed(1)} MB of it journal`,
  )
  if (store.recovered !== null) {
    const said =
      'a damaged file was set aside, its data is fetched anew; delete it when it is no longer wanted'
    fact('Recovered', style(`${store.recovered} · ${said}`, 'yellow'))
  }
  for (const warning of store.warnings) fact('Warning', style(asPlainLine(warning), 'yellow'))
  fact('Freshness', style(asPlainLine(freshness.message), freshness.stale ? 'yellow' : 'green'))
  fact('Served by', describeServer(status.process))
  showCoverage(status.coverage, output, nowSeconds)
  showRuns(status.sync, output)
}

function showCoverage(coverage: ServerStatusAnswer['coverage'], output: Output, nowSeconds: number): void {
  const frames = coverage.map(([from, to]) => ({
    start: Date.parse(from) / 1000,
    end: Date.parse(to) / 1000,
  }))
  const picture = drawCoverage(frames, nowSeconds, Math.min(output.width - 2, 90))
  if (picture === null) return
  output.line()
  output.line(output.style('Coverage by day of creation', 'bold'))
  for (const line of picture) output.line(`  ${line}`)
}

function showRuns(sync: ServerStatusAnswer['sync'], output: Output): void {
  const { style } = output
  if (sync.is_syncing && sync.progress) {
    const { phase, done, total } = sync.progress
    const of = total === null ? '' : ` of ${formatCount(total)}`
    output.line()
    output.line(`${style('Syncing now', 'bold')}: ${phase}, ${formatCount(done)}${of}`)
  }
  if (sync.last_error) {
    output.line()
    output.line(
      style(`Last error, ${formatTime(sync.last_error.at)}: ${asPlainLine(sync.last_error.message)}`, 'red'),
    )
  }
  if (sync.recent_runs.length === 0) return
  output.line()
  output.line(style('Last runs', 'bold'))
  output.table(
    ['started (UTC)', 'took', 'type', 'status', 'conversations', 'messages', 'error'],
    sync.recent_runs
      .slice(0, 5)
      .map((run) => [
        formatTime(run.started_at),
        run.completed_at
          ? formatSeconds((Date.parse(run.completed_at) - Date.parse(run.started_at)) / 1000)
          : '',
        run.type,
        run.status,
        formatCount(run.conversations),
        formatCount(run.messages),
        asPlainLine(run.error ?? ''),
      ]),
  )
}
