import { UserInputError } from '../domain/errors'

export interface ConversationLink {
  id: string
  /** The workspace that an app URL names; null when only an id was given. */
  workspaceId: string | null
}

const appUrl =
  /^(?:https?:\/\/)?app(?:\.(?:eu|au))?\.intercom\.(?:com|io)\/a\/(?:inbox|apps)\/([^/?#]+)\/[^?#]*?conversations?\/(\d{1,30})(?:[/?#]|$)/i

/** The id that a person means: a number, `conversation_123`, or an app URL. Rejects anything else. */
export function parseConversationId(text: string): string {
  return parseConversationLink(text).id
}

/** The same with the workspace that an app URL names. */
export function parseConversationLink(text: string): ConversationLink {
  const trimmed = text.trim()
  const id = /^(?:conversation_)?(\d{1,30})$/i.exec(trimmed)?.[1]
  if (id !== undefined) return { id, workspaceId: null }
  const [, workspaceId, linkedId] = appUrl.exec(trimmed) ?? []
  if (linkedId !== undefined && workspaceId !== undefined) return { id: linkedId, workspaceId }
  const shown = trimmed.length > 80 ? `${trimmed.slice(0, 80)}…` : trimmed
  throw new UserInputError(`"${shown}" is not the id of a conversation.`, {
    hint: 'Give the id that a search returned: 123, conversation_123, or https://app.intercom.com/a/inbox/<workspace>/inbox/conversation/123.',
  })
}
