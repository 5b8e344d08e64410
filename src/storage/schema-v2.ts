import type { Dialect } from './dialect'

/**
 * The memory of threads that are not stored as Intercom has them. Tombstones from before are taken for presumed: it
 * is not known which of them the list of deletions vouched for, and a wrong guess on this side mends itself.
 */
export function owedThreadsSchema({ ddl }: Dialect): string[] {
  return [
    `CREATE TABLE owed_threads (
      conversation_id TEXT NOT NULL PRIMARY KEY,
      reason TEXT NOT NULL CHECK (reason IN ('failed', 'missing', 'short', 'uncounted')),
      code TEXT, attempts INTEGER NOT NULL, updated_at BIGINT NOT NULL, tried_at BIGINT NOT NULL, next_at BIGINT,
      parts_expected INTEGER, parts_stored INTEGER
    )${ddl.clusteredTable}`,
    'ALTER TABLE tombstones ADD COLUMN presumed INTEGER NOT NULL DEFAULT 1',
  ]
}
