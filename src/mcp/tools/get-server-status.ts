import * as v from 'valibot'
import type { ServerStatusAnswer } from '../../domain/answers'
import { freshness, intervals, nullableNumber, nullableString } from '../answer-schemas'
import { countOf, freshnessLine, oneLine, shortTime } from '../answer-text'
import { strictArguments } from '../argument-schemas'
import { progressMessage } from '../progress'
import { defineTool } from '../tool'

const input = strictArguments({})

const output = v.object({
  version: v.string(),
  uptime_seconds: v.number(),
  process: v.object({
    pid: v.number(),
    role: v.picklist(['owner', 'door', 'read_only']),
    owner_pid: nullableNumber,
    owner_since: nullableString,
    read_only_reason: nullableString,
  }),
  workspace: v.nullable(
    v.object({ id: v.string(), name: v.string(), timezone: nullableString, region: nullableString }),
  ),
  counts: v.object({
    conversations: v.number(),
    messages: v.number(),
    contacts: v.number(),
    threads: v.number(),
  }),
  incomplete_threads: v.object({
    failed: v.number(),
    missing: v.number(),
    short: v.number(),
    uncounted: v.number(),
    shown: v.array(
      v.object({
        conversation_id: v.string(),
        reason: v.picklist(['failed', 'missing', 'short', 'uncounted']),
        code: nullableString,
        attempts: v.number(),
        tried_at: v.string(),
        next_at: nullableString,
        parts_expected: nullableNumber,
        parts_stored: nullableNumber,
      }),
    ),
  }),
  coverage: intervals,
  freshness,
  sync: v.object({
    is_syncing: v.boolean(),
    started_at: nullableString,
    progress: v.nullable(
      v.object({
        phase: v.picklist(['starting', 'conversations', 'threads', 'finishing']),
        done: v.number(),
        total: nullableNumber,
        conversations: v.number(),
        messages: v.number(),
        requests: v.number(),
      }),
    ),
    last_error: v.nullable(v.object({ at: v.string(), code: v.string(), message: v.string() })),
    recent_runs: v.array(
      v.object({
        id: v.string(),
        started_at: v.string(),
        completed_at: nullableString,
        status: v.string(),
        type: v.string(),
        conversations: v.number(),
        messages: v.number(),
        error: nullableString,
      }),
    ),
  }),
  requests: v.object({
    count: v.number(),
    latency_ms: v.nullable(v.object({ p50: v.number(), p95: v.number() })),
    result_cache: v.object({ hits: v.number(), misses: v.number() }),
  }),
  intercom: v.nullable(
    v.object({ rate_limit: nullableNumber, remaining: nullableNumber, requests_sent: v.number() }),
  ),
  store: v.object({
    engine: v.string(),
    path: v.string(),
    size_mb: v.number(),
    journal_mb: v.number(),
    recovered: nullableString,
    warnings: v.array(v.string()),
  }),
  memory_mb: v.number(),
})

/** How the server and its data are doing. */
export const getServerStatus = defineTool({
  name: 'get_server_status',
  title: 'Get server status',
  description:
    'Returns version, workspace, counts, covered days, freshness, sync progress and last error, latencies, store size. Use it when answers look old, incomplete or wrong. Next: do what last_error or freshness says, or force_sync.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input,
  output,
  outputDepth: 0,
  async run(_args, service, call) {
    const answer = await service.getServerStatus({}, call)
    return { data: answer, text: describeStatus(answer) }
  },
})

/** The status in lines of text. */
export function describeStatus(status: ServerStatusAnswer): string {
  const { counts, sync, workspace, requests, store } = status
  const lines = [
    `fast-intercom-mcp ${status.version}, up ${countOf(Math.round(status.uptime_seconds), 'second')}, ${status.process.role} of the store ${store.path} (${store.size_mb} MB).`,
    describeOwner(status.process),
    workspace === null
      ? 'Workspace: not known yet.'
      : `Workspace: ${oneLine(workspace.name)} (${workspace.id}), timezone ${workspace.timezone ?? 'unknown, UTC is used'}.`,
    `Stored: ${countOf(counts.conversations, 'conversation')} (${counts.threads} with all replies), ${countOf(counts.messages, 'message')}, ${countOf(counts.contacts, 'customer')}.`,
  ]
  if (store.recovered !== null) {
    lines.push(
      `A damaged file was set aside and its data is fetched anew: ${store.recovered}. Delete it when it is no longer wanted.`,
    )
  }
  const incomplete = incompleteLine(status.incomplete_threads)
  if (incomplete !== null) lines.push(incomplete)
  for (const warning of store.warnings) lines.push(`Warning: ${oneLine(warning)}`)
  if (status.coverage.length > 0) {
    const covered = status.coverage.map(([from, to]) => `${shortTime(from)} to ${shortTime(to)}`)
    lines.push(`Covered (created, UTC): ${covered.join('; ')}.`)
  }
  lines.push(
    sync.is_syncing ? `Sync: running. ${sync.progress ? progressMessage(sync.progress) : ''}` : 'Sync: idle.',
  )
  if (sync.last_error) {
    lines.push(
      `Last sync error (${shortTime(sync.last_error.at)}, ${sync.last_error.code}): ${sync.last_error.message}`,
    )
  }
  if (requests.latency_ms) {
    lines.push(
      `Answers: ${requests.count} (${requests.result_cache.hits} from kept results), median ${requests.latency_ms.p50} ms, 95th percentile ${requests.latency_ms.p95} ms.`,
    )
  }
  lines.push(freshnessLine(status.freshness))
  return lines.join('\n')
}

/** Those that may be no loss are in the data alone. */
function incompleteLine({ failed, short, shown }: ServerStatusAnswer['incomplete_threads']): string | null {
  if (failed + short === 0) return null
  const ids = shown
    .filter(({ reason }) => reason === 'failed' || reason === 'short')
    .map(({ conversation_id: id }) => oneLine(id))
  return `Threads not complete: ${failed} could not be fetched, ${short} came with fewer parts than they have (${ids.join(', ')}${failed + short > ids.length ? ', …' : ''}). Later syncs ask again.`
}

function describeOwner(served: ServerStatusAnswer['process']): string {
  const since = served.owner_since === null ? '' : ` since ${shortTime(served.owner_since)}`
  if (served.owner_pid === null) return `Read only: ${served.read_only_reason}.`
  const owner = `Process ${served.owner_pid} has the store${since}.`
  return served.read_only_reason === null ? owner : `${owner} Read only: ${served.read_only_reason}.`
}
