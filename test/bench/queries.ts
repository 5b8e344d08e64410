import type { SearchRequest } from '../../src/domain/answers'

export type QueryKind = 'word' | 'common word' | 'phrase' | 'prefix' | 'question' | 'operators' | 'filters'

export interface BenchQuery {
  kind: QueryKind
  request: SearchRequest
}

/**
 * What the speed of searching is judged by: the questions that people ask of a support desk's history, and those that
 * are hardest to answer. Chosen before the search was tuned, and kept as it is, so that figures stay comparable.
 */
export const benchQueries: readonly BenchQuery[] = [
  ask('word', 'dermatologist'),
  ask('word', 'refundable'),
  ask('word', 'humidity temperature'),
  ask('word', 'dentist appointment confirm'),
  ask('word', 'economy ticket airport departure'),
  ask('word', 'zeppelin'),
  ask('common word', 'day'),
  ask('common word', 'thanks'),
  ask('common word', 'want'),
  ask('common word', 'yes please'),
  ask('common word', 'find something else'),
  ask('common word', 'what would you like to do'),
  ask('phrase', '"half past 7"'),
  ask('phrase', '"anything else I can help you with"'),
  ask('phrase', '"savings account"'),
  ask('phrase', '"is that correct"'),
  ask('prefix', 'reserv*'),
  ask('prefix', 'm*'),
  ask('prefix', 'subtit* movie'),
  ask('question', 'which customers asked for a refund on their flight?'),
  ask(
    'question',
    'find the conversation where the customer wants to rent a compact car in Los Angeles for a week',
  ),
  ask('question', 'how do I transfer money to my savings account'),
  ask('question', 'why was the payment declined twice and nobody answered my question about the invoice'),
  ask('operators', 'hotel OR apartment wifi -pets'),
  ask('operators', 'restaurant -"outdoor seating"'),
  ask('operators', '-confirm'),
  { kind: 'filters', request: {} },
  { kind: 'filters', request: { filters: { state: ['open'] }, timeframe: 'last 7 days' } },
  { kind: 'filters', request: { filters: { state: ['closed'], has_rating: false }, sort: 'oldest' } },
  { kind: 'filters', request: { query: 'ticket', filters: { state: ['open'] }, timeframe: 'last 30 days' } },
]

function ask(kind: QueryKind, query: string): BenchQuery {
  return { kind, request: { query } }
}
