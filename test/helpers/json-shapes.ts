import * as v from 'valibot'

/**
 * What each command prints with `--json`, as docs/json-output.md promises it. Strict: a field that is not documented
 * fails as much as one that is gone.
 */

const isoTime = v.pipe(v.string(), v.isoTimestamp())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const amount = v.pipe(v.number(), v.minValue(0))
const text = v.string()
const textOrNull = v.nullable(text)
const period = v.strictTuple([text, text])

const freshness = v.strictObject({
  as_of: v.nullable(isoTime),
  age_seconds: v.nullable(count),
  stale: v.boolean(),
  coverage: v.picklist(['full', 'partial', 'none']),
  gaps: v.array(period),
  refresh: v.picklist(['none', 'started', 'running', 'failed', 'unavailable']),
  refresh_error: v.nullable(
    v.strictObject({
      code: v.picklist(['unauthorised', 'throttled', 'offline', 'server']),
      message: text,
    }),
  ),
  message: text,
})

const person = v.strictObject({ name: text })
const named = v.union([person, v.strictObject({ id: text, name: v.null() })])
const customer = v.union([person, v.strictObject({ name: v.null(), email: textOrNull })])

const searchAnswer = v.strictObject({
  total: count,
  returned: count,
  next_cursor: textOrNull,
  ranking: v.picklist(['all_matches', 'newest_matches', 'rarest_words']),
  matched: v.picklist(['all_terms', 'any_term']),
  active_older: v.nullable(count),
  url_template: textOrNull,
  conversations: v.array(
    v.strictObject({
      id: text,
      created_at: isoTime,
      state: v.picklist(['open', 'closed', 'snoozed']),
      title: v.optional(text),
      customer: v.optional(customer),
      assignee: v.optional(named),
      team: v.optional(named),
      tags: v.optional(v.pipe(v.array(text), v.minLength(1))),
      rating: v.optional(count),
      message_count: count,
      snippets: v.array(
        v.strictObject({
          author: v.strictObject({ type: text, name: textOrNull }),
          text,
        }),
      ),
    }),
  ),
  freshness,
})

const syncAnswer = v.strictObject({
  success: v.boolean(),
  message: text,
  conversations: count,
  messages: count,
  duration_seconds: amount,
})

const syncTurn = v.strictObject({
  at: isoTime,
  success: v.boolean(),
  conversations: count,
  messages: count,
  seconds: amount,
  error: v.nullable(v.strictObject({ code: text, message: text, hint: textOrNull })),
  next_in_seconds: v.nullable(amount),
})

const states = ['fresh', 'syncing', 'stale', 'failing', 'refused', 'empty'] as const

const status = v.strictObject({
  verdict: v.strictObject({ state: v.picklist(states), message: text, mend: textOrNull }),
  home: text,
  profile: textOrNull,
  version: text,
  uptime_seconds: count,
  process: v.strictObject({
    pid: count,
    role: v.picklist(['owner', 'door', 'read_only']),
    owner_pid: v.nullable(count),
    owner_since: v.nullable(isoTime),
    read_only_reason: textOrNull,
  }),
  workspace: v.nullable(v.strictObject({ id: text, name: text, timezone: textOrNull, region: textOrNull })),
  counts: v.strictObject({ conversations: count, messages: count, contacts: count, threads: count }),
  incomplete_threads: v.strictObject({
    failed: count,
    missing: count,
    short: count,
    uncounted: count,
    shown: v.array(
      v.strictObject({
        conversation_id: text,
        reason: v.picklist(['failed', 'missing', 'short', 'uncounted']),
        code: textOrNull,
        attempts: count,
        tried_at: isoTime,
        next_at: v.nullable(isoTime),
        parts_expected: v.nullable(count),
        parts_stored: v.nullable(count),
      }),
    ),
  }),
  coverage: v.array(period),
  freshness,
  sync: v.strictObject({
    is_syncing: v.boolean(),
    started_at: v.nullable(isoTime),
    progress: v.nullable(
      v.strictObject({
        phase: v.picklist(['starting', 'conversations', 'threads', 'finishing']),
        done: count,
        total: v.nullable(count),
        conversations: count,
        messages: count,
        requests: count,
      }),
    ),
    last_error: v.nullable(v.strictObject({ at: isoTime, code: text, message: text })),
    recent_runs: v.array(
      v.strictObject({
        id: text,
        started_at: isoTime,
        completed_at: v.nullable(isoTime),
        status: v.picklist(['in_progress', 'completed', 'failed']),
        type: v.picklist(['full', 'incremental', 'background', 'migration']),
        conversations: count,
        messages: count,
        error: textOrNull,
      }),
    ),
  }),
  requests: v.strictObject({
    count,
    latency_ms: v.nullable(v.strictObject({ p50: amount, p95: amount })),
    result_cache: v.strictObject({ hits: count, misses: count }),
  }),
  intercom: v.nullable(
    v.strictObject({
      rate_limit: v.nullable(count),
      remaining: v.nullable(v.number()),
      requests_sent: count,
    }),
  ),
  store: v.strictObject({
    engine: text,
    path: text,
    size_mb: amount,
    journal_mb: amount,
    recovered: textOrNull,
    warnings: v.array(text),
  }),
  memory_mb: count,
})

const statusOfAll = v.strictObject({
  profiles: v.array(
    v.strictObject({
      profile: textOrNull,
      home: text,
      state: v.picklist([...states, 'broken']),
      message: text,
      workspace: textOrNull,
      conversations: v.nullable(count),
      messages: v.nullable(count),
      synced_at: v.nullable(isoTime),
      size_bytes: v.nullable(count),
    }),
  ),
})

const verification = v.strictObject({
  seed: text,
  as_of: v.nullable(isoTime),
  sampled: count,
  strata: v.strictObject({
    newest: count,
    oldest: count,
    open: count,
    closed: count,
    long: count,
    any: count,
  }),
  compared: count,
  messages_compared: count,
  newer_at_intercom: v.array(text),
  deleted_lately: v.array(text),
  not_found_at_intercom: v.array(text),
  refused: v.array(text),
  without_thread: v.array(text),
  differences: v.array(
    v.strictObject({ conversation_id: text, field: text, stored: textOrNull, at_intercom: textOrNull }),
  ),
  differences_total: count,
  intervals: v.array(
    v.strictObject({
      from: isoTime,
      to: isoTime,
      stored: count,
      at_intercom: count,
      verdict: v.picklist(['equal', 'missing', 'deleted_lately', 'surplus']),
      missing_ids: v.array(text),
    }),
  ),
  requests: count,
  duration_seconds: amount,
})

const doctor = v.strictObject({
  ok: v.boolean(),
  version: text,
  home: text,
  profile: textOrNull,
  checks: v.array(
    v.strictObject({
      id: text,
      verdict: v.picklist(['ok', 'warn', 'fail']),
      finding: text,
      mend: textOrNull,
    }),
  ),
  verification: v.nullable(verification),
})

/** Entries have fields of their own besides these. */
const logEntry = v.looseObject({
  timestamp: isoTime,
  level: v.picklist(['error', 'warn', 'info', 'debug']),
  pid: count,
  message: text,
})

const snapshot = v.strictObject({ path: text, bytes: count })

const reset = v.strictObject({
  removed: v.array(text),
  kept: v.array(text),
  bytes: count,
  conversations: v.nullable(count),
})

const client = v.strictObject({ command: text, args: v.array(text) })

const demo = v.strictObject({
  seed: count,
  size: count,
  now: count,
  workspace: text,
  sync: syncAnswer,
  answers: v.array(
    v.strictObject({
      key: v.picklist(['reply_word', 'phrase', 'timeframe', 'filter', 'thread']),
      question: text,
      tool: v.picklist(['search_conversations', 'get_conversation']),
      arguments: v.record(text, v.unknown()),
      ms: amount,
      total: count,
      lines: v.array(text),
      data: v.record(text, v.unknown()),
    }),
  ),
  verdicts: v.nullable(v.array(v.strictObject({ question: text, passed: v.boolean(), detail: text }))),
  client,
})

const init = v.strictObject({
  workspace: v.strictObject({
    id: text,
    name: text,
    timezone: textOrNull,
    region: textOrNull,
    created_at: v.nullable(isoTime),
  }),
  teammates: v.nullable(count),
  region: v.picklist(['us', 'eu', 'au']),
  initial_sync_days: count,
  config_file: text,
  client,
  clients: v.array(
    v.strictObject({
      client: text,
      file: text,
      outcome: v.picklist(['added', 'updated', 'unchanged', 'refused', 'skipped']),
      backup: textOrNull,
      reason: textOrNull,
    }),
  ),
  sync: v.nullable(syncAnswer),
  questions: v.array(text),
})

/** By the heading under which docs/json-output.md describes it. */
export const jsonShapes = {
  init,
  sync: syncAnswer,
  'sync --once and sync --watch': syncTurn,
  search: searchAnswer,
  status,
  'status --all': statusOfAll,
  doctor,
  logs: logEntry,
  snapshot,
  reset,
  demo,
} as const

interface Described {
  entries?: Record<string, unknown>
  item?: unknown
  items?: unknown[]
  wrapped?: unknown
}

/** The names of all fields of a shape, those of its inner objects included. */
export function fieldsOf(shape: unknown): string[] {
  const { entries = {}, items = [], item, wrapped } = shape as Described
  const inner = [...Object.values(entries), ...items, item, wrapped].filter((one) => typeof one === 'object')
  return [...new Set([...Object.keys(entries), ...inner.flatMap(fieldsOf)])]
}
