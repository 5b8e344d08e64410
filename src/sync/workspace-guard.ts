import type { Workspace } from '../domain/conversation'
import { StorageError } from '../domain/errors'
import type { IntercomApi } from '../intercom/api'
import type { Store } from '../storage/port'

export interface WorkspaceGuardOptions {
  store: Store
  api: IntercomApi
  onWorkspaceAccepted?: (workspace: Workspace) => void | Promise<void>
}

/** Resolves to the workspace of the token, having made sure that the store's data is of the same one. */
export type WorkspaceGuard = (signal: AbortSignal) => Promise<Workspace>

/**
 * Asks `/me` once in the life of a process, before anything is stored. Another workspace than the store's is a
 * StorageError `other_workspace`, and nothing is stored. After a failure the next call asks again.
 */
export function createWorkspaceGuard({
  store,
  api,
  onWorkspaceAccepted,
}: WorkspaceGuardOptions): WorkspaceGuard {
  let accepted: Workspace | null = null
  return async (signal) => {
    if (accepted) return accepted
    const { workspace } = await api.fetchMe({ signal })
    const stored = await store.getWorkspace()
    if (stored && stored.id !== workspace.id) {
      throw new StorageError(
        'other_workspace',
        `The stored data belongs to workspace ${stored.name} (${stored.id}), the token to ${workspace.name} (${workspace.id}).`,
        {
          hint: 'Use the token of that workspace, or --profile for this one; `npx fast-intercom-mcp reset` removes the stored data.',
        },
      )
    }
    await store.apply({ workspace })
    await onWorkspaceAccepted?.(workspace)
    accepted = workspace
    return workspace
  }
}
