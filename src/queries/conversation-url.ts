import type { Workspace } from '../domain/conversation'

const regionHosts: Record<string, string> = {
  EU: 'app.eu.intercom.com',
  AU: 'app.au.intercom.com',
}

/** Where a person opens the conversation in Intercom's inbox; null while the workspace is unknown. */
export function conversationUrl(
  workspace: Pick<Workspace, 'id' | 'region'> | null,
  conversationId: string,
): string | null {
  if (!workspace) return null
  const host = regionHosts[workspace.region?.toUpperCase() ?? ''] ?? 'app.intercom.com'
  const id = encodeURIComponent(workspace.id)
  return `https://${host}/a/inbox/${id}/inbox/conversation/${encodeURIComponent(conversationId)}`
}
