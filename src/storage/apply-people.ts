import type { Contact, TagRef } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import type { StoreChange } from './port'
import { adminToRow, contactToRow, toStorableText } from './rows'
import type { ContactsTable } from './schema'
import { readAll, type StatementBatch } from './statements'
import type { Writers } from './writers'

/** Writes contacts that say something new. What is absent in one never erases what is known. */
export async function applyContacts(
  reader: SqlReader,
  batch: StatementBatch,
  { dialect, writers }: { dialect: Dialect; writers: Writers },
  contacts: readonly Contact[],
  merges: StoreChange['contactMerges'] = [],
): Promise<void> {
  const ids = new Set([...contacts.map(({ id }) => id), ...merges.map(({ contactId }) => contactId)])
  if (ids.size === 0) return
  const { db, list } = dialect
  const query = db
    .selectFrom('contacts')
    .selectAll()
    .where('id', 'in', list([...ids]))
  const stored = new Map((await readAll(reader, query.compile())).map((row) => [row.id, row]))
  const known = new Map(stored)
  for (const contact of contacts) {
    const row = contactToRow(contact)
    known.set(row.id, mergeContact(known.get(row.id), row))
  }
  for (const { contactId, mergedInto } of merges) {
    const row = known.get(contactId) ?? unknownContact(contactId)
    known.set(contactId, { ...row, merged_into: mergedInto })
  }
  for (const row of known.values()) {
    if (JSON.stringify(row) !== JSON.stringify(stored.get(row.id))) batch.write(writers.contact, row)
  }
}

/** Writes names of tags that are new or have changed, those that conversations carry included. */
export async function applyTags(
  reader: SqlReader,
  batch: StatementBatch,
  { dialect, writers }: { dialect: Dialect; writers: Writers },
  tags: readonly TagRef[],
): Promise<void> {
  const names = new Map(tags.map(({ id, name }) => [id, toStorableText(name)]))
  if (names.size === 0) return
  const { db, list } = dialect
  const query = db
    .selectFrom('tags')
    .selectAll()
    .where('id', 'in', list([...names.keys()]))
  const stored = new Map((await readAll(reader, query.compile())).map(({ id, name }) => [id, name]))
  for (const [id, name] of names) {
    if (stored.get(id) !== name) batch.write(writers.tag, { id, name })
  }
}

/** Writes admins and teams. */
export function applyTeammates(batch: StatementBatch, writers: Writers, change: StoreChange): void {
  for (const admin of change.admins ?? []) batch.write(writers.admin, adminToRow(admin))
  for (const { id, name } of change.teams ?? []) {
    batch.write(writers.team, { id, name: name === null ? null : toStorableText(name) })
  }
}

function mergeContact(known: ContactsTable | undefined, row: ContactsTable): ContactsTable {
  if (known === undefined) return row
  return {
    id: row.id,
    role: row.role ?? known.role,
    name: row.name ?? known.name,
    email: row.email ?? known.email,
    created_at: row.created_at ?? known.created_at,
    signed_up_at: row.signed_up_at ?? known.signed_up_at,
    last_seen_at: row.last_seen_at ?? known.last_seen_at,
    custom_attributes: row.custom_attributes === '{}' ? known.custom_attributes : row.custom_attributes,
    tags: row.tags === '[]' ? known.tags : row.tags,
    merged_into: known.merged_into,
  }
}

function unknownContact(id: string): ContactsTable {
  return contactToRow({
    ...{ id, role: null, name: null, email: null, createdAt: null, signedUpAt: null, lastSeenAt: null },
    ...{ customAttributes: {}, tags: [] },
  })
}
