import { beforeAll, describe, expect, test } from 'vitest'
import type {
  AnalysisAnswer,
  PerformanceBody,
  SatisfactionBody,
  TopicBody,
} from '../../src/domain/analysis-answers'
import type { ConversationAnswer, Freshness, SearchAnswer } from '../../src/domain/answers'
import type { SentimentBody } from '../../src/domain/sentiment-answers'
import { estimateTokens } from '../../src/queries/size-budget'
import { createLocalService } from '../../src/service/local'
import type { Service } from '../../src/service/service'
import { createWorkspaceGuard } from '../../src/service/workspace-guard'
import { createChanges } from '../../src/simulator/changes'
import { createSimulatorClock } from '../../src/simulator/clock'
import type { WireThread } from '../../src/simulator/wire/wire-types'
import { createWorld } from '../../src/simulator/world'
import { tokenizeText } from '../../src/text/tokenizer'
import { testNow } from '../helpers/simulator'
import { fromWire, onTheWall, performance, satisfaction, unclosedAt } from '../queries/analysis/reference'
import { storeOfWorld } from '../queries/analysis/world-store'
import { connectClient, textOf } from './connect'

const day = 86_400
/** Friday, 25 April 2025, 13:00 in Dublin. */
const now = testNow + 50 * day
const world = createWorld({ size: 400, now: now - 3_600, days: 60, seed: 'figures' })
const zone = world.workspace.timezone

const change = createChanges(world, createSimulatorClock(now - 3_600, 'frozen'))
for (const text of ['Where is my refund?', 'The refund again', 'Still no refund', 'Refund, please!']) {
  change.create({ text, contact: 7 })
}

const threads = [...world.conversations()]
const sources = threads.map(fromWire)
const localDay = (seconds: number) => onTheWall(seconds, zone).day
/** Created on these days of the workspace, both included. */
const createdOn = (first: string, last: string) => (thread: { createdAt: number }) =>
  localDay(thread.createdAt) >= first && localDay(thread.createdAt) <= last

/** All that is said in a conversation, as words; the source's own text, read without the store. */
function wordsOf(thread: WireThread): string[] {
  return tokenizeText([thread.title ?? '', ...world.messages(thread.id).map(({ text }) => text)].join(' ¶ '))
}

let service: Service

beforeAll(async () => {
  const store = await storeOfWorld(world)
  const workspace = await store.getWorkspace()
  if (!workspace) throw new Error('the world has a workspace')
  await store.apply({
    workspace: { ...workspace, createdAt: now - 90 * day },
    syncState: {
      ...{ asOf: now - 60, unbrokenSince: now - 90 * day },
      covered: [{ start: now - 90 * day, end: now - 60 }],
    },
  })
  const guard = createWorkspaceGuard({ store, token: null, fetchWorkspace: null, canWrite: false })
  service = createLocalService({
    ...{ store, guard, scheduler: null, api: null, version: '0', now: () => now },
    settings: { maxSyncAgeMinutes: 5, cacheTtlSeconds: 300 },
  })
})

type Ask = <Answer>(tool: string, args: Record<string, unknown>) => Promise<Answer & { text: string }>

/** What an assistant does for one question: calls through the SDK's client, each whole, fresh and small enough. */
async function inAtMostTwoCalls(answer: (ask: Ask) => Promise<void>): Promise<void> {
  const { call } = await connectClient(async () => service)
  let calls = 0
  await answer(async <Answer>(tool: string, args: Record<string, unknown>) => {
    calls += 1
    const result = await call(tool, args)
    expect(result.isError, textOf(result)).toBeUndefined()
    const data = result.structuredContent as Answer & { freshness: Freshness }
    expect(data.freshness).toMatchObject({ stale: false, coverage: 'full' })
    expect(estimateTokens(data)).toBeLessThan(20_000)
    expect(estimateTokens(textOf(result))).toBeLessThan(8_000)
    return { ...data, text: textOf(result) }
  })
  expect(calls).toBeGreaterThan(0)
  expect(calls).toBeLessThanOrEqual(2)
}

type Analysis<Body> = Omit<AnalysisAnswer, keyof Body> & Body

describe('a support lead asks, and the assistant needs no more than two calls', () => {
  test('How did response times change this month against last?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { totals, compared_to, text } = await ask<Analysis<PerformanceBody>>('analyze_conversations', {
        ...{ analysis_type: 'performance_metrics', timeframe: 'this month', compare_to: 'previous_period' },
      })
      const april = performance(sources.filter(createdOn('2025-04-01', '2025-04-25'))).first_response_seconds
      const hour = onTheWall(now, zone).hour
      const march = performance(
        sources
          .filter(createdOn('2025-03-01', '2025-03-25'))
          .filter(
            ({ createdAt }) => localDay(createdAt) < '2025-03-25' || onTheWall(createdAt, zone).hour < hour,
          ),
      ).first_response_seconds
      expect(totals.first_response_seconds).toEqual(april)
      expect(totals.previous?.first_response_seconds).toEqual(march)
      expect(totals.change?.first_response_seconds?.median).toBeCloseTo(
        (april.median ?? 0) - (march.median ?? 0),
        2,
      )
      expect(april.count).toBeGreaterThan(50)
      expect(compared_to?.coverage).toBe('full')
      expect(text).toContain('previous period: 2025-03-01 00:00 to 2025-03-25')
    }))

  test('Which customers wrote more than three times about refunds?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { total, returned, conversations } = await ask<SearchAnswer>('search_conversations', {
        ...{ query: 'refund', limit: 200 },
      })
      const about = threads.filter((thread) => wordsOf(thread).includes('refund'))
      expect(conversations.map(({ id }) => id).toSorted()).toEqual(about.map(({ id }) => id).toSorted())
      expect([total, returned]).toEqual([about.length, about.length])
      const times = new Map<string | null | undefined, number>()
      for (const { customer } of conversations)
        times.set(customer?.name, (times.get(customer?.name) ?? 0) + 1)
      const often = [...times].filter(([, count]) => count > 3).map(([name]) => name)
      const [wire] = threads.slice(-1)
      expect(often).toEqual([world.contact(wire?.contacts.contacts[0]?.id ?? '')?.name])
    }))

  test('What is new this week?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { topics, other } = await ask<Analysis<TopicBody>>('analyze_conversations', {
        ...{ analysis_type: 'topic_analysis', timeframe: 'this week', compare_to: 'previous_period' },
      })
      const week = sources.filter(createdOn('2025-04-21', '2025-04-25'))
      const count = topics.reduce((sum, topic) => sum + topic.count, other.count)
      expect(count).toBe(week.length)
      const before = sources.filter(({ createdAt }) => {
        const { day: on, hour } = onTheWall(createdAt, zone)
        return (
          on >= '2025-04-14' &&
          (on < '2025-04-18' || (on === '2025-04-18' && hour < onTheWall(now, zone).hour))
        )
      })
      const previous = topics.reduce(
        (sum, topic) => sum + (topic.previous_count ?? 0),
        other.previous_count ?? 0,
      )
      expect(previous).toBe(before.length)
      for (const { examples, label, terms } of topics) {
        expect(label.length + terms.length).toBeGreaterThan(1)
        const [example] = examples
        if (example) expect(week.map(({ id }) => id)).toContain(example.id)
      }
    }))

  test('Who waits longest for an answer?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { conversations, total, text } = await ask<SearchAnswer>('search_conversations', {
        ...{ filters: { waiting: true }, sort: 'longest_waiting', limit: 5 },
      })
      const waiting = sources
        .filter(({ state, waitingSince }) => state === 'open' && waitingSince !== null)
        .sort((a, b) => (a.waitingSince ?? 0) - (b.waitingSince ?? 0) || (a.id < b.id ? -1 : 1))
      expect(conversations.map(({ id }) => id)).toEqual(waiting.slice(0, 5).map(({ id }) => id))
      expect(total).toBe(waiting.length)
      expect(text).toContain(waiting[0]?.id)
    }))

  test('What did customers say about invoices last month?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { conversations } = await ask<SearchAnswer>('search_conversations', {
        ...{ query: 'What did customers say about invoices?', timeframe: 'last month' },
      })
      const about = threads.filter(
        (thread) =>
          createdOn('2025-03-01', '2025-03-31')({ createdAt: thread.created_at }) &&
          wordsOf(thread).includes('invoic'),
      )
      expect(about.length).toBeGreaterThan(1)
      expect(conversations.map(({ id }) => id).toSorted()).toEqual(about.map(({ id }) => id).toSorted())
      for (const { title, snippets } of conversations) {
        expect(`${title} ${snippets[0]?.text}`.toLowerCase()).toContain('invoice')
      }
    }))

  test('Who of us gets the best ratings?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { totals, groups } = await ask<Analysis<SatisfactionBody>>('analyze_conversations', {
        ...{ analysis_type: 'customer_satisfaction', dimensions: ['assignee'] },
      })
      expect(totals).toEqual(satisfaction(sources))
      for (const { key, mean, rated } of groups) {
        const own = satisfaction(sources.filter(({ assignee }) => assignee === key))
        expect([key, mean, rated]).toEqual([key, own.mean, own.rated])
      }
      const best = groups.filter(({ rated }) => rated >= 3).sort((a, b) => (b.mean ?? 0) - (a.mean ?? 0))[0]
      const { admins } = world.stage.staff
      expect(best?.label).toBe(admins.find(({ id }) => id === best?.key)?.name)
    }))

  test('When is it busiest?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { groups = [] } = await ask<SearchAnswer>('search_conversations', {
        ...{ aggregation: { group_by: 'hour' }, limit: 1 },
      })
      const counted = groups.map(({ key, count }) => [key, count])
      const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
      expect(counted).toEqual(
        hours.map((hour) => [
          hour,
          sources.filter(({ createdAt }) => onTheWall(createdAt, zone).hour === hour).length,
        ]),
      )
    }))

  test('How many conversations a day did Billing get in the last two weeks?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { groups = [] } = await ask<SearchAnswer>('search_conversations', {
        ...{ timeframe: 'last 14 days', filters: { team_id: 'billing' }, aggregation: { group_by: 'day' } },
      })
      const billing = world.stage.staff.teams.find(({ name }) => name === 'Billing')?.id
      const days = Array.from({ length: 14 }, (_, index) => localDay(now - (13 - index) * day))
      expect(groups.map(({ key, count }) => [key, count])).toEqual(
        days.map((on) => [
          on,
          sources.filter(createdOn(on, on)).filter(({ team }) => team === billing).length,
        ]),
      )
      expect(groups.some(({ count }) => count > 0)).toBe(true)
    }))

  test('Who is most unhappy, and what happened to them?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { totals, most_negative } = await ask<Analysis<SentimentBody>>('analyze_conversations', {
        ...{ analysis_type: 'sentiment_trends', timeframe: 'last 30 days' },
      })
      const month = sources.filter(createdOn('2025-03-27', '2025-04-25'))
      expect((totals.judged ?? 0) + (totals.not_judged ?? 0)).toBe(month.length)
      const [worst] = most_negative
      const { conversation } = await ask<ConversationAnswer>('get_conversation', {
        conversation_id: worst?.id,
      })
      expect(month.map(({ id }) => id)).toContain(conversation.id)
      const thread = world.conversation(conversation.id)
      expect(conversation.state).toBe(thread?.state)
      expect(conversation.messages.filter(({ text }) => text !== null)).toHaveLength(
        world.messages(conversation.id).length,
      )
      const said = conversation.messages.map(({ text }) => text?.replace(/\s+/g, ' ')).join(' ')
      expect(said).toContain(worst?.passage.replaceAll('…', '').trim())
    }))

  test('Is the backlog growing this week?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { totals, groups } = await ask<Analysis<PerformanceBody>>('analyze_conversations', {
        ...{ analysis_type: 'performance_metrics', timeframe: 'this week', dimensions: ['time_period'] },
      })
      expect(totals.backlog).toMatchObject({
        open: sources.filter(({ state }) => state === 'open').length,
        snoozed: sources.filter(({ state }) => state === 'snoozed').length,
      })
      const midnights = ['2025-04-22', '2025-04-23', '2025-04-24', '2025-04-25'].map(
        // Summer time in Dublin.
        (next) => Date.parse(`${next}T00:00:00+01:00`) / 1000,
      )
      expect(groups.map(({ key, backlog }) => [key, backlog.open])).toEqual(
        ['2025-04-21', '2025-04-22', '2025-04-23', '2025-04-24', '2025-04-25'].map((on, index) => [
          on,
          unclosedAt(sources, midnights[index] ?? now),
        ]),
      )
    }))

  test('Where is the conversation about the card that was declined twice, and how did it end?', () =>
    inAtMostTwoCalls(async (ask) => {
      const { conversations } = await ask<SearchAnswer>('search_conversations', {
        ...{ query: 'find the conversation where the customer said his card was declined', limit: 3 },
      })
      const [first] = conversations
      const { conversation } = await ask<ConversationAnswer>('get_conversation', {
        conversation_id: first?.id,
      })
      const thread = threads.find(({ id }) => id === first?.id)
      expect(thread && wordsOf(thread)).toContain('declin')
      expect(conversation).toMatchObject({ id: thread?.id, state: thread?.state })
    }))
})
