import type { JsonObject } from '../domain/conversation'
import type { ContactBook } from './contact-book'
import { type ConversationIndex, createConversationIndex, type IndexEntry } from './conversation-index'
import { htmlToPlainText } from './generate/html'
import { type Story, summarizeStory } from './generate/story'
import { toListItem, toThread } from './wire/conversation'
import type { WorkspaceRecord } from './wire/directory'
import type { Stage } from './wire/stage'
import type { WireConversation, WireThread } from './wire/wire-types'
import { createWorldSetting, type DeletedConversation, type WorldOptions } from './world-setting'

/** One message of the source, in plain text, to compare an answer with. */
interface SourceMessage {
  id: string
  partType: string
  authorType: string
  html: string
  text: string
}

/** The workspace as it is. Reading is plain; changing goes through `createChanges`. */
export interface World {
  readonly workspace: WorkspaceRecord
  readonly stage: Stage
  readonly index: ConversationIndex
  readonly contacts: ContactBook
  readonly deleted: DeletedConversation[]
  /** Counts the changes: whoever keeps something derived can see that it is out of date. */
  readonly revision: number
  readonly longThreadId: string | null

  /** Number of conversations that exist. */
  count(): number
  /** Ids of all conversations, oldest first. */
  ids(): string[]
  /** As GET sends it; null when unknown or deleted. */
  conversation(id: string): WireThread | null
  /** As search sends it; null when unknown or deleted. */
  listItem(id: string): WireConversation | null
  /** All conversations as GET sends them, oldest first. */
  conversations(): Generator<WireThread>
  /** Opening and all parts that say something, the cut of GET at 500 parts left aside. */
  messages(id: string): SourceMessage[]
  /** Ids of the conversations in which that word stands by itself in a subject or message, oldest first. */
  findByWord(word: string): string[]
  /** The contact object; null when unknown or merged. */
  contact(id: string): JsonObject | null

  /** null for an id that is not of this world; the conversation may be deleted. */
  indexOf(id: string): number | null
  story(index: number): Story
  /** Applies a change to one conversation and brings the index up to date. */
  change(index: number, mutate: (story: Story) => void): void
  /** Adds a conversation with the next free number. */
  add(make: (index: number) => Story): string
  remove(index: number, deleted: Omit<DeletedConversation, 'id'>): void
  /** Tells of every change from now on, until the returned function is called. */
  watch(listener: ChangeListener): () => void
}

/** `story` is null for a deletion, `before` for a conversation that is new. */
type ChangeListener = (index: number, story: Story | null, before: Story | null) => void

/** The same options give the same world. Threads are told when asked for, so that size costs little memory. */
export function createWorld(options: WorldOptions): World {
  const { stage, tell, size, firstId, contacts, workspace, longIndex, deleted } = createWorldSetting(options)
  const changed = new Map<number, Story>()
  const story = (number: number) => changed.get(number) ?? tell(number)
  const index = createConversationIndex(
    Array.from({ length: size }, (_, number) => {
      const told = tell(number)
      contacts.wrote(told.contact, told.createdAt)
      return entryOf(told)
    }),
  )
  let nextIndex = size
  let revision = 0
  const listeners = new Set<ChangeListener>()

  function indexOf(id: string): number | null {
    if (!/^\d{1,15}$/.test(id)) return null
    const number = (Number(id) - firstId) / 2
    return Number.isInteger(number) && number >= 0 && number < nextIndex ? number : null
  }

  /** Only of conversations that exist. */
  function find(id: string): Story | null {
    const number = indexOf(id)
    return number !== null && index.has(number) ? story(number) : null
  }

  function keep(number: number, kept: Story, before: Story | null): void {
    changed.set(number, kept)
    tellListeners(number, kept, before)
  }

  function tellListeners(...news: Parameters<ChangeListener>): void {
    revision++
    for (const listener of listeners) listener(...news)
  }

  function* tellAll(): Generator<Story> {
    for (const number of [...index.order('created_at')]) if (index.has(number)) yield story(number)
  }

  return {
    workspace,
    stage,
    index,
    contacts,
    deleted,
    get revision() {
      return revision + contacts.revision
    },
    longThreadId: longIndex === null ? null : stage.idOf(longIndex),
    count: () => index.count,
    ids: () => index.order('created_at').map(stage.idOf),
    conversation: (id) => {
      const found = find(id)
      return found === null ? null : toThread(stage, found)
    },
    listItem: (id) => {
      const found = find(id)
      return found === null ? null : toListItem(stage, found)
    },
    *conversations() {
      for (const told of tellAll()) yield toThread(stage, told)
    },
    messages: (id) => {
      const found = find(id)
      return found === null ? [] : readMessages(stage, found)
    },
    findByWord: (word) => {
      const ids: string[] = []
      for (const told of tellAll())
        if (saysWord(stage, told, word.toLowerCase())) ids.push(stage.idOf(told.index))
      return ids
    },
    contact: (id) => contacts.find(stage, id),
    indexOf,
    story,
    change: (number, mutate) => {
      const before = story(number)
      const copy = structuredClone(before)
      mutate(copy)
      index.update(number, entryOf(copy))
      keep(number, copy, before)
    },
    add: (make) => {
      const made = make(nextIndex)
      index.add(nextIndex, entryOf(made))
      contacts.wrote(made.contact, made.createdAt)
      keep(nextIndex, made, null)
      return stage.idOf(nextIndex++)
    },
    remove: (number, { deletedAt, metricsRetained }) => {
      index.remove(number)
      deleted.push({ id: stage.idOf(number), deletedAt, metricsRetained })
      tellListeners(number, null, story(number))
    },
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function entryOf(story: Story): IndexEntry {
  return { createdAt: story.createdAt, ...summarizeStory(story) }
}

function saysWord(stage: Stage, story: Story, wanted: string): boolean {
  const thread = toThread(stage, story, story.events.length)
  const bodies = thread.conversation_parts.conversation_parts.map(({ body }) => body ?? '')
  return [thread.source.subject, thread.source.body, ...bodies].some((html) =>
    hasWord(htmlToPlainText(html), wanted),
  )
}

function hasWord(text: string, wanted: string): boolean {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .includes(wanted)
}

function readMessages(stage: Stage, story: Story): SourceMessage[] {
  const thread = toThread(stage, story, story.events.length)
  const opening = { ...thread.source, id: `source_${thread.id}`, part_type: 'source' }
  return [opening, ...thread.conversation_parts.conversation_parts].flatMap(
    ({ id, part_type, author, body }) =>
      body === null || body === ''
        ? []
        : [{ id, partType: part_type, authorType: author.type, html: body, text: htmlToPlainText(body) }],
  )
}
