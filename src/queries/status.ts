import type { DataInfoAnswer, IncompleteThreads, ServerStatusAnswer } from '../domain/answers'
import type { OwedThread } from '../domain/owed-thread'
import type { SyncRun } from '../domain/sync-run'
import type { Store, StoreDescription } from '../storage/port'
import { isoTime, isoTimeOrNull } from './iso-time'

/** Enough to find the last good run behind a night of failures, four an hour. */
const runsSearched = 50

const runsShown = 5
const threadsShown = 5

/** What is stored, how old it is and what it covers; `has_data` from the first complete sync on. */
export async function getDataInfo(store: Store, { now }: { now: number }): Promise<DataInfoAnswer> {
  const [state, runs] = await Promise.all([store.getSyncState(), store.listSyncRuns(runsSearched)])
  const lastRun = runs.find(({ status }) => status === 'completed')
  const syncedAt = state.asOf ?? lastRun?.completedAt ?? null
  if (syncedAt === null) return { has_data: false, message: 'No successful sync found' }

  const [counts, description] = await Promise.all([store.getCounts(), store.describe()])
  const [first, last] = [state.covered[0], state.covered.at(-1)]
  return {
    has_data: true,
    last_sync: isoTime(lastRun?.completedAt ?? syncedAt),
    data_age_minutes: Math.max(0, Math.round((now - syncedAt) / 60)),
    coverage_start: isoTimeOrNull(first?.start ?? null),
    coverage_end: isoTimeOrNull(last ? Math.max(last.end, state.asOf ?? last.end) : null),
    total_conversations: counts.conversations,
    total_messages: counts.messages,
    sync_type: lastRun?.type ?? 'incremental',
    database_size_mb: megabytes(description.snapshotBytes + description.journalBytes),
  }
}

export type StoreStatus = Pick<
  ServerStatusAnswer,
  'workspace' | 'counts' | 'incomplete_threads' | 'coverage' | 'store'
> & {
  recentRuns: ServerStatusAnswer['sync']['recent_runs']
}

/** The store's part of the server status. */
export async function getStoreStatus(store: Store): Promise<StoreStatus> {
  const [workspace, counts, owed, state, runs, description] = await Promise.all([
    store.getWorkspace(),
    store.getCounts(),
    store.listOwedThreads(),
    store.getSyncState(),
    store.listSyncRuns(runsShown),
    store.describe(),
  ])
  return {
    workspace: workspace && {
      id: workspace.id,
      name: workspace.name,
      timezone: workspace.timezone,
      region: workspace.region,
    },
    counts: {
      conversations: counts.conversations,
      messages: counts.messages,
      contacts: counts.contacts,
      threads: counts.threads,
    },
    incomplete_threads: describeOwed(owed),
    coverage: state.covered.map(({ start, end }) => [isoTime(start), isoTime(end)]),
    store: describeStore(description),
    recentRuns: runs.map(describeRun),
  }
}

/** What failed or came short before what may be no loss. */
function describeOwed(owed: readonly OwedThread[]): IncompleteThreads {
  const of = (wanted: OwedThread['reason']) => owed.filter(({ reason }) => reason === wanted)
  const [failed, missing, short, uncounted] = [of('failed'), of('missing'), of('short'), of('uncounted')]
  const shown = [...failed, ...short, ...missing, ...uncounted].slice(0, threadsShown)
  return {
    failed: failed.length,
    missing: missing.length,
    short: short.length,
    uncounted: uncounted.length,
    shown: shown.map((thread) => ({
      conversation_id: thread.conversationId,
      reason: thread.reason,
      code: thread.code,
      attempts: thread.attempts,
      tried_at: isoTime(thread.triedAt),
      next_at: isoTimeOrNull(thread.nextAt),
      parts_expected: thread.partsExpected,
      parts_stored: thread.partsStored,
    })),
  }
}

function describeStore(description: StoreDescription) {
  const { engine, path, snapshotBytes, journalBytes, damagedFile, warnings } = description
  return {
    engine,
    path,
    size_mb: megabytes(snapshotBytes + journalBytes),
    journal_mb: megabytes(journalBytes),
    recovered: damagedFile,
    warnings,
  }
}

function describeRun(run: SyncRun): StoreStatus['recentRuns'][number] {
  return {
    id: run.id,
    started_at: isoTime(run.startedAt),
    completed_at: isoTimeOrNull(run.completedAt),
    status: run.status,
    type: run.type,
    conversations: run.conversations,
    messages: run.messages,
    error: run.errorMessage,
  }
}

function megabytes(bytes: number): number {
  return Math.round((bytes / 1_048_576) * 100) / 100
}
