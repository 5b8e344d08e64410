import type { Workspace } from '../domain/conversation'
import { AppError, ConfigurationError, IntercomApiError, StorageError } from '../domain/errors'
import type { Store } from '../storage/port'
import { hashToken } from './handshake'

export interface WorkspaceGuardOptions {
  store: Store
  /** null when there is none: what is stored is then served. */
  token: string | null
  /** Names the workspace of the token; null in a process that cannot ask. */
  fetchWorkspace: ((signal: AbortSignal) => Promise<Workspace>) | null
  /** False for a view of the files that cannot be written to. */
  canWrite?: boolean
  nowMs?: () => number
  /** Aborts the question to Intercom; a caller waits for it. */
  timeoutMs?: number
}

/**
 * Keeps data from whoever has no claim to it. What is stored belongs to the workspace whose token filled it; a keyed
 * hash of the last accepted token is kept with it.
 */
export interface WorkspaceGuard {
  /**
   * Resolves when the data may be shown: no token, or the accepted one, or one of which Intercom has just said that
   * it is of the same workspace. Rejects with StorageError `other_workspace`, or with the reason why Intercom could
   * not be asked.
   */
  check(): Promise<void>
  /** To be called when a sync has found that the token is of the store's workspace. */
  recordAccepted(workspace: Workspace): Promise<void>
  /** The hash by which a door is compared with this process: of its own token, else of the last accepted one. */
  tokenHash(): Promise<string | null>
}

const askTimeoutMs = 5_000

/** After a failure nobody is asked again for so long, so that ten calls do not each wait for the network. */
const failureHeldMs = 10_000

/** Builds the guard of a store. Intercom is asked at most once at a time, and not at all when the token is known. */
export function createWorkspaceGuard(options: WorkspaceGuardOptions): WorkspaceGuard {
  const { store, token, canWrite = true, nowMs = () => performance.now(), timeoutMs = askTimeoutMs } = options
  let isAccepted = token === null
  let asking: Promise<void> | undefined
  let failure: { error: unknown; untilMs: number } | undefined

  const ownHash = async () => (token === null ? null : hashToken(token, (await store.describe()).storeId))
  const accept = async () => {
    const tokenHash = await ownHash()
    if (tokenHash !== null && canWrite && (await store.getTokenHash()) !== tokenHash)
      await store.apply({ tokenHash })
    isAccepted = true
    failure = undefined
  }
  const ask = async (stored: Workspace) => {
    const workspace = await fetchWorkspace(options.fetchWorkspace, timeoutMs)
    if (workspace.id !== stored.id) throw otherWorkspace(stored, workspace)
    await accept()
  }
  const askOnce = (stored: Workspace) => {
    if (failure && nowMs() < failure.untilMs) return Promise.reject(failure.error)
    asking ??= ask(stored)
      .catch((error) => {
        failure = { error, untilMs: nowMs() + failureHeldMs }
        throw error
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  return {
    async check() {
      if (isAccepted) return
      const [stored, storedHash, hash] = await Promise.all([
        store.getWorkspace(),
        store.getTokenHash(),
        ownHash(),
      ])
      // Nothing has been filled in yet: nothing that could be somebody else's.
      if (stored === null) return
      if (storedHash === hash) isAccepted = true
      else await askOnce(stored)
    },
    recordAccepted: () => accept(),
    tokenHash: async () => (await ownHash()) ?? (await store.getTokenHash()),
  }
}

async function fetchWorkspace(
  fetch: WorkspaceGuardOptions['fetchWorkspace'],
  timeoutMs: number,
): Promise<Workspace> {
  try {
    if (fetch === null) throw new ConfigurationError('This process cannot ask Intercom.')
    return await fetch(AbortSignal.timeout(timeoutMs))
  } catch (error) {
    throw unconfirmed(error, timeoutMs)
  }
}

/** The reason, with what it means here; its kind stays, because callers act on it. */
function unconfirmed(error: unknown, timeoutMs: number): unknown {
  const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
  const reason = isTimeout
    ? new IntercomApiError('network', `Intercom did not answer within ${timeoutMs / 1000} seconds.`, {
        cause: error,
      })
    : error
  if (!(reason instanceof AppError)) return error
  const message = `The stored data was fetched with another access token, and Intercom could not confirm that this one is of the same workspace: ${reason.message}`
  const details = {
    hint: reason.hint ?? 'Use the token that filled the data, or --profile or --home for another workspace.',
    cause: error,
  }
  if (reason instanceof IntercomApiError) return new IntercomApiError(reason.kind, message, details)
  return new ConfigurationError(message, details)
}

function otherWorkspace(stored: Workspace, asked: Workspace): StorageError {
  return new StorageError(
    'other_workspace',
    `The stored data belongs to workspace ${stored.name} (${stored.id}), the access token to ${asked.name} (${asked.id}).`,
    { hint: 'Use the token of that workspace, or --profile or another --home for this one.' },
  )
}
