import type { SearchRequest } from '../domain/answers'
import { type ConversationState, conversationStates, type Priority, priorities } from '../domain/conversation'
import { UserInputError } from '../domain/errors'
import type { ConversationFilters, Store } from '../storage/port'

interface Named {
  id: string
  name: string | null
  email?: string | null
}

const nobody = new Set(['unassigned', 'nobody', 'none', 'null'])

/** The older two levels of Intercom's API, which clients still send. */
const olderPriorities: Record<string, Priority[]> = {
  not_priority: ['none'],
  priority: ['low', 'medium', 'high', 'urgent'],
}

/**
 * The filters in the store's words. Assignees and teams may be given by id or by whole name, case ignored; a name
 * that nobody has is a UserInputError that offers the nearest ones.
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
  if (asked.tags?.length) filters.tags = asked.tags
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
    const found = known.filter(({ id, name, email }) =>
      [id, name, email].some((label) => label?.toLowerCase() === word),
    )
    if (found.length === 0) throw unknownName(text, kind, known)
    return found.map(({ id }) => id)
  })
  return [...new Set(ids)]
}

function unknownName(asked: string, kind: 'assignee' | 'team', known: Named[]): UserInputError {
  const names = known.flatMap(({ name }) => name ?? [])
  const near = nearest(asked, names)
  const others =
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : `Known: ${names.slice(0, 10).join(', ')}.`
  const plural = kind === 'team' ? 'teams' : 'teammates'
  const hint = names.length === 0 ? `The names of ${plural} have not been synced yet: give an id.` : others
  return new UserInputError(`No ${kind} is called "${asked}".`, { hint })
}

/** At most five names that share a word's beginning with what was asked, or differ from it by a few letters. */
function nearest(asked: string, names: string[]): string[] {
  const word = asked.trim().toLowerCase()
  return names
    .map((name) => ({ name, distance: nameDistance(word, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, word.length / 4))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 5)
    .map(({ name }) => name)
}

function nameDistance(word: string, name: string): number {
  if (word.length > 0 && name.includes(word)) return 0
  const parts = name.split(/\s+/)
  return Math.min(
    editDistance(word, name),
    ...parts.map((part) => editDistance(word.split(/\s+/)[0] ?? '', part)),
  )
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function listOf<T>(value: T | T[] | undefined): T[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
