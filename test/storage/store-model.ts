import type { Conversation, FetchedConversation, Message } from '../../src/domain/conversation'
import type { StoreChange } from '../../src/storage/port'
import type { SearchQuery, SearchTerm } from '../../src/text/search-query'
import { asForm, isLoneRunCharacter, tokenizeForIndex, tokenizeText } from '../../src/text/tokenizer'

interface ModelRow {
  conversation: Conversation
  messages: Message[]
  threadUpdatedAt: number | null
}

/** The store's promises in their plainest form: a map, and a scan of all text for every search. */
export class StoreModel {
  readonly rows = new Map<string, ModelRow>()
  readonly deleted = new Set<string>()

  apply({ conversations = [], tombstones = [] }: StoreChange): void {
    for (const { conversationId } of tombstones) {
      this.deleted.add(conversationId)
      this.rows.delete(conversationId)
    }
    for (const fetched of conversations) {
      if (!this.deleted.has(fetched.conversation.id)) this.#put(fetched)
    }
  }

  search(query: SearchQuery): string[] {
    return [...this.rows.values()]
      .filter((row) => matches(query, textsOf(row)))
      .toSorted((a, b) => b.conversation.createdAt - a.conversation.createdAt || (idOf(a) < idOf(b) ? -1 : 1))
      .map(idOf)
  }

  #put({ conversation, messages, thread }: FetchedConversation): void {
    const known = this.rows.get(conversation.id)
    const row: ModelRow = known ?? { conversation, messages: [], threadUpdatedAt: null }
    this.rows.set(conversation.id, row)
    const isStale = row.conversation.updatedAt > conversation.updatedAt
    if (!isStale) row.conversation = conversation
    if (thread !== null && (row.threadUpdatedAt ?? 0) <= conversation.updatedAt) {
      row.messages = messages
      row.threadUpdatedAt = conversation.updatedAt
    } else if (thread === null && row.threadUpdatedAt === null && !isStale) {
      row.messages = messages
    }
  }
}

function idOf(row: ModelRow): string {
  return row.conversation.id
}

function textsOf({ conversation: { title, subject }, messages }: ModelRow): string[] {
  return [title, subject, ...messages.map((message) => message.text)].filter((text) => text !== null)
}

function matches({ groups, excluded }: SearchQuery, texts: string[]): boolean {
  const has = (term: SearchTerm): boolean => texts.some((text) => textHas(text, term))
  return groups.every((group) => group.some(has)) && !excluded.some(has)
}

function textHas(text: string, term: SearchTerm): boolean {
  const tokens = tokenizeText(text)
  const [first = ''] = term.kind === 'prefix' ? [term.token] : term.tokens
  if (term.kind === 'prefix' || (term.tokens.length === 1 && isLoneRunCharacter(first))) {
    const forms = tokenizeForIndex([text]).words.split(' ')
    return (
      tokens.some((token) => token.startsWith(first)) || forms.some((form) => form.startsWith(asForm(first)))
    )
  }
  const wanted = term.tokens
  return tokens.some((_, from) => wanted.every((token, offset) => tokens[from + offset] === token))
}
