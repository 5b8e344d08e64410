import type { TopicBody, TopicFigures } from '../../domain/analysis-answers'
import { UserInputError } from '../../domain/errors'
import type { FigureConditions } from '../../storage/port'
import { labelTopics } from '../../text/topic-labels'
import { findTopics, type TopicModel } from '../../text/topics'
import { describeNumbers, meanOf, rounded, shareOf } from '../distribution'
import { beginningWithin } from '../size-budget'
import type { AnalysisContext, AnalysisResult } from './context'
import { type ConversationTerms, createTopicSource, type TopicSource } from './topic-source'

export interface TopicAnalysis extends TopicBody {
  /** Number of conversations analysed. */
  conversations: number
}

export interface TopicContext {
  conditions: FigureConditions
  /** What growth is measured against; null when nothing is. */
  previous: FigureConditions | null
  /** How many conversations per topic are shown. */
  examples?: number
}

const topicDefinitions: Record<string, string> = {
  topics:
    'Found from what customers wrote, in both periods together. Every conversation is in the one topic that explains its words best, or in other.',
  count: 'Conversations created in the timeframe.',
  share: 'Of all conversations analysed.',
  growth:
    'Count against previous_count, as a share of previous_count; null when that is 0 or nothing is compared.',
  sentiment_mean: 'Mean over the conversations whose sentiment was judged, from -1 to 1.',
  first_response_seconds: 'Wall clock from the first customer message to the first admin reply.',
  examples: 'Most typical conversations first.',
  other: 'Conversations without words, and those whose words tell of no topic.',
}

const defaultExamples = 3
/** All of a small topic, and a good look into a large one. */
const maxExamples = 200

/** Typical conversations whose words name a topic. */
const namingConversations = 8
const snippetTokens = 40
/** With many examples the answer has to stay readable. */
const snippetsInFull = 10
const shortSnippetTokens = 20

/**
 * What people write about: topics of both periods together, so that those of one are those of the other, the largest
 * now first. The same data gives the same answer.
 */
export async function analyzeTopics(source: TopicSource, context: TopicContext): Promise<TopicAnalysis> {
  const current = await source.readTerms(context.conditions)
  const before = context.previous && (await source.readTerms(context.previous))
  const model = findTopics(unite(current, before ?? []))
  const members = assignAll(model, current)
  const earlier = before && assignAll(model, before)
  const topics = describeTopics(model, { members, earlier, all: current.length })
  const examples = await readExamples(source, topics, clampExamples(context.examples))
  return {
    conversations: current.length,
    topics: topics.map(({ figures }, place) => ({
      ...(examples.labels[place] ?? { label: '', terms: [] }),
      ...figures,
      examples: examples.shown[place] ?? [],
    })),
    other: {
      count: listOf(members, none).length,
      share: shareOf(listOf(members, none).length, current.length),
      previous_count: earlier && listOf(earlier, none).length,
    },
  }
}

/** Topics as one of the analyses that can be asked for. Rejects dimensions: topics are what it groups by. */
export async function analyseTopics(context: AnalysisContext): Promise<AnalysisResult<TopicBody>> {
  const { store, conditions, previous, dimensions, examples } = context
  if (dimensions.length > 0) {
    throw new UserInputError('topic_analysis takes no dimensions.', {
      hint: 'Narrow it with filters instead, or compare times with compare_to.',
    })
  }
  const source = createTopicSource(store)
  const { conversations, ...body } = await analyzeTopics(source, { conditions, previous, examples })
  return { conversations, body, definitions: topicDefinitions, notes: [] }
}

/** A conversation of both periods counts once. */
function unite(current: ConversationTerms[], before: ConversationTerms[]): ConversationTerms[] {
  if (before.length === 0) return current
  return [...new Map([...before, ...current].map((each) => [each.id, each])).values()]
}

function clampExamples(asked = defaultExamples): number {
  return Math.min(maxExamples, Math.max(0, Math.floor(asked)))
}

const none = -1

interface Member {
  conversation: ConversationTerms
  fit: number
}

type Members = ReadonlyMap<number, Member[]>

function assignAll(model: TopicModel, conversations: readonly ConversationTerms[]): Members {
  const members = new Map<number, Member[]>()
  for (const conversation of conversations) {
    const { topic, fit } = model.assign(conversation.codes)
    const list = members.get(topic)
    if (list) list.push({ conversation, fit })
    else members.set(topic, [{ conversation, fit }])
  }
  return members
}

function listOf(members: Members | null, topic: number): Member[] {
  return members?.get(topic) ?? []
}

interface DescribedTopic {
  terms: TopicModel['topics'][number]['terms']
  /** Ids, most typical first: of both periods, and of the present one. */
  typical: string[]
  current: string[]
  figures: Omit<TopicFigures, 'label' | 'terms' | 'examples'>
}

interface Assigned {
  members: Members
  earlier: Members | null
  all: number
}

/** Largest now first, those that nobody wrote about in either period left out. */
function describeTopics(model: TopicModel, { members, earlier, all }: Assigned): DescribedTopic[] {
  const described = model.topics.map(({ terms }, topic): DescribedTopic => {
    const now = listOf(members, topic)
    const then = earlier && listOf(earlier, topic)
    return {
      terms,
      typical: mostTypical([...now, ...(then ?? [])]).slice(0, namingConversations),
      current: mostTypical(now),
      figures: countTopic(now, then, all),
    }
  })
  const seen = described.filter(({ typical }) => typical.length > 0)
  return seen.sort((a, b) => b.figures.count - a.figures.count)
}

function countTopic(now: Member[], then: Member[] | null, all: number) {
  const scores = now.map(({ conversation }) => conversation.sentiment)
  const responses = now.map(({ conversation }) => conversation.firstResponseSeconds)
  return {
    count: now.length,
    share: shareOf(now.length, all),
    previous_count: then === null ? null : then.length,
    growth: then && then.length > 0 ? rounded((now.length - then.length) / then.length) : null,
    sentiment_mean: meanOf(scores.filter((score) => score !== null)),
    first_response_seconds: describeNumbers(responses.filter((seconds) => seconds !== null)),
  }
}

function mostTypical(members: readonly Member[]): string[] {
  const sorted = members.toSorted((a, b) => b.fit - a.fit || (a.conversation.id < b.conversation.id ? -1 : 1))
  return [...new Set(sorted.map(({ conversation }) => conversation.id))]
}

async function readExamples(source: TopicSource, topics: readonly DescribedTopic[], count: number) {
  const wanted = topics.flatMap(({ typical, current }) => [...typical, ...current.slice(0, count)])
  const texts = await source.readTexts([...new Set(wanted)])
  const tokens = count > snippetsInFull ? shortSnippetTokens : snippetTokens
  return {
    labels: labelTopics(
      topics.map(({ terms, typical }) => ({ terms, texts: typical.flatMap((id) => texts.get(id) ?? []) })),
    ),
    shown: topics.map(({ current }) =>
      current.slice(0, count).map((id) => ({ id, snippet: snippetOf(texts.get(id) ?? [], tokens) })),
    ),
  }
}

/** The beginning of what the customer wrote, on one line. */
function snippetOf(texts: readonly string[], tokens: number): string {
  const line = texts.join(' ').slice(0, 2_000).replace(/\s+/g, ' ').trim()
  const beginning = beginningWithin(line, tokens)
  return beginning === line ? line : `${beginning.replace(/ \S*$/, '')}…`
}
