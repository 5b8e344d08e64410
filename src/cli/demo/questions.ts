import type { ConversationAnswer, SearchAnswer } from '../../domain/answers'
import type { ServedProgram, ToolReply } from '../../mcp/connect-to-program'
import { asPlainLine } from '../output'
import { formatAmount } from '../units'

/** One question of the demo, as a person would put it and as the tool is called for it. */
interface DemoQuestion {
  key: 'reply_word' | 'phrase' | 'timeframe' | 'filter' | 'thread'
  question: string
  tool: 'search_conversations' | 'get_conversation'
  arguments: Record<string, unknown>
}

export interface AnsweredQuestion extends DemoQuestion {
  ms: number
  /** Conversations that match, or messages of the thread. */
  total: number
  /** A few lines for a person. */
  lines: string[]
  data: SearchAnswer | ConversationAnswer
}

/** The words the questions are about; the check looks for the same ones in the source. */
export const replyWord = 'goodwill'
export const phrase = 'last four digits'
export const frameWord = 'refund'
export const frameDays = 30

const shown = 3

const searches: readonly DemoQuestion[] = [
  {
    key: 'reply_word',
    question: `Where did the team speak of ${replyWord}? (a word of replies and notes, which Intercom cannot search)`,
    tool: 'search_conversations',
    arguments: { query: replyWord, limit: shown },
  },
  {
    key: 'phrase',
    question: `Who wrote exactly "${phrase}"?`,
    tool: 'search_conversations',
    arguments: { query: `"${phrase}"`, limit: shown },
  },
  {
    key: 'timeframe',
    question: `What was said about refunds in conversations of the last ${frameDays} days?`,
    tool: 'search_conversations',
    arguments: { query: frameWord, timeframe: `last ${frameDays} days`, limit: shown },
  },
  {
    key: 'filter',
    question: 'Who waits longest for an answer?',
    tool: 'search_conversations',
    arguments: { filters: { state: ['open'], waiting: true }, sort: 'longest_waiting', limit: shown },
  },
]

/** Asks the five questions one after the other; the last reads the thread of the first hit there was. */
export async function askQuestions(
  program: ServedProgram,
  onAnswer: (answer: AnsweredQuestion) => void,
): Promise<AnsweredQuestion[]> {
  const answers: AnsweredQuestion[] = []
  let firstId: string | undefined
  for (const question of searches) {
    const reply = await program.call(question.tool, question.arguments)
    const answer = describeSearch(question, reply)
    firstId ??= (reply.data as unknown as SearchAnswer).conversations[0]?.id
    onAnswer(answer)
    answers.push(answer)
  }
  if (firstId === undefined) return answers
  const question: DemoQuestion = {
    key: 'thread',
    question: 'What was said in the first of these, from beginning to end?',
    tool: 'get_conversation',
    arguments: { conversation_id: firstId },
  }
  const thread = describeThread(question, await program.call(question.tool, question.arguments))
  onAnswer(thread)
  return [...answers, thread]
}

function describeSearch(question: DemoQuestion, { data, ms }: ToolReply): AnsweredQuestion {
  const answer = data as unknown as SearchAnswer
  const lines = answer.conversations.map((hit) => {
    const snippet = hit.snippets[0]
    const passage = snippet ? `${snippet.author.name ?? snippet.author.type}: ${snippet.text}` : ''
    return `${hit.id}  ${asPlainLine(hit.title ?? '(no subject)')} — ${asPlainLine(passage)}`
  })
  return { ...question, ms, total: answer.total, lines, data: answer }
}

function describeThread(question: DemoQuestion, { data, ms }: ToolReply): AnsweredQuestion {
  const answer = data as unknown as ConversationAnswer
  const { conversation } = answer
  const said = conversation.messages.filter((message) => message.text !== null)
  const lines = said
    .slice(0, shown + 1)
    .map((message) => `${message.author.name ?? message.author.type}: ${asPlainLine(message.text ?? '')}`)
  if (said.length > lines.length)
    lines.push(`… and ${formatAmount(said.length - lines.length, 'more message')}`)
  return { ...question, ms, total: conversation.message_count, lines, data: answer }
}
