import type { Author, Message } from '../domain/conversation'
import type { Dialect } from './dialect'
import type { SqlReader } from './driver'
import { authorToColumns, toStorableText } from './rows'
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
  const distinct = collectAuthors(messages)
  const ids = new Set([...distinct.keys()].map((id) => toStorableText(id ?? '')))
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
  const added: AuthorsTable[] = []
  let nextRef = (highest?.ref ?? 0) + 1
  for (const entry of [...distinct.values()].flat()) {
    const row = authorToColumns(entry.author)
    const key = keyOf(row)
    let ref = known.get(key)
    if (ref === undefined) {
      ref = nextRef
      nextRef += 1
      known.set(key, ref)
      added.push({ ref, ...row })
    }
    entry.ref = ref
  }
  return { refOf: (author) => findAuthor(distinct, author)?.ref ?? unknownAuthor(author), added }
}

/** All of an author as it came, under its id; a thread of twenty messages has two or three of them. */
type DistinctAuthors = Map<Author['id'], { author: Author; ref: number | null }[]>

function collectAuthors(messages: readonly Message[]): DistinctAuthors {
  const authors: DistinctAuthors = new Map()
  for (const { author } of messages) {
    if (findAuthor(authors, author) !== undefined) continue
    const entry = { author, ref: null }
    const namesakes = authors.get(author.id)
    if (namesakes === undefined) authors.set(author.id, [entry])
    else namesakes.push(entry)
  }
  return authors
}

function findAuthor(authors: DistinctAuthors, { type, id, name, email, fromAiAgent }: Author) {
  return authors
    .get(id)
    ?.find(
      ({ author }) =>
        author.type === type &&
        author.name === name &&
        author.email === email &&
        author.fromAiAgent === fromAiAgent,
    )
}

function keyOf({ type, id, name, email, from_ai_agent }: Omit<AuthorsTable, 'ref'>): string {
  return `${type}\n${id}\n${name}\n${email}\n${from_ai_agent}`
}

function unknownAuthor(author: Author): never {
  throw new TypeError(`No key was allotted to author ${author.id}`)
}
