import * as v from 'valibot'
import { flag, listOf, oneOf, oneOrMore, strictArguments, text, wholeNumber } from './argument-schemas'

const priorityWords = ['none', 'low', 'medium', 'high', 'urgent', 'priority', 'not_priority'] as const
const rating = wholeNumber(1, 5)

/** Which conversations a search or an analysis is about. */
export const conversationFilters = strictArguments({
  state: v.optional(listOf(oneOf(['open', 'closed', 'snoozed']), 'states')),
  priority: v.optional(oneOrMore(oneOf(priorityWords), `one of: ${priorityWords.join(', ')}`)),
  assignee_id: v.optional(
    v.pipe(oneOrMore(text(64), 'an id or a name'), v.description('Ids or names; "unassigned".')),
  ),
  team_id: v.optional(v.pipe(oneOrMore(text(64), 'an id or a name'), v.description('Ids or names.'))),
  customer_id: v.optional(text(64)),
  tags: v.optional(v.pipe(listOf(text(256), 'tag names'), v.description('Names or ids; any of them.'))),
  rating: v.optional(oneOrMore(rating, 'a whole number from 1 to 5')),
  has_rating: v.optional(flag()),
  waiting: v.optional(v.pipe(flag(), v.description('Open, and the customer waits for a reply.'))),
})
