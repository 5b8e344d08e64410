import * as v from 'valibot'
import { aggregationMetrics, groupKinds } from '../../domain/analysis-answers'
import type { ConversationHit, SearchAnswer } from '../../domain/answers'
import { customerRef, listedFreshness, namedRef, nullableNumber, nullableString } from '../answer-schemas'
import { countOf, freshnessLine, joinParts, oneLine, shortTime } from '../answer-text'
import {
  briefTimeframe,
  listOf,
  numberBetween,
  oneOf,
  strictArguments,
  text,
  timeframe,
  wholeNumber,
} from '../argument-schemas'
import { describeGroups } from '../figure-words'
import { conversationFilters } from '../filter-schemas'
import { defineTool } from '../tool'

const input = strictArguments({
  query: v.optional(
    v.pipe(
      text(1000),
      v.description(
        'Words, "exact phrase", -not, OR, prefix*. Searches subject, messages, replies and notes.',
      ),
    ),
  ),
  timeframe: v.optional(
    v.pipe(
      timeframe(),
      v.description(
        'E.g. "last week", "last 7 days", "March 2026", "since Monday", "2026-01-05 to 2026-01-20"; absent: everything stored.',
      ),
    ),
  ),
  time_filter: v.optional(briefTimeframe('Alias of timeframe.')),
  time_field: v.optional(v.pipe(oneOf(['created_at', 'updated_at']), v.description('Default created_at.'))),
  customer_email: v.optional(v.pipe(text(320), v.description('Whole address.'))),
  filters: v.optional(conversationFilters),
  aggregation: v.optional(
    v.pipe(
      strictArguments({
        group_by: v.optional(oneOf(groupKinds)),
        metrics: v.optional(listOf(oneOf(aggregationMetrics), 'metrics')),
      }),
      v.description('Figures over all matches, in "groups"; times in seconds.'),
    ),
  ),
  sort: v.optional(
    v.pipe(
      oneOf(['relevance', 'newest', 'oldest', 'longest_waiting']),
      v.description('Default relevance with a query, else newest.'),
    ),
  ),
  limit: v.optional(v.pipe(wholeNumber(1, 1000), v.description('Default 50; 10 with aggregation.'))),
  offset: v.optional(wholeNumber(0, 1_000_000)),
  cursor: v.optional(v.pipe(text(4096), v.description('next_cursor of an earlier answer.'))),
  detail: v.optional(v.pipe(oneOf(['concise', 'detailed']), v.description('Default concise.'))),
  wait_seconds: v.optional(
    v.pipe(numberBetween(0, 30), v.description('How long to wait for a refresh; default 0, answer at once.')),
  ),
})

const hit = v.object({
  id: v.string(),
  url: v.optional(nullableString),
  created_at: v.string(),
  updated_at: v.optional(v.string()),
  state: v.string(),
  priority: v.optional(v.string()),
  title: v.optional(nullableString),
  customer: v.optional(customerRef),
  assignee: v.optional(namedRef),
  team: v.optional(namedRef),
  tags: v.optional(v.array(v.string())),
  rating: v.optional(nullableNumber),
  message_count: v.number(),
  snippets: v.array(
    v.object({
      message_id: v.optional(v.string()),
      author: v.object({ type: v.string(), name: nullableString }),
      created_at: v.optional(v.string()),
      text: v.string(),
    }),
  ),
  score: v.optional(nullableNumber),
})

const group = v.object({
  key: nullableString,
  label: v.string(),
  count: v.number(),
  avg_response_time: v.optional(nullableNumber),
  median_response_time: v.optional(nullableNumber),
  p90_response_time: v.optional(nullableNumber),
  response_count: v.optional(v.number()),
  resolution_rate: v.optional(nullableNumber),
  avg_rating: v.optional(nullableNumber),
  rating_count: v.optional(v.number()),
})

const output = v.object({
  total: v.number(),
  returned: v.number(),
  next_cursor: nullableString,
  ranking: v.picklist(['all_matches', 'newest_matches', 'rarest_words']),
  matched: v.picklist(['all_terms', 'any_term']),
  active_older: nullableNumber,
  url_template: nullableString,
  conversations: v.array(hit),
  groups: v.optional(v.array(group)),
  freshness: listedFreshness,
})

/** Full-text search over the stored conversations. */
export const searchConversations = defineTool({
  name: 'search_conversations',
  title: 'Search conversations',
  description:
    'Finds customer conversations by words, time, customer, state, tags or rating. Returns the exact total and, per hit, id, customer, state and the passage that matched, with how fresh and complete the data is. Use it first for any question about what customers wrote. Next: get_conversation with an id for the whole thread; cursor for more hits; if freshness says stale or partial, a refresh runs already: ask again shortly.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input,
  output,
  async run(args, service, call) {
    const answer = await service.searchConversations(args, call)
    return { data: answer, text: describeSearch(answer, args.query) }
  },
})

function describeSearch(answer: SearchAnswer, query: string | undefined): string {
  const lines = [describeTotals(answer, query)]
  if (answer.groups) lines.push(...describeGroups(answer.groups), 'Some of the conversations:')
  for (const found of answer.conversations) lines.push(...describeHit(found))
  if (answer.url_template !== null && answer.returned > 0) {
    lines.push(`In Intercom: ${answer.url_template}`)
  }
  if (answer.next_cursor !== null) {
    lines.push(`More: repeat the call with cursor "${answer.next_cursor}".`)
  }
  if (answer.active_older) {
    lines.push(
      `Older: ${countOf(answer.active_older, 'conversation')} created before the timeframe had activity in it; time_field "updated_at" includes them.`,
    )
  }
  lines.push(freshnessLine(answer.freshness))
  return lines.join('\n')
}

function describeTotals(answer: SearchAnswer, query: string | undefined): string {
  const found = countOf(answer.total, 'conversation')
  const asked =
    query === undefined || query.trim() === '' ? '' : ` for ${JSON.stringify(oneLine(query).slice(0, 200))}`
  return joinParts(
    [
      `${found}${asked}`,
      answer.total > answer.returned && `${answer.returned} shown`,
      answer.matched === 'any_term' && 'no conversation has all the words, so these have any of them',
      answer.ranking === 'newest_matches' && 'ranked among the newest matches only',
      answer.ranking === 'rarest_words' && 'ranked among those with the rarest words only',
    ],
    '; ',
  ).concat('.')
}

function describeHit(found: ConversationHit): string[] {
  const customer = found.customer?.name ?? found.customer?.email ?? 'unknown customer'
  const head = joinParts([
    `- id ${found.id}`,
    shortTime(found.created_at),
    found.state,
    oneLine(customer),
    found.title && JSON.stringify(oneLine(found.title)),
    found.assignee && `assigned to ${oneLine(found.assignee.name ?? found.assignee.id ?? 'somebody')}`,
    found.tags && found.tags.length > 0 && `tags: ${found.tags.map(oneLine).join(', ')}`,
    typeof found.rating === 'number' && `rated ${found.rating}/5`,
    countOf(found.message_count, 'message'),
  ])
  const passages = found.snippets.map(
    (snippet) =>
      `   ${oneLine(snippet.author.name ?? snippet.author.type)}: ${JSON.stringify(oneLine(snippet.text))}`,
  )
  return [head, ...passages]
}
