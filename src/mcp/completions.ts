import type { SuggestionKind } from '../domain/answers'
import type { Logger } from '../logger'
import type { CallOptions, Service } from '../service/service'
import type { ArgumentKind } from './prompts/argument-kinds'
import { requirePrompt } from './prompts/prompts'
import { invalidParams, logOmission, quoteShortly } from './protocol-error'
import { conversationTemplate } from './resources/resource-uri'

export interface CompletionRequest {
  ref: { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string }
  argument: { name: string; value: string }
}

interface Completion {
  values: string[]
  total?: number
  hasMore: boolean
}

/** As many as an answer may hold. */
const mostValues = 100

/** Those asked for most come first; each can be read by the tools. */
export const timeframeWords = [
  ...['today', 'yesterday', 'this week', 'last week', 'last 7 days', 'last 14 days', 'last 30 days'],
  ...['this month', 'last month', 'last 90 days', 'this quarter', 'last quarter', 'this year', 'last year'],
  ...['last 24 hours', 'since Monday', 'January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]

const nothing: Completion = { values: [], total: 0, hasMore: false }

/**
 * What an argument of a prompt or of the template may go on with, out of the stored data. Offers nothing while that
 * cannot be opened: a form that is being filled in is no place for its errors. Rejects with a ProtocolError what names
 * no argument of ours.
 */
export async function complete(
  { ref, argument }: CompletionRequest,
  { getService, logger }: { getService: () => Promise<Service>; logger: Logger },
  call: CallOptions,
): Promise<{ completion: Completion }> {
  const kind = kindOf(ref, argument.name)
  if (kind === 'words') return { completion: nothing }
  if (kind === 'timeframe') return { completion: completeWords(argument.value) }
  try {
    const request = { kind, prefix: argument.value, limit: mostValues }
    const { values, total, has_more: hasMore } = await (await getService()).suggest(request, call)
    return { completion: { values, ...(total === null ? {} : { total }), hasMore } }
  } catch (error) {
    if (call.signal?.aborted) throw error
    logOmission(logger, 'nothing can be offered', error)
    return { completion: nothing }
  }
}

function kindOf(ref: CompletionRequest['ref'], argument: string): SuggestionKind | 'timeframe' | 'words' {
  const kind: ArgumentKind | SuggestionKind | undefined =
    ref.type === 'ref/prompt' ? requirePrompt(ref.name).kindOf(argument) : kindOfTemplate(ref.uri, argument)
  if (kind !== undefined) return kind
  throw invalidParams(`There is no argument ${quoteShortly(argument)} to complete.`)
}

function kindOfTemplate(uri: string, argument: string): SuggestionKind | undefined {
  if (uri !== conversationTemplate) {
    throw invalidParams(`Unknown template ${quoteShortly(uri)}; known is: ${conversationTemplate}.`)
  }
  return argument === 'id' ? 'conversation' : undefined
}

function completeWords(typed: string): Completion {
  const prefix = typed.trimStart().toLowerCase()
  const values = timeframeWords.filter((words) => words.toLowerCase().startsWith(prefix))
  return { values, total: values.length, hasMore: false }
}
