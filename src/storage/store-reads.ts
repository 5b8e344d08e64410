import type { Admin, Contact, Tag, Team, Workspace } from '../domain/conversation'
import type { SyncState } from '../domain/coverage'
import type { OwedThread } from '../domain/owed-thread'
import type { SyncRun } from '../domain/sync-run'
import type { Timeframe } from '../domain/timeframe'
import { timeframeConditions } from './conversation-conditions'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import type { PendingThread, StoreCounts, StoredVersion } from './port'
import { rowToContact, rowToOwedThread, rowToSyncRun } from './rows'
import { fixedQuery, readAll } from './statements'

const workspaceRow = fixedQuery(({ db }) => db.selectFrom('workspace').selectAll().compile())

/** See the methods of the same names in `Store`; this file is their SQL. */
export async function readWorkspace(reader: SqlReader, dialect: Dialect): Promise<Workspace | null> {
  const [row] = await readAll(reader, workspaceRow(dialect))
  if (row === undefined) return null
  const { id, name, timezone, region, created_at: createdAt } = row
  return { id, name, timezone, region, createdAt }
}

export async function readMetaValue(reader: SqlReader, { db }: Dialect, key: string): Promise<string | null> {
  const query = db.selectFrom('store_meta').select('value').where('key', '=', key)
  return (await readAll(reader, query.compile()))[0]?.value ?? null
}

export async function readSyncState(reader: SqlReader, { db }: Dialect): Promise<SyncState> {
  const [state] = await readAll(reader, db.selectFrom('sync_state').selectAll().compile())
  const covered = await readAll(reader, db.selectFrom('coverage').selectAll().orderBy('start_at').compile())
  return {
    asOf: state?.as_of ?? null,
    unbrokenSince: state?.unbroken_since ?? null,
    covered: covered.map(({ start_at: start, end_at: end }) => ({ start, end })),
  }
}

export async function readSyncRuns(reader: SqlReader, { db }: Dialect, limit: number): Promise<SyncRun[]> {
  const runs = db
    .selectFrom('sync_metadata')
    .selectAll()
    .orderBy('sync_started_at', 'desc')
    .orderBy('id', 'desc')
  return (await readAll(reader, runs.limit(limit).compile())).map(rowToSyncRun)
}

export async function readOwedThreads(reader: SqlReader, { db }: Dialect): Promise<OwedThread[]> {
  const query = db
    .selectFrom('owed_threads')
    .selectAll()
    .orderBy('tried_at', 'desc')
    .orderBy('conversation_id')
  return (await readAll(reader, query.compile())).map(rowToOwedThread)
}

export async function readCounts(reader: SqlReader, { db }: Dialect): Promise<StoreCounts> {
  const query = db.selectFrom('conversations').select((eb) => [
    eb.fn.countAll<number>().as('conversations'),
    eb.fn.sum<number | null>('message_count').as('messages'),
    eb.fn.sum<number | null>('thread_pending').as('pending'),
    eb.fn.min<number | null>('created_at').as('oldest'),
    eb.fn.max<number | null>('updated_at').as('newest'),
    eb
      .selectFrom('contacts')
      .select((contacts) => contacts.fn.countAll<number>().as('number'))
      .as('contacts'),
  ])
  const [row] = await readAll(reader, query.compile())
  const conversations = row?.conversations ?? 0
  return {
    conversations,
    messages: row?.messages ?? 0,
    contacts: row?.contacts ?? 0,
    threads: conversations - (row?.pending ?? 0),
    oldestCreatedAt: row?.oldest ?? null,
    newestUpdatedAt: row?.newest ?? null,
  }
}

export async function readVersions(
  reader: SqlReader,
  { db, list }: Dialect,
  ids: readonly string[],
): Promise<Map<string, StoredVersion>> {
  if (ids.length === 0) return new Map()
  const query = db
    .selectFrom('conversations')
    .select(['id', 'updated_at', 'thread_updated_at'])
    .where('id', 'in', list(ids))
  const rows = await readAll(reader, query.compile())
  return new Map(
    rows.map(({ id, updated_at, thread_updated_at }) => [
      id,
      { updatedAt: updated_at, threadUpdatedAt: thread_updated_at },
    ]),
  )
}

export async function readPendingThreads(
  reader: SqlReader,
  { db }: Dialect,
  { limit, timeframe }: { limit: number; timeframe?: Timeframe },
): Promise<PendingThread[]> {
  const query = pendingThreads(db, timeframe)
    .select(['c.id', 'c.created_at', 'c.updated_at'])
    .orderBy('c.updated_at', 'desc')
    .orderBy('c.id')
    .limit(limit)
  const rows = await readAll(reader, query.compile())
  return rows.map(({ id, created_at, updated_at }) => ({ id, createdAt: created_at, updatedAt: updated_at }))
}

export async function readPendingCount(
  reader: SqlReader,
  { db }: Dialect,
  timeframe?: Timeframe,
): Promise<number> {
  const query = pendingThreads(db, timeframe).select((eb) => eb.fn.countAll<number>().as('total'))
  return (await readAll(reader, query.compile()))[0]?.total ?? 0
}

/** Literal 1, because a partial index serves only conditions that are known before the parameters are. */
function pendingThreads(db: Dialect['db'], timeframe: Timeframe | undefined) {
  return db
    .selectFrom('conversations as c')
    .where((eb) => eb('c.thread_pending', '=', eb.lit(1)))
    .where((eb) => eb.and(timeframeConditions(eb, timeframe ?? null, 'created_at')))
}

/** Merges of merges are followed; a circle of them ends at its start. */
export async function readContact(reader: SqlReader, { db }: Dialect, id: string): Promise<Contact | null> {
  const seen = new Set<string>()
  for (let wanted = id; !seen.has(wanted); ) {
    seen.add(wanted)
    const query = db.selectFrom('contacts').selectAll().where('id', '=', wanted)
    const [row] = await readAll(reader, query.compile())
    if (row === undefined) return null
    if (row.merged_into === null || seen.has(row.merged_into)) return rowToContact(row)
    wanted = row.merged_into
  }
  return null
}

export async function readUnknownContacts(reader: SqlReader, { db }: Dialect): Promise<string[]> {
  const query = db
    .selectFrom('conversation_contacts as cc')
    .leftJoin('contacts as p', 'p.id', 'cc.contact_id')
    .select('cc.contact_id')
    .distinct()
    .where('p.id', 'is', null)
    .orderBy('cc.contact_id')
  return (await readAll(reader, query.compile())).map((row) => row.contact_id)
}

export function readAdmins(reader: SqlReader, { db }: Dialect): Promise<Admin[]> {
  return readAll(reader, db.selectFrom('admins').selectAll().orderBy('id').compile())
}

export function readTeams(reader: SqlReader, { db }: Dialect): Promise<Team[]> {
  return readAll(reader, db.selectFrom('teams').selectAll().orderBy('id').compile())
}

export function readAllTags(reader: SqlReader, { db }: Dialect): Promise<Tag[]> {
  return readAll(reader, db.selectFrom('tags').selectAll().orderBy('id').compile())
}
