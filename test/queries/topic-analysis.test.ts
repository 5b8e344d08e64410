import { describe, expect, it } from 'vitest'
import { analyzeTopics, type TopicContext } from '../../src/queries/analysis/topic-analysis'
import { createTopicSource, type TopicSource } from '../../src/queries/analysis/topic-source'
import type { FigureConditions } from '../../src/storage/port'
import { tellConversations, type WorldConversation, worldNow } from '../helpers/topic-world'
import { createSampleStore, now, type SampleConversation } from './sample-store'

const day = 86_400

function created(start: number, end: number): FigureConditions {
  return { query: null, timeframe: { start, end }, timeField: 'created_at', filters: {} }
}

const everything: FigureConditions = { query: null, timeframe: null, timeField: 'created_at', filters: {} }

function sourceOf(conversations: readonly WorldConversation[]): TopicSource {
  const byId = new Map(conversations.map((each) => [each.id, each]))
  return {
    readTerms: async ({ timeframe }) =>
      conversations
        .filter(({ createdAt }) => !timeframe || (createdAt >= timeframe.start && createdAt < timeframe.end))
        .map(({ id, codes }) => ({ id, codes, firstResponseSeconds: null, sentiment: null })),
    readTexts: async (ids) => new Map(ids.map((id) => [id, byId.get(id)?.texts ?? []])),
  }
}

describe('topics of an invented support desk', () => {
  const told = tellConversations(2_400).filter(({ isEnglish }) => isEnglish)
  const half = worldNow - 15 * day
  const context: TopicContext = {
    conditions: created(half, worldNow),
    previous: created(worldNow - 30 * day, half),
    examples: 200,
  }

  it('count every conversation once, in a topic or in other', async () => {
    const { conversations, topics, other } = await analyzeTopics(sourceOf(told), context)

    const inTopics = topics.reduce((sum, { count }) => sum + count, 0)
    expect(conversations).toBe(told.filter(({ createdAt }) => createdAt >= half).length)
    expect(inTopics + other.count).toBe(conversations)
    const shown = topics.flatMap(({ examples }) => examples.map(({ id }) => id))
    expect(new Set(shown).size).toBe(inTopics)
  })

  it('grow and shrink where the desk had more or less of a matter', async () => {
    const { topics } = await analyzeTopics(sourceOf(told), context)
    const matterOf = new Map(told.map(({ id, topic }) => [id, topic]))
    const seen = topics.flatMap(({ examples, growth, count, previous_count }) => {
      const matter = majority(examples.map(({ id }) => matterOf.get(id) ?? ''))
      return matter === null || growth === null || count + (previous_count ?? 0) < 15
        ? []
        : [{ matter, growth }]
    })
    const clear = seen.filter(({ matter }) => Math.abs(changeOf(told, matter, half)) > 0.4)

    expect(clear.length).toBeGreaterThanOrEqual(4)
    const agreeing = clear.filter(({ matter, growth }) => growth * changeOf(told, matter, half) > 0)
    expect(agreeing.length / clear.length).toBeGreaterThanOrEqual(0.8)
  })

  it('have different labels made of words that customers wrote', async () => {
    const { topics } = await analyzeTopics(sourceOf(told), context)

    const labels = topics.map(({ label }) => label)
    const written = told
      .flatMap(({ texts }) => texts)
      .join(' ')
      .toLowerCase()
    expect(new Set(labels).size).toBe(labels.length)
    for (const word of labels.flatMap((label) => label.split(/[ ,]+/))) {
      expect(written).toContain(word.toLowerCase())
    }
  })
})

/** What more than two thirds are; null when nothing is. */
function majority(kinds: readonly string[]): string | null {
  const most = [...new Set(kinds)].find(
    (kind) => kinds.filter((each) => each === kind).length > (kinds.length * 2) / 3,
  )
  return most ?? null
}

/** Between -1 and 1: how the number of conversations about a matter changed. */
function changeOf(told: readonly WorldConversation[], matter: string, half: number): number {
  const of = told.filter(({ topic }) => topic === matter)
  const after = of.filter(({ createdAt }) => createdAt >= half).length
  const start = half - (worldNow - half)
  const before = of.filter(({ createdAt }) => createdAt >= start && createdAt < half).length
  return (after - before) / Math.max(1, Math.max(after, before))
}

const invoices = [
  'My invoice lacks the VAT number.',
  'The VAT on our invoice is wrong.',
  'Please correct the VAT rate on this invoice',
  'Invoice without VAT again?',
  'We cannot book the invoice: VAT is missing.',
  'VAT shows zero on the latest invoice',
  'Can I enter a VAT number for each invoice?',
  'Your invoice charges VAT although we are abroad',
]
const parcels = [
  'The parcel never came, tracking is empty',
  'Tracking says delivered, but no parcel',
  'Is my parcel lost? Tracking stopped',
  'The tracking link of the parcel is dead',
  'A neighbour has the parcel according to tracking',
  'Tracking shows the parcel in another town',
  'My parcel went back to you, says tracking',
  'No tracking for the parcel so far',
  'The parcel is damp and tracking was no help',
]

function sample(): SampleConversation[] {
  const lately = [...invoices.slice(0, 6), ...parcels.slice(0, 3)]
  const before = [...invoices.slice(6), ...parcels.slice(3)]
  return [
    ...lately.map((text, index) => ({ id: `1${index}`, daysAgo: 2, texts: [text, 'We look at it'] })),
    ...before.map((text, index) => ({ id: `2${index}`, daysAgo: 9, texts: [text, 'Parcel or invoice?'] })),
    { id: '30', daysAgo: 2, texts: ['Is the gardener in?', 'No'] },
    { id: '31', daysAgo: 2, texts: ['Hello', 'Hi'] },
    { id: '32', daysAgo: 2, texts: [''] },
  ]
}

describe('topics of a store', () => {
  const lastWeek = created(now - 7 * day, now)
  const context: TopicContext = { conditions: lastWeek, previous: created(now - 14 * day, now - 7 * day) }

  it('are found in what customers wrote, with growth, response times and examples', async () => {
    const store = await createSampleStore(sample())

    const { conversations, topics, other } = await analyzeTopics(createTopicSource(store), {
      ...context,
      examples: 1,
    })

    expect(conversations).toBe(12)
    expect(topics).toEqual([
      {
        label: 'VAT, invoice',
        terms: expect.arrayContaining(['invoice', 'VAT']),
        count: 6,
        share: 0.5,
        previous_count: 2,
        growth: 2,
        sentiment_mean: -0.297,
        first_response_seconds: { count: 6, mean: 60, median: 60, p90: 60 },
        examples: [{ id: expect.stringMatching(/^1[0-5]$/), snippet: expect.stringContaining('VAT') }],
      },
      {
        label: 'parcel, tracking',
        terms: expect.arrayContaining(['parcel', 'tracking']),
        count: 3,
        share: 0.25,
        previous_count: 6,
        growth: -0.5,
        sentiment_mean: -0.49,
        first_response_seconds: { count: 3, mean: 60, median: 60, p90: 60 },
        examples: [{ id: expect.stringMatching(/^1[6-8]$/), snippet: expect.stringMatching(/parcel/i) }],
      },
    ])
    expect(other).toEqual({ count: 3, share: 0.25, previous_count: 0 })
  })

  it('say nothing of growth when nothing is compared', async () => {
    const store = await createSampleStore(sample())

    const { topics, other } = await analyzeTopics(createTopicSource(store), { ...context, previous: null })

    expect(topics.map(({ previous_count, growth }) => [previous_count, growth])).toEqual([
      [null, null],
      [null, null],
    ])
    expect(other.previous_count).toBeNull()
  })

  it('are the same when asked again', async () => {
    const store = await createSampleStore(sample())
    const source = createTopicSource(store)

    expect(await analyzeTopics(source, context)).toEqual(await analyzeTopics(source, context))
  })

  it('are none in an empty store, nor among conversations that say nothing', async () => {
    const empty = createTopicSource(await createSampleStore([]))
    expect(await analyzeTopics(empty, context)).toEqual({
      conversations: 0,
      topics: [],
      other: { count: 0, share: null, previous_count: 0 },
    })
    const silent = createTopicSource(
      await createSampleStore([
        { id: '1', texts: [null] },
        { id: '2', texts: ['…'] },
      ]),
    )
    const { topics, other } = await analyzeTopics(silent, { conditions: everything, previous: null })
    expect(topics).toEqual([])
    expect(other).toEqual({ count: 2, share: 1, previous_count: null })
  })
})
