import type { SimulatorClock } from './clock'
import { topics } from './content/topics'
import { markupToHtml } from './generate/html'
import { createRandom, mixSeeds } from './generate/random'
import type { Say, Speaker, Story, StoryEvent } from './generate/story'
import { ApiError, notFound } from './http/api-error'
import { partId } from './wire/conversation'
import type { World } from './world'

/** Who does something: the customer, or a teammate by number (0 is the token's owner). */
type Actor = 'contact' | 'bot' | 'ai' | number

interface ReplyOptions {
  /** The customer by default. */
  by?: Actor
  /** Plain text with a little markup; generated words without it. */
  text?: string
  /** `comment` by default; `note` for an internal note. */
  type?: string
}

interface CreateOptions {
  text?: string
  subject?: string
  /** Number of a contact; somebody by default. */
  contact?: number
  /** Key of a topic, for generated words. */
  topic?: string
  channel?: string
}

/** Changes as people make them in the inbox, each at the clock's time; ids that do not exist are refused with 404. */
export interface Changes {
  /** Adds a part and returns its id. A customer's reply opens a closed or snoozed conversation. */
  reply(id: string, options?: ReplyOptions): string
  note(id: string, text?: string, by?: number): string
  close(id: string, by?: Actor): string
  reopen(id: string, by?: Actor): string
  snooze(id: string, untilSeconds: number, by?: number): string
  assign(id: string, to: { admin: number } | { team: number } | 'nobody', by?: Actor): string
  /** Replaces a message by the notice of its deletion; without `part` the opening message. */
  redact(id: string, part?: string): void
  delete(id: string, options?: { metricsRetained?: boolean }): void
  /** A new conversation; returns its id. */
  create(options?: CreateOptions): string
  /** Closes and links the secondary conversation to the primary one. */
  merge(secondaryId: string, primaryId: string): void
  mergeContacts(fromContactId: string, intoContactId: string): void
  /** Adds or removes one of the workspace's tags, by name. */
  tag(id: string, tagName: string): void
  untag(id: string, tagName: string): void
  rate(id: string, score: number, remark?: string): void
  setPriority(id: string, priority: Story['priority']): void
  /** A change that shows nowhere but in updated_at. */
  touch(id: string): void
}

/** Changes to a world. */
export function createChanges(world: World, clock: SimulatorClock): Changes {
  function indexOf(id: string): number {
    const index = world.indexOf(id)
    if (index === null || !world.index.has(index)) throw notFound()
    return index
  }

  function append(id: string, event: Omit<StoryEvent, 'number' | 'at' | 'updatedAt'>): string {
    const index = indexOf(id)
    let number = 0
    world.change(index, (story) => {
      number = nextNumber(story)
      const at = clock.now()
      story.events.push({ ...event, number, at, updatedAt: at })
    })
    if (event.by === 'contact') world.contacts.wrote(world.story(index).contact, clock.now())
    return partId(index, number)
  }

  function touch(id: string, mutate: (story: Story, now: number) => void): void {
    world.change(indexOf(id), (story) => {
      const now = clock.now()
      mutate(story, now)
      story.touchedAt = now
    })
  }

  function reply(id: string, { by = 'contact', text, type = 'comment' }: ReplyOptions = {}): string {
    const state = world.index.state(indexOf(id))
    const reopens = by === 'contact' && state !== 'open' && type === 'comment'
    const said = text === undefined ? { say: sayFor(by, type) } : { say: null, body: markupToHtml(text) }
    return append(id, { type: reopens ? 'open' : type, by, ...said })
  }

  function findTag(name: string): number {
    const tag = world.stage.staff.tags.findIndex((candidate) => candidate.name === name)
    if (tag < 0) throw notFound()
    return tag
  }

  function findPerson(id: string): number {
    const person = world.stage.people.numberOf(id)
    if (person === null) throw notFound()
    return person
  }

  return {
    reply,
    note: (id, text, by = 0) => reply(id, { by, type: 'note', ...(text === undefined ? {} : { text }) }),
    close: (id, by = 0) => append(id, { type: 'close', by, say: null }),
    reopen: (id, by = 0) => append(id, { type: 'open', by, say: null }),
    snooze: (id, untilSeconds, by = 0) =>
      append(id, { type: 'snoozed', by, say: null, snoozedUntil: untilSeconds }),
    assign: (id, to, by = 0) => append(id, { type: 'assignment', by, say: null, assignTo: to }),
    redact: (id, part) => {
      touch(id, (story, now) => {
        if (part === undefined) {
          story.openingRedacted = true
          return
        }
        const event = story.events.find(({ number }) => partId(story.index, number) === part)
        if (event === undefined) throw notFound()
        event.redacted = true
        event.updatedAt = now
      })
    },
    delete: (id, { metricsRetained = true } = {}) => {
      world.remove(indexOf(id), { deletedAt: clock.now(), metricsRetained })
    },
    create: (options = {}) => world.add((index) => invent(world, index, clock.now(), options)),
    merge: (secondaryId, primaryId) => {
      if (secondaryId === primaryId)
        throw new ApiError(422, 'unprocessable_entity', 'Cannot merge into itself')
      indexOf(primaryId)
      append(secondaryId, { type: 'close', by: 0, say: null })
      touch(secondaryId, (story) => story.linked.push(primaryId))
      append(primaryId, { type: 'merged_primary_conversation', by: 0, say: null })
      touch(primaryId, (story) => story.linked.push(secondaryId))
    },
    mergeContacts: (fromContactId, intoContactId) => {
      const [from, into] = [findPerson(fromContactId), findPerson(intoContactId)]
      if (world.contacts.canonical(from) === world.contacts.canonical(into)) {
        throw new ApiError(422, 'unprocessable_entity', 'Contacts are the same')
      }
      world.contacts.merge(from, into)
    },
    tag: (id, tagName) => {
      const tag = findTag(tagName)
      touch(id, (story, now) => {
        if (!story.tags.some((held) => held.tag === tag)) story.tags.push({ tag, at: now, by: 0 })
      })
    },
    untag: (id, tagName) => {
      const tag = findTag(tagName)
      touch(id, (story) => {
        story.tags = story.tags.filter((held) => held.tag !== tag)
      })
    },
    rate: (id, score, remark) => {
      touch(id, (story, now) => {
        const admin = lastAdmin(story)
        const requestedAt = story.rating?.requestedAt ?? now
        const remarked = remark !== undefined
        story.rating = { score, requestedAt, ratedAt: now, admin, remarked, ...(remarked ? { remark } : {}) }
      })
      append(id, { type: 'conversation_rating_changed', by: 'contact', say: null })
    },
    setPriority: (id, priority) => {
      touch(id, (story) => {
        story.priority = priority
      })
      append(id, { type: 'priority_changed', by: 0, say: null })
    },
    touch: (id) => touch(id, () => {}),
  }
}

function nextNumber(story: Story): number {
  return story.events.reduce((highest, { number }) => Math.max(highest, number), -1) + 1
}

function sayFor(by: Speaker, type: string): Say {
  if (type === 'note') return 'note'
  if (by === 'contact') return 'follow-up'
  return typeof by === 'number' ? 'answer' : 'ai-answer'
}

function lastAdmin(story: Story): number {
  return story.events.reduce((found, { by }) => (typeof by === 'number' ? by : found), 0)
}

function invent(world: World, index: number, now: number, options: CreateOptions): Story {
  const random = createRandom(mixSeeds(world.stage.seed, 82, index))
  const topic =
    options.topic === undefined
      ? random.int(topics.length)
      : topics.findIndex(({ key }) => key === options.topic)
  if (topic < 0) throw new ApiError(422, 'data_invalid', `No topic '${options.topic}'`)
  const { text, subject = '' } = options
  return {
    index,
    createdAt: now,
    touchedAt: 0,
    contact: options.contact ?? world.stage.people.pick(random),
    topic,
    mood: random.int(5),
    channel: options.channel ?? 'conversation',
    deliveredAs: 'customer_initiated',
    by: 'contact',
    ...(text === undefined ? {} : { opening: { subject, body: markupToHtml(text) } }),
    events: [],
    tags: [],
    rating: null,
    ai: null,
    priority: 'none',
    sla: null,
    read: false,
    linked: [],
  }
}
