import type { Author, Message } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { authorToColumns } from './rows'
import type { AuthorsTable } from './schema'
import { readAll } from './statements'

export interface AuthorRefs {
  refOf(author: Author): number
  /** Authors that the store does not have yet. */
  added: AuthorsTable[]
}

/** Finds or allots the keys of all authors of `messages`, with one query for those that are stored. */
export async function findAuthorRefs(
  reader: SqlReader,
  { db, list }: Dialect,
  messages: readonly Message[],
): Promise<AuthorRefs> {
  const ids = new Set(messages.map((message) => authorToColumns(message.author).id))
  if (ids.size === 0) return { refOf: unknownAuthor, added: [] }
  const stored = await readAll(
    reader,
    db
      .selectFrom('authors')
      .selectAll()
      .where('id', 'in', list([...ids]))
      .compile(),
  )
  const [highest] = await readAll(
    reader,
    db
      .selectFrom('authors')
      .select((eb) => eb.fn.max('ref').as('ref'))
      .compile(),
  )
  const refs = new Map(stored.map((row) => [keyOf(row), row.ref]))
  const added: AuthorsTable[] = []
  let nextRef = (highest?.ref ?? 0) + 1
  for (const { author } of messages) {
    const columns = authorToColumns(author)
    const key = keyOf(columns)
    if (refs.has(key)) continue
    refs.set(key, nextRef)
    added.push({ ref: nextRef, ...columns })
    nextRef += 1
  }
  return { refOf: (author) => refs.get(keyOf(authorToColumns(author))) ?? unknownAuthor(author), added }
}

function keyOf({ type, id, name, email, from_ai_agent }: Omit<AuthorsTable, 'ref'>): string {
  return [type, id, name, email, from_ai_agent].join('\n')
}

function unknownAuthor(author: Author): never {
  throw new TypeError(`No key was allotted to author ${author.id}`)
}
