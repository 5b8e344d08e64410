import type { SearchRequest } from '../domain/answers'
import { type ConversationState, conversationStates, type Priority, priorities } from '../domain/conversation'
import { UserInputError } from '../domain/errors'
import type { ConversationFilters, Store } from '../storage/port'
import { findByName, type Named } from './names'

const nobody = new Set(['unassigned', 'nobody', 'none', 'null'])

/** The older two levels of Intercom's API, which clients still send. */
const olderPriorities: Record<string, Priority[]> = {
  not_priority: ['none'],
  priority: ['low', 'medium', 'high', 'urgent'],
}

/**
 * The filters in the store's words. Assignees, teams and tags may be given by id or by name (see `findByName`); a
 * name that none has is a UserInputError that offers the nearest ones.
 */
export async function readFilters(store: Store, request: SearchRequest): Promise<ConversationFilters> {
  const asked = request.filters ?? {}
  const filters: ConversationFilters = {}
  if (asked.state?.length) filters.state = asked.state.map(readState)
  const priority = listOf(asked.priority)
  if (priority.length > 0) filters.priority = [...new Set(priority.flatMap(readPriority))]
  const assignees = listOf(asked.assignee_id)
  if (assignees.length > 0)
    filters.assigneeIds = await readPeople(assignees, 'assignee', () => store.listAdmins())
  const teams = listOf(asked.team_id)
  if (teams.length > 0) {
    const ids = await readPeople(teams, 'team', () => store.listTeams())
    filters.teamIds = ids.filter((id) => id !== null)
  }
  if (asked.customer_id !== undefined) filters.customerId = asked.customer_id
  if (request.customer_email !== undefined) filters.customerEmail = readEmail(request.customer_email)
  if (asked.tags?.length) filters.tags = await readTags(store, asked.tags)
  const ratings = listOf(asked.rating)
  if (ratings.length > 0) filters.ratings = ratings.map(readRating)
  if (asked.has_rating !== undefined) filters.hasRating = asked.has_rating
  if (asked.waiting !== undefined) filters.waiting = asked.waiting
  return filters
}

function readState(text: string): ConversationState {
  const state = conversationStates.find((known) => known === text.toLowerCase())
  if (state) return state
  throw new UserInputError(`"${text}" is no state of a conversation.`, {
    hint: `States are ${conversationStates.join(', ')}.`,
  })
}

function readPriority(text: string): Priority[] {
  const word = text.toLowerCase()
  const known = olderPriorities[word] ?? priorities.filter((priority) => priority === word)
  if (known.length > 0) return known
  throw new UserInputError(`"${text}" is no priority.`, {
    hint: `Priorities are ${priorities.join(', ')}; also not_priority (none) and priority (any other).`,
  })
}

function readRating(rating: number): number {
  if (Number.isInteger(rating) && rating >= 1 && rating <= 5) return rating
  throw new UserInputError(`${rating} is no rating.`, { hint: 'Ratings are 1, 2, 3, 4 and 5.' })
}

function readEmail(text: string): string {
  const email = text.trim()
  if (/^\S+@\S+$/.test(email)) return email
  throw new UserInputError(`"${text}" is not a whole e-mail address.`, {
    hint: 'Give the address in full, or search for its parts with query.',
  })
}

async function readPeople(
  asked: string[],
  kind: 'assignee' | 'team',
  list: () => Promise<Named[]>,
): Promise<(string | null)[]> {
  const known = asked.every((text) => /^\d+$/.test(text)) ? [] : await list()
  const ids = asked.flatMap((text) => {
    const word = text.trim().toLowerCase()
    if (kind === 'assignee' && nobody.has(word)) return [null]
    // An id is taken as it is: old conversations name people who have left.
    if (/^[1-9]\d*$/.test(word)) return [word]
    return findByName(text, kind, known)
  })
  return [...new Set(ids)]
}

/** Tags by id, or by name; a number that no tag is called is taken for the id of one not known here. */
async function readTags(store: Store, asked: string[]): Promise<string[]> {
  const known = await store.listTags()
  // Before the first sync there is nothing to compare with, and the answer says that nothing is synced.
  if (known.length === 0) return asked
  const isId = (text: string) => /^\d+$/.test(text) || known.some(({ id }) => id === text)
  return [...new Set(asked.flatMap((text) => (isId(text) ? [text] : findByName(text, 'tag', known))))]
}

function listOf<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
