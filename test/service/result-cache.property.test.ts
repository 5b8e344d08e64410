import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { AnalysisRequest } from '../../src/domain/analysis-answers'
import type { SearchAnswer, SearchRequest } from '../../src/domain/answers'
import { createLocalService } from '../../src/service/local'
import { createWorkspaceGuard } from '../../src/service/workspace-guard'
import { aConversation, createSampleStore, now as wednesday } from '../queries/sample-store'

const searches: SearchRequest[] = [
  { query: 'refund' },
  { query: 'refund OR invoice', timeframe: 'last 7 days', detail: 'detailed' },
  { query: 'broken toaster kettle', timeframe: 'this month', limit: 1 },
  { timeframe: 'today', aggregation: { group_by: 'hour' } },
  { timeframe: 'last 3 days', aggregation: { group_by: 'day', metrics: ['count', 'p90_response_time'] } },
  { timeframe: 'this month', aggregation: { group_by: 'day' } },
  { timeframe: 'last 5 hours', time_field: 'updated_at' },
  { timeframe: 'since yesterday', filters: { state: ['open'], waiting: true }, sort: 'longest_waiting' },
  { timeframe: 'last 2 weeks', filters: { assignee_id: 'Bo', tags: [] }, sort: 'oldest' },
]

const analyses: AnalysisRequest[] = [
  {
    analysis_type: 'performance_metrics',
    timeframe: 'this week',
    compare_to: 'previous_period',
    dimensions: ['time_period', 'assignee'],
  },
  { analysis_type: 'performance_metrics', timeframe: 'last 36 hours', compare_to: 'previous_period' },
  { analysis_type: 'customer_satisfaction', timeframe: 'this month', dimensions: ['time_period'] },
  { analysis_type: 'sentiment_trends', timeframe: 'last 4 days' },
  { analysis_type: 'topic_analysis', timeframe: 'last 7 days', compare_to: 'previous_period' },
]

const texts = [
  'I want a refund for the broken toaster',
  'The invoice is wrong, this is terrible',
  'Thank you, that works great now',
  'Where is my kettle?',
]

/** Seconds by which the clock goes on: mostly less than it takes for anything to change by itself. */
const pause = fc.oneof(
  fc.constantFrom(0, 1, 30, 60),
  fc.integer({ min: 1, max: 600 }),
  fc.integer({ min: 0, max: 100_000 }),
)

/** Seconds between now and when a conversation was created; some by a clock that is ahead of ours. */
const age = fc.oneof(
  fc.constantFrom(-45, -20, 0, 7 * 86_400 - 30),
  fc.integer({ min: -90, max: 90 }),
  fc.integer({ min: 0, max: 12 * 86_400 }),
)

const id = fc.integer({ min: 1, max: 8 }).map(String)

const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ kind: fc.constant('store' as const), id, age },
      ...{ texts: fc.subarray(texts, { minLength: 1 }), open: fc.boolean() },
      rating: fc.option(fc.integer({ min: 1, max: 5 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), id }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('zone' as const),
      timezone: fc.constantFrom('Europe/Dublin', 'Asia/Tokyo', null),
    }),
  },
)

/** A change, and then the same questions three times while the clock goes on. */
const turn = fc.record({
  change,
  pauses: fc.tuple(fc.constant(0), pause, pause),
  searches: fc.subarray(searches, { minLength: 3, maxLength: 4 }),
  analyses: fc.subarray(analyses, { minLength: 1, maxLength: 2 }),
})

const unrated = { score: null, remark: null, requestedAt: null, ratedAt: null, teammateId: null }

type Told = { id: string; age: number; texts: string[]; open: boolean; rating: number | null }

function conversationOf({ id: toldId, age: seconds, texts: said, open, rating }: Told, now: number) {
  const createdAt = now - seconds
  const told = aConversation({
    ...{ id: toldId, createdAt, texts: said, state: open ? 'open' : 'closed', assigneeId: '51' },
    ...{ updatedAt: Math.max(now, createdAt + 300), waitingSince: open ? createdAt : null },
    rating: rating === null ? null : { ...unrated, score: rating },
  })
  const messages = told.messages.map((message, index) => ({ ...message, createdAt: createdAt + 60 * index }))
  return { ...told, messages }
}

async function createPair() {
  const store = await createSampleStore([{ id: '1', texts: [texts[0] ?? ''] }])
  const clock = { now: wednesday }
  const guard = createWorkspaceGuard({ store, token: null, fetchWorkspace: null, canWrite: false })
  const serviceWith = (cacheTtlSeconds: number) =>
    createLocalService({
      ...{ store, guard, scheduler: null, api: null, version: '0', now: () => clock.now },
      settings: { maxSyncAgeMinutes: 5, cacheTtlSeconds },
    })
  return { store, clock, cached: serviceWith(300), plain: serviceWith(0) }
}

const seen = { hits: 0 }
afterAll(() => {
  // Otherwise nothing was compared but computations with themselves.
  expect(seen.hits).toBeGreaterThan(50)
})

const hasCursor = <Answer extends SearchAnswer>(answer: Answer) => ({
  ...answer,
  next_cursor: answer.next_cursor !== null,
})

type Changed = typeof change extends fc.Arbitrary<infer Each> ? Each : never

type Pair = Awaited<ReturnType<typeof createPair>>

async function compare(
  { cached, plain }: Pair,
  asked: { searches: SearchRequest[]; analyses: AnalysisRequest[] },
) {
  for (const request of asked.searches) {
    const kept = await cached.searchConversations(request)
    expect(hasCursor(kept)).toEqual(hasCursor(await plain.searchConversations(request)))
  }
  for (const request of asked.analyses) {
    expect(await cached.analyzeConversations(request)).toEqual(await plain.analyzeConversations(request))
  }
}

async function apply({ store, clock }: Pair, changed: Changed) {
  if (changed.kind === 'store') {
    await store.apply({ conversations: [conversationOf(changed, clock.now)] })
  } else if (changed.kind === 'delete') {
    const gone = { conversationId: changed.id, deletedAt: clock.now, presumed: true }
    await store.apply({ tombstones: [gone] })
  } else {
    const workspace = await store.getWorkspace()
    if (workspace) await store.apply({ workspace: { ...workspace, timezone: changed.timezone } })
  }
}

test('a kept answer is the one that would be worked out now, whatever changed and however the clock went', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 6, maxLength: 14 }), async (turns) => {
      const pair = await createPair()
      for (const { change: changed, pauses, ...asked } of turns) {
        await apply(pair, changed)
        for (const seconds of pauses) {
          pair.clock.now += seconds
          await compare(pair, asked)
        }
      }
      seen.hits += (await pair.cached.getServerStatus({})).requests.result_cache.hits
      await pair.store.close()
    }),
    { numRuns: 4, endOnFailure: true },
  )
})
