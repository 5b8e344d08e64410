import { StorageError } from '../domain/errors'
import { applyConversations } from './apply-conversations'
import { applyContacts, applyTags, applyTeammates } from './apply-people'
import type { Dialect } from './dialect'
import type { SqlReader, SqlStatement } from './driver'
import { readIndexState } from './index-state'
import type { AppliedChange, StoreChange } from './port'
import { owedThreadToRow, syncRunToRow, toStorableText } from './rows'
import { createStatementBatch, readAll, type StatementBatch } from './statements'
import type { Writers } from './writers'

/** Key of store_meta. */
export const tokenHashKey = 'token_hash'

export interface PlannedChange {
  statements: SqlStatement[]
  applied: AppliedChange
  /** Whether it leaves conversations for `text-upkeep.ts` to judge. */
  leavesUnjudged: boolean
  /** Conversations whose rows or documents are written or removed. */
  changedRefs: number[]
}

/** The writes that make up a change, from what the store holds now; nothing is written here. */
export async function planChange(
  reader: SqlReader,
  tools: { dialect: Dialect; writers: Writers },
  change: StoreChange,
): Promise<PlannedChange> {
  const { dialect, writers } = tools
  const batch = createStatementBatch()
  await applyWorkspace(reader, batch, tools, change)
  const { conversations = [], tombstones = [] } = change
  const state = await readIndexState(reader, dialect)
  const { applied, changedRefs, leavesUnjudged } = await applyConversations(
    { reader, dialect, writers, state },
    batch,
    { conversations, tombstones },
  )
  await applyOwedThreads(reader, batch, tools, change)
  const contacts = [...conversations.flatMap((each) => each.contacts), ...(change.contacts ?? [])]
  await applyContacts(reader, batch, tools, contacts, change.contactMerges)
  const tags = [...conversations.flatMap((each) => each.conversation.tags), ...(change.tags ?? [])]
  await applyTags(reader, batch, tools, tags)
  applyTeammates(batch, writers, change)
  applySync(batch, writers, change)
  return { statements: batch.statements(), applied, changedRefs, leavesUnjudged }
}

async function applyWorkspace(
  reader: SqlReader,
  batch: StatementBatch,
  { dialect, writers }: { dialect: Dialect; writers: Writers },
  { workspace, tokenHash }: StoreChange,
): Promise<void> {
  if (tokenHash !== undefined) batch.write(writers.meta, { key: tokenHashKey, value: tokenHash })
  if (workspace === undefined) return
  const [known] = await readAll(reader, dialect.db.selectFrom('workspace').selectAll().compile())
  if (known !== undefined && known.id !== workspace.id) {
    throw new StorageError(
      'other_workspace',
      `The stored data is that of the workspace ${known.name} (${known.id}).`,
      {
        hint: 'Use the token of that workspace, or --profile or another --home for this one.',
      },
    )
  }
  batch.write(writers.workspace, {
    id: workspace.id,
    name: toStorableText(workspace.name),
    timezone: workspace.timezone,
    region: workspace.region,
    created_at: workspace.createdAt,
  })
}

/** Most changes settle nothing, and then write nothing. */
async function applyOwedThreads(
  reader: SqlReader,
  batch: StatementBatch,
  { dialect, writers }: { dialect: Dialect; writers: Writers },
  { conversations = [], tombstones = [], owedThreads = [] }: StoreChange,
): Promise<void> {
  const owedNow = new Set(owedThreads.map(({ conversationId }) => conversationId))
  const threads = conversations.filter(({ thread }) => thread !== null)
  const ids = [
    ...threads.map(({ conversation }) => conversation.id),
    ...tombstones.map(({ conversationId }) => conversationId),
  ].filter((id) => !owedNow.has(id))
  if (ids.length > 0) {
    const { db, list } = dialect
    const query = db
      .selectFrom('owed_threads')
      .select('conversation_id')
      .where('conversation_id', 'in', list(ids))
    for (const row of await readAll(reader, query.compile())) {
      batch.add(writers.deleteOwedThread, [row.conversation_id])
    }
  }
  for (const owed of owedThreads) batch.write(writers.owedThread, owedThreadToRow(owed))
}

function applySync(batch: StatementBatch, writers: Writers, { syncState, syncRun }: StoreChange): void {
  if (syncRun !== undefined) batch.write(writers.syncRun, syncRunToRow(syncRun))
  if (syncState === undefined) return
  const { asOf, unbrokenSince, covered } = syncState
  batch.write(writers.syncState, { id: 1, as_of: asOf, unbroken_since: unbrokenSince })
  batch.add(writers.deleteCoverage, [])
  for (const { start, end } of covered) batch.write(writers.coverage, { start_at: start, end_at: end })
}
