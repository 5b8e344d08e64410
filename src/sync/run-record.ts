import type { SyncProgress, SyncRun } from '../domain/sync-run'
import type { Store } from '../storage/port'
import type { SyncPlan } from './planner'

/** How many of the latest rows are looked at for runs that a killed process left behind. */
const recentRuns = 20

/** The row of a run that has just been planned. */
export function startRecord(id: string, startedAt: number, plan: SyncPlan): SyncRun {
  return {
    id,
    startedAt,
    completedAt: null,
    status: 'in_progress',
    type: plan.type,
    coverageStart: plan.coverageStart,
    coverageEnd: plan.coverageEnd,
    conversations: 0,
    messages: 0,
    errorMessage: null,
  }
}

/** The row of a run that has done all it was planned to do; `note` says what Intercom kept it from. */
export function completeRecord(
  run: SyncRun,
  completedAt: number,
  progress: SyncProgress,
  note: string | null,
): SyncRun {
  const { conversations, messages } = progress
  return {
    ...run,
    ...endedAt(run, completedAt),
    status: 'completed',
    conversations,
    messages,
    errorMessage: note,
  }
}

/** The row of a run that did not get to its end: it claims no coverage, whatever it has stored. */
export function failRecord(
  run: SyncRun,
  completedAt: number,
  message: string,
  progress?: SyncProgress,
): SyncRun {
  return {
    ...run,
    ...endedAt(run, completedAt),
    status: 'failed',
    coverageStart: null,
    coverageEnd: null,
    conversations: progress?.conversations ?? run.conversations,
    messages: progress?.messages ?? run.messages,
    errorMessage: message,
  }
}

/**
 * A run that began before Intercom's first answer began at the local clock's time. Where that was ahead, the row
 * would count as the latest of all for as long.
 */
function endedAt({ startedAt }: SyncRun, completedAt: number): Pick<SyncRun, 'startedAt' | 'completedAt'> {
  return { startedAt: Math.min(startedAt, completedAt), completedAt }
}

/** Marks rows that a killed process left `in_progress` as failed. */
export async function closeInterrupted(store: Store, completedAt: number): Promise<void> {
  for (const run of await store.listSyncRuns(recentRuns)) {
    if (run.status !== 'in_progress') continue
    await store.apply({ syncRun: failRecord(run, completedAt, 'interrupted') })
  }
}
