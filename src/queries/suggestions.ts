import type { SuggestAnswer, SuggestRequest } from '../domain/answers'
import type { Store } from '../storage/port'
import { fold } from './names'

/** As many as clients may be shown at once. */
const mostValues = 100

/** Text that a person types is short; more is no beginning of anything. */
const mostPrefixChars = 320

/**
 * What begins with the prefix, those most likely meant first. Names are found by the beginning of any of their words,
 * case and accents ignored; ids also behind `conversation_`.
 */
export async function findSuggestions(store: Store, request: SuggestRequest): Promise<SuggestAnswer> {
  const limit = Math.min(Math.max(Math.trunc(request.limit ?? mostValues), 1), mostValues)
  const prefix = request.prefix.trimStart()
  if (prefix.length > mostPrefixChars) return { values: [], total: 0, has_more: false }
  switch (request.kind) {
    case 'customer_email':
      return cutList(await store.listCustomerEmails({ prefix, limit: limit + 1 }), limit)
    case 'conversation':
      return findConversations(store, prefix, limit)
    case 'assignee': {
      const admins = await store.listAdmins()
      return offerNames([...admins.map(({ name, email }) => name ?? email), 'unassigned'], prefix, limit)
    }
    case 'team':
      return offerNames(
        (await store.listTeams()).map(({ name }) => name),
        prefix,
        limit,
      )
    case 'tag':
      return offerNames(
        (await store.listTags()).map(({ name }) => name),
        prefix,
        limit,
      )
  }
}

async function findConversations(store: Store, prefix: string, limit: number): Promise<SuggestAnswer> {
  const [, lead = '', digits] = /^(conversation_)?(\d{0,30})$/i.exec(prefix) ?? []
  if (digits === undefined) return { values: [], total: 0, has_more: false }
  const ids = await store.listConversationIds({ prefix: digits, limit: limit + 1 })
  return cutList(
    ids.map((id) => `${lead}${id}`),
    limit,
  )
}

/** Of a list that was read up to one more than the limit. */
function cutList(values: string[], limit: number): SuggestAnswer {
  if (values.length > limit) return { values: values.slice(0, limit), total: null, has_more: true }
  return { values, total: values.length, has_more: false }
}

function offerNames(names: readonly (string | null)[], prefix: string, limit: number): SuggestAnswer {
  const typed = fold(prefix)
  const folded = [...new Set(names.filter((name) => name !== null))]
    .map((name) => ({ name, key: fold(name) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const beginning = folded.filter(({ key }) => key.startsWith(typed))
  const inside = folded.filter(
    ({ key }) => !key.startsWith(typed) && key.split(/\s+/).some((word) => word.startsWith(typed)),
  )
  const found = [...beginning, ...inside].map(({ name }) => name)
  return { values: found.slice(0, limit), total: found.length, has_more: found.length > limit }
}
