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
  if (messages.length === 0) return { refOf: unknownAuthor, added: [] }
  const authors = new Map(messages.map(({ author }) => [wordsOf(author), author]))
  const columns = new Map([...authors].map(([words, author]) => [words, authorToColumns(author)]))
  const ids = new Set([...columns.values()].map(({ id }) => id))
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
  const known = new Map(stored.map((row) => [keyOf(row), row.ref]))
  const refs = new Map<string, number>()
  const added: AuthorsTable[] = []
  let nextRef = (highest?.ref ?? 0) + 1
  for (const [words, row] of columns) {
    const key = keyOf(row)
    let ref = known.get(key)
    if (ref === undefined) {
      ref = nextRef
      nextRef += 1
      known.set(key, ref)
      added.push({ ref, ...row })
    }
    refs.set(words, ref)
  }
  return { refOf: (author) => refs.get(wordsOf(author)) ?? unknownAuthor(author), added }
}

/** All of an author as it came; a thread of twenty messages has two or three of them. */
function wordsOf({ type, id, name, email, fromAiAgent }: Author): string {
  return `${type}\n${id ?? ''}\n${name ?? ''}\n${email ?? ''}\n${fromAiAgent}`
}

function keyOf({ type, id, name, email, from_ai_agent }: Omit<AuthorsTable, 'ref'>): string {
  return `${type}\n${id}\n${name}\n${email}\n${from_ai_agent}`
}

function unknownAuthor(author: Author): never {
  throw new TypeError(`No key was allotted to author ${author.id}`)
}
