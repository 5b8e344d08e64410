import type { ConversationHit, SearchAnswer, SearchRequest } from '../domain/answers'
import type { Workspace } from '../domain/conversation'
import type { TimeField } from '../domain/coverage'
import type { Timeframe } from '../domain/timeframe'
import type { Store, StoreSearch } from '../storage/port'
import { anyTermQuery } from '../text/query-parser'
import { createPassageFinder } from '../text/snippet'
import { toConversationHit } from './conversation-hit'
import { conversationUrlTemplate } from './conversation-url'
import { pickTexts, toSnippets } from './passages'
import type { HeldSearch, SearchCursors } from './search-cursors'
import { continuePlan, planSearch, type SearchContext, type SearchPlan } from './search-plan'
import { defaultTokens, envelopeTokens, estimateTokens, maxTokens } from './size-budget'

/** A page of the largest limit; beyond it the store is asked again, so that broad searches stay quick. */
const idsHeldAtFirst = 1000

/** Threads read at once: the budget usually ends a page before its limit does. */
const hitsPerRead = 50

/** A page of this many hits or fewer is an ordinary one; who asks for more gets the larger budget. */
const ordinaryLimit = 50

const detailedSnippets = 3

export interface SearchResult extends Omit<SearchAnswer, 'freshness'> {
  /** What the freshness of the answer is to be judged for; null for everything stored. */
  timeframe: Timeframe | null
  timeField: TimeField
  /** How the request was understood, where that could surprise: sentences for `freshness.message`. */
  notes: string[]
}

/**
 * One page of a search: all terms first and, when nothing has them all, any term. `total` is exact; `returned` may
 * be below the limit because the answer has a size budget, and `next_cursor` then leads on. A cursor goes on in the
 * list of the first answer, whatever has changed since; it rejects with UserInputError when it has expired.
 */
export async function searchConversations(
  store: Store,
  request: SearchRequest,
  context: SearchContext & { cursors: SearchCursors },
): Promise<SearchResult> {
  const { cursors } = context
  const resumed = request.cursor === undefined ? null : cursors.read(request.cursor)
  const plan = resumed ? continuePlan(resumed.held.plan, request) : await planSearch(store, request, context)
  const position = resumed?.position ?? plan.offset
  const first = resumed?.held ?? (await startSearch(store, plan))
  const held = await reachTo(store, first, position + plan.limit)

  const workspace = await store.getWorkspace()
  const page = await readPage(store, held, plan, { position, workspace })
  const next = position + page.consumed
  const hasMore = page.consumed > 0 && next < held.total
  return {
    total: held.total,
    returned: page.hits.length,
    next_cursor: hasMore ? cursors.save(held, next, resumed?.key) : null,
    ranking: held.ranking,
    matched: held.matched,
    active_older: held.activeOlder,
    url_template: conversationUrlTemplate(workspace),
    conversations: page.hits,
    timeframe: plan.timeframe,
    timeField: plan.timeField,
    notes: plan.notes,
  }
}

async function startSearch(store: Store, plan: SearchPlan): Promise<HeldSearch> {
  const search: StoreSearch = {
    query: plan.parsed?.query ?? null,
    timeframe: plan.timeframe,
    timeField: plan.timeField,
    filters: plan.filters,
    sort: plan.sort,
    maxIds: Math.max(idsHeldAtFirst, plan.offset + plan.limit),
  }
  const strict = await store.searchConversations(search)
  const anyTerm = plan.parsed && strict.total === 0 ? anyTermQuery(plan.parsed) : null
  const loose = anyTerm ? await store.searchConversations({ ...search, query: anyTerm }) : null
  // When any term finds nothing either, the answer is still about all of them.
  const isLoose = anyTerm !== null && loose !== null && loose.total > 0
  const found = isLoose ? loose : strict
  const used = isLoose ? { ...search, query: anyTerm } : search
  return {
    plan,
    search: used,
    total: found.total,
    matched: isLoose ? 'any_term' : 'all_terms',
    ranking: found.ranking,
    activeOlder: await countActiveOlder(store, used),
    ids: found.ids,
    scores: found.scores,
  }
}

/** Said for created_at only: by updated_at those conversations are among the matches. */
async function countActiveOlder(store: Store, search: StoreSearch): Promise<number | null> {
  const { query, timeframe, timeField, filters } = search
  if (timeframe === null || timeField !== 'created_at') return null
  return store.countActiveOlder({ query, timeframe, filters })
}

/** The same search with enough ids for a page that ends at `end`; those already held stay where they are. */
async function reachTo(store: Store, held: HeldSearch, end: number): Promise<HeldSearch> {
  if (held.ids.length >= Math.min(end, held.total)) return held
  const more = await store.searchConversations({ ...held.search, maxIds: Math.max(end * 2, idsHeldAtFirst) })
  const known = new Set(held.ids)
  const added = more.ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ id, score: more.scores?.[index] ?? 0 }],
  )
  return {
    ...held,
    ids: [...held.ids, ...added.map(({ id }) => id)],
    scores: held.scores && [...held.scores, ...added.map(({ score }) => score)],
  }
}

interface Page {
  hits: ConversationHit[]
  /** Ids that the page has dealt with; those deleted since the first page give no hit. */
  consumed: number
}

async function readPage(
  store: Store,
  held: HeldSearch,
  plan: SearchPlan,
  { position, workspace }: { position: number; workspace: Workspace | null },
): Promise<Page> {
  const ids = held.ids.slice(position, position + plan.limit)
  const isLarge = plan.detail === 'detailed' || plan.limit > ordinaryLimit
  let tokensLeft = (isLarge ? maxTokens : defaultTokens) - envelopeTokens
  const readHits = createHitReader(store, held, plan, workspace)
  const page: Page = { hits: [], consumed: 0 }
  for (let from = 0; from < ids.length; from += hitsPerRead) {
    const hits = await readHits(ids.slice(from, from + hitsPerRead), position + from)
    for (const hit of hits) {
      tokensLeft -= hit ? estimateTokens(hit) : 0
      // The first hit is always shown, however large: a page without any would lead nowhere.
      if (tokensLeft < 0 && page.hits.length > 0) return page
      if (hit) page.hits.push(hit)
      page.consumed++
    }
  }
  return page
}

/** Reads the hits for a slice of ids, null for one that is no longer stored. */
function createHitReader(store: Store, held: HeldSearch, plan: SearchPlan, workspace: Workspace | null) {
  const findPassage = createPassageFinder(held.search.query)
  return async (ids: string[], position: number): Promise<(ConversationHit | null)[]> => {
    const count = plan.detail === 'detailed' ? detailedSnippets : 1
    const [hits, messages] = await Promise.all([
      store.getHits(ids),
      store.pickMessages(ids, (texts) => pickTexts(texts, findPassage, count)),
    ])
    const byId = new Map(hits.map((hit) => [hit.id, hit]))
    return ids.map((id, index) => {
      const hit = byId.get(id)
      if (!hit) return null
      const snippets = toSnippets(hit, messages.get(id) ?? [], { findPassage, detail: plan.detail })
      const score = held.scores?.[position + index] ?? null
      return toConversationHit(hit, { workspace, detail: plan.detail, snippets, score })
    })
  }
}
