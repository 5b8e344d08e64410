import { AppError } from '../../domain/errors'

export type Verdict = 'ok' | 'warn' | 'fail'

/** One thing that was looked at. `id` and `verdict` are for programs and do not change. */
export interface Check {
  id: CheckId
  verdict: Verdict
  /** What was found, in one line. */
  finding: string
  /** What to do about it; null when there is nothing to do. */
  mend: string | null
}

/** Every check, in the order in which they are shown, by the name it has there. */
export const checkNames = {
  program: 'Program',
  configuration: 'Configuration',
  token: 'Token',
  api_address: 'API address',
  token_accepted: 'Token accepted',
  region: 'Region',
  clock: 'Clock',
  permission_conversations: 'Conversations',
  permission_contacts: 'Customers',
  permission_admins: 'Teammates',
  permission_tags: 'Tags',
  permission_tickets: 'Tickets',
  deletions: 'Deletions',
  data_folder: 'Data folder',
  privacy: 'Privacy of files',
  disk_space: 'Disk space',
  clients: 'Clients',
  owner: 'Served by',
  integrity: 'Integrity',
  threads: 'Replies',
  freshness: 'Freshness',
  comparison: 'Comparison',
} as const
export type CheckId = keyof typeof checkNames

export function ok(id: CheckId, finding: string): Check {
  return { id, verdict: 'ok', finding, mend: null }
}

export function warn(id: CheckId, finding: string, mend: string | null): Check {
  return { id, verdict: 'warn', finding, mend }
}

export function fail(id: CheckId, finding: string, mend: string | null): Check {
  return { id, verdict: 'fail', finding, mend }
}

/** A failed check out of an expected error, in its words; a bug goes on as it is. */
export function failFor(id: CheckId, error: unknown): Check {
  if (!(error instanceof AppError)) throw error
  return fail(id, error.message, error.hint ?? null)
}
