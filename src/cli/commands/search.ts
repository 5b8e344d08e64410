import type { SearchAnswer } from '../../domain/answers'
import { conversationStates } from '../../domain/conversation'
import type { Service } from '../../service/service'
import { asUsageError, readText, readWholeNumber, UsageError } from '../arguments'
import type { CommandContext } from '../command-context'
import { asPlainLine, type Output } from '../output'
import { showHits } from '../search-table'
import { formatAmount, formatCount } from '../units'
import { useService } from '../use-service'

export interface SearchOptions {
  query: string
  timeframe?: string
  state?: string[]
  limit: number
}

/** `search QUERY…`: the same search as the tool, as a table with the hits lit. */
export async function runSearch(context: CommandContext): Promise<undefined> {
  const options = readSearchOptions(context)
  const answer = await useService(context, ({ service }) => search(options, service, context.signal)).catch(
    asUsageError,
  )
  if (context.asJson) context.output.json(answer)
  else showSearch(answer, options.query, context.output)
}

/** Asks the service, exactly as a client's tool call would. */
export function search(options: SearchOptions, service: Service, signal: AbortSignal): Promise<SearchAnswer> {
  const { query, timeframe, state, limit } = options
  return service.searchConversations(
    { query, timeframe, filters: state ? { state } : undefined, limit },
    { signal },
  )
}

function readSearchOptions({ options, positionals }: CommandContext): SearchOptions {
  const state = readText(options, 'state')
    ?.split(',')
    .map((one) => one.trim().toLowerCase())
  const unknown = state?.find((one) => !conversationStates.some((known) => known === one))
  if (unknown !== undefined) {
    throw new UsageError(`--state ${unknown} cannot be used.`, {
      hint: `Allowed: ${conversationStates.join(', ')}; several with commas.`,
    })
  }
  return {
    query: positionals.join(' '),
    timeframe: readText(options, 'timeframe'),
    state,
    limit: readWholeNumber(options, 'limit', 1, 1000) ?? 20,
  }
}

/** Prints the hits as a table, each with the passage that matched, and on what ground the answer stands. */
export function showSearch(answer: SearchAnswer, query: string, output: Output): void {
  const { style } = output
  if (answer.matched === 'any_term' && answer.total > 0) {
    output.item('', style('No conversation has all of these words; these have some of them.', 'yellow'))
  }
  showHits(answer.conversations, query, output)
  if (answer.returned > 0) output.line()
  const more = answer.total > answer.returned ? `, the first ${formatCount(answer.returned)} shown` : ''
  output.line(style(`${formatAmount(answer.total, 'conversation')}${more}.`, 'bold'))
  output.item('', style(asPlainLine(answer.freshness.message), answer.freshness.stale ? 'yellow' : 'dim'))
}
