import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { toConversationHit } from '../../src/queries/conversation-hit'
import { pickTexts, toSnippets } from '../../src/queries/passages'
import { planSearch, type SearchPlan } from '../../src/queries/search-plan'
import {
  filterConditions,
  resolveFilters,
  timeframeConditions,
} from '../../src/storage/conversation-conditions'
import type { SqlDriver, SqlValue } from '../../src/storage/driver'
import { documentTexts, readMessageTexts } from '../../src/storage/index-documents'
import { readIndexState } from '../../src/storage/index-state'
import { joinConversations } from '../../src/storage/search-conversations'
import { createSqlStore } from '../../src/storage/sql-store'
import { createSqliteDialect } from '../../src/storage/sqlite-dialect'
import { readAll } from '../../src/storage/statements'
import { anyTermQuery } from '../../src/text/query-parser'
import type { SearchQuery, SearchTerm } from '../../src/text/search-query'
import { createPassageFinder } from '../../src/text/snippet'
import { asForm, isLoneRunCharacter, tokenizeForIndex } from '../../src/text/tokenizer'
import { type EngineAnswer, type EngineQuestion, serveQuestions } from './search-engine'
import { searchNow } from './search-store'

/** The part of `node:sqlite` that is used; the types of the Node that the project is built for do not know it. */
interface NativeDatabase {
  exec(sql: string): void
  prepare(sql: string): NativeStatement
}
interface NativeStatement {
  all(...parameters: SqlValue[]): unknown[]
  run(...parameters: SqlValue[]): unknown
}

/**
 * A process that answers searches with the SQLite that its own Node has, FTS5 over the same prepared text, and the
 * program's own code for everything but the full-text search: exact total, the best 50 by the engine's BM25, the same
 * fields and passages. Runs under a Node that has `node:sqlite`; its argument is a copy of the store's file.
 */
const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as unknown as {
  DatabaseSync: new (path: string) => NativeDatabase
}
const database = new DatabaseSync(process.argv[2] ?? '')
database.exec('pragma cache_size = -400000; pragma temp_store = memory; pragma journal_mode = off')
const statements = new Map<string, NativeStatement>()
const driver = {
  generation: 0,
  all: async <Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> => {
    const statement = statements.get(text) ?? database.prepare(text)
    statements.set(text, statement)
    return statement.all(...parameters) as Row[]
  },
} as unknown as SqlDriver

const plain = createSqliteDialect()
const dialect = {
  ...plain,
  index: {
    ...plain.index,
    match: compile,
    exclusion: (query: SearchQuery) => (compile(query) === null ? anyOf(query.excluded) : null),
    docids: (_: unknown, match: string) =>
      sql<{ docid: number }>`(select rowid as docid from native where native match ${match})`,
  },
}
const store = createSqlStore(driver, dialect)
const { active } = await readIndexState(driver, dialect)
const side = active

await fill()
serveQuestions(answer)

async function fill(): Promise<void> {
  database.exec(`create virtual table native using fts5(stems, words, content='', tokenize='ascii')`)
  const rows = await driver.all<{ ref: number; docid: number; title: string | null; subject: string | null }>(
    `select c.ref, d.docid, c.title, c.subject from search_documents_${side} d
     join conversations c on c.ref = d.conversation_ref order by d.docid`,
  )
  const insert = database.prepare('insert into native (rowid, stems, words) values (?, ?, ?)')
  database.exec('begin')
  for (let from = 0; from < rows.length; from += 500) {
    const some = rows.slice(from, from + 500)
    const texts = await readMessageTexts(
      driver,
      dialect,
      some.map(({ ref }) => ref),
    )
    for (const row of some) {
      const { stems, words } = tokenizeForIndex(documentTexts(row, texts.get(row.ref) ?? []))
      insert.run(row.docid, stems, words)
    }
  }
  database.exec('commit')
  database.exec(`insert into native (native) values ('optimize')`)
}

async function answer({ request, hashed }: EngineQuestion): Promise<EngineAnswer> {
  const startedMs = performance.now()
  const plan = await planSearch(store, request, { now: searchNow, timezone: null })
  const asked = plan.parsed?.query ?? null
  let found = await search(plan, asked)
  let query = asked
  const loose = plan.parsed && found.total === 0 ? anyTermQuery(plan.parsed) : null
  if (loose) {
    found = await search(plan, loose)
    query = loose
  }
  await readHits(plan, query, found.ids)
  const ms = performance.now() - startedMs
  return { ms, total: found.total, hash: hashed ? hashOf(await selectMatches(plan, query)) : null }
}

async function search(plan: SearchPlan, query: SearchQuery | null) {
  const { timeframe, timeField, filters, sort, limit } = plan
  const match = query === null ? null : compile(query)
  if (match === null || sort !== 'relevance') {
    return store.searchConversations({ query, timeframe, timeField, filters, sort, maxIds: limit })
  }
  const isFiltered = timeframe !== null || Object.keys(filters).length > 0
  if (!isFiltered) {
    const [counted] = await driver.all<{ total: number }>(
      'select count(*) as total from native where native match ?',
      [match],
    )
    const best = await driver.all<{ id: string }>(
      `select c.id from (select rowid, rank from native where native match ? order by rank limit 50) i
       cross join search_documents_${side} d cross join conversations c
       where d.docid = i.rowid and c.ref = d.conversation_ref order by i.rank`,
      [match],
    )
    return { total: counted?.total ?? 0, ids: best.map(({ id }) => id) }
  }
  const resolved = await resolveFilters(driver, dialect, filters)
  const ranked = sql<{ docid: number }>`(select rowid as docid, rank from native where native match ${match})`
  const matching = joinConversations(dialect, side, ranked).where((eb) =>
    eb.and([...timeframeConditions(eb, timeframe, timeField), ...filterConditions(eb, dialect, resolved)]),
  )
  const counted = matching.select((eb) => eb.fn.countAll<number>().as('total'))
  const best = matching.select('c.id').orderBy(sql.ref('i.rank')).limit(50)
  const [total] = await readAll(driver, counted.compile())
  return { total: total?.total ?? 0, ids: (await readAll(driver, best.compile())).map(({ id }) => id) }
}

async function readHits(plan: SearchPlan, query: SearchQuery | null, ids: string[]) {
  const findPassage = createPassageFinder(query)
  const [conversations, messages, workspace] = await Promise.all([
    store.getHits(ids),
    store.pickMessages(ids, (texts) => pickTexts(texts, findPassage, 1)),
    store.getWorkspace(),
  ])
  return conversations.map((conversation) => {
    const snippets = toSnippets(conversation, messages.get(conversation.id) ?? [], {
      findPassage,
      detail: plan.detail,
    })
    return toConversationHit(conversation, { workspace, detail: plan.detail, snippets, score: null })
  })
}

async function selectMatches(plan: SearchPlan, query: SearchQuery | null): Promise<string[]> {
  const { timeframe, timeField, filters } = plan
  const search = { query, timeframe, timeField, filters, sort: 'newest', maxIds: 1_000_000 } as const
  return (await store.searchConversations(search)).ids
}

function hashOf(ids: string[]): string {
  return createHash('sha256').update(ids.toSorted().join('\n')).digest('hex')
}

function compile({ groups, excluded }: SearchQuery): string | null {
  const wanted = groups.map(anyOf).filter((group) => group !== null)
  if (wanted.length === 0) return null
  const all = wanted.map((group) => `(${group})`).join(' AND ')
  const none = anyOf(excluded)
  return none === null ? all : `(${all}) NOT (${none})`
}

function anyOf(terms: readonly SearchTerm[]): string | null {
  return terms.length === 0 ? null : terms.map(compileTerm).join(' OR ')
}

function compileTerm(term: SearchTerm): string {
  const [first = ''] = term.kind === 'prefix' ? [term.token] : term.tokens
  const isPrefix = term.kind === 'prefix' || (term.tokens.length === 1 && isLoneRunCharacter(first))
  return isPrefix ? `"${first}" * OR "${asForm(first)}" *` : `"${term.tokens.join(' ')}"`
}
