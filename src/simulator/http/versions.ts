import type { JsonObject } from '../../domain/conversation'
import { ApiError } from './api-error'

const defaultVersion = '2.16'

const knownVersions = [
  ...Array.from({ length: 5 }, (_, minor) => `1.${minor}`),
  ...Array.from({ length: 18 }, (_, minor) => `2.${minor}`),
  'Preview',
  'Unstable',
]

/** The version asked for, or the workspace's own; refuses what Intercom never had. */
export function readVersion(header: string | undefined): string {
  if (header === undefined || header === '') return defaultVersion
  if (!knownVersions.includes(header)) {
    throw new ApiError(
      400,
      'intercom_version_invalid',
      `The requested version '${header}' could not be found`,
    )
  }
  return header
}

/** Whether the version is `2.<minor>` or later. */
export function isAtLeast(version: string, minor: number): boolean {
  const [major, part] = version.split('.')
  return part === undefined || (major === '2' && Number(part) >= minor)
}

/** Refuses a resource that came with a later version. */
export function requireVersion(version: string, minor: number): void {
  if (isAtLeast(version, minor)) return
  const message = 'Requested resource is not available in current API version.'
  throw new ApiError(400, 'intercom_version_invalid', message)
}

const olderResolutions: Record<string, string> = {
  negative_feedback: 'abandoned',
  escalated: 'routed_to_team',
}

/** Rewrites a conversation into the shape of an older version; the latest goes through as it is. */
export function adaptConversation(conversation: object, version: string): object {
  if (isAtLeast(version, 16)) return conversation
  const adapted: JsonObject = { ...conversation }
  for (const name of ['channel', 'external_references', 'sales_agent', 'sales_agent_participated']) {
    delete adapted[name]
  }
  adapted.priority = adapted.priority === 'none' ? 'not_priority' : 'priority'
  if (adapted.admin_assignee_id === 0) adapted.admin_assignee_id = null
  if (adapted.team_assignee_id === 0) adapted.team_assignee_id = null
  if (isAtLeast(version, 15)) return adapted
  delete adapted.company
  const agent = adapted.ai_agent as { resolution_state?: string } | null | undefined
  if (agent?.resolution_state) {
    adapted.ai_agent = {
      ...agent,
      resolution_state: olderResolutions[agent.resolution_state] ?? agent.resolution_state,
    }
  }
  return adapted
}
