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
  return workspace && `${inboxUrl(workspace)}${encodeURIComponent(conversationId)}`
}

/** The same for any conversation: a URI template (RFC 6570) with `{id}` for the conversation's id. */
export function conversationUrlTemplate(workspace: Pick<Workspace, 'id' | 'region'> | null): string | null {
  return workspace && `${inboxUrl(workspace)}{id}`
}

function inboxUrl({ id, region }: Pick<Workspace, 'id' | 'region'>): string {
  const host = regionHosts[region?.toUpperCase() ?? ''] ?? 'app.intercom.com'
  return `https://${host}/a/inbox/${encodeURIComponent(id)}/inbox/conversation/`
}
