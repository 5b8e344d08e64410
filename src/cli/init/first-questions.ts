import type { SearchAnswer } from '../../domain/answers'
import { AppError } from '../../domain/errors'
import type { Service } from '../../service/service'
import { asPlainLine } from '../output'

/**
 * Three questions for an assistant that this workspace has an answer to: about what its customers write of, about a
 * tag of its own, and about those who wait. What cannot be read is left out of the question.
 */
export async function findFirstQuestions(
  service: Pick<Service, 'searchConversations' | 'analyzeConversations'>,
  signal: AbortSignal,
): Promise<string[]> {
  const [topic, tag] = await Promise.all([
    orNull(() => findTopic(service, signal), signal),
    orNull(() => findTag(service, signal), signal),
  ])
  return describeFirstQuestions({ topic, tag })
}

/** The questions around a topic and a tag; without them they are about everything. */
export function describeFirstQuestions({
  topic,
  tag,
}: {
  topic: string | null
  tag: string | null
}): string[] {
  return [
    topic === null
      ? 'What did customers write about most in the last 30 days?'
      : `What do customers say about “${asPlainLine(topic)}”, and what would help them?`,
    tag === null
      ? 'How long do customers wait for a first reply, week by week?'
      : `How long do conversations tagged “${asPlainLine(tag)}” wait for a first reply?`,
    'Which open conversations have waited longest, and what do they need?',
  ]
}

async function findTopic(service: Pick<Service, 'analyzeConversations'>, signal: AbortSignal) {
  const answer = await service.analyzeConversations(
    { analysis_type: 'topic_analysis', timeframe: 'last 30 days', examples: 0 },
    { signal },
  )
  if (answer.analysis_type !== 'topic_analysis') return null
  // A label is the topic's two foremost terms; in a sentence one says more.
  return answer.topics[0]?.label.split(', ')[0] ?? null
}

async function findTag(service: Pick<Service, 'searchConversations'>, signal: AbortSignal) {
  const { groups = [] }: SearchAnswer = await service.searchConversations(
    { aggregation: { group_by: 'tag' }, limit: 1 },
    { signal },
  )
  const named = groups.filter(({ key }) => key !== null)
  return named.toSorted((a, b) => b.count - a.count)[0]?.label ?? null
}

/** A question less is no reason to end in an error. */
async function orNull(find: () => Promise<string | null>, signal: AbortSignal): Promise<string | null> {
  try {
    return await find()
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof AppError) return null
    throw error
  }
}
