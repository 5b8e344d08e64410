import type { ConversationState, JsonObject, Priority } from '../../domain/conversation'

/** Who speaks: the customer, an automation, the AI agent, or a teammate by number. */
export type Speaker = 'contact' | 'bot' | 'ai' | number

/** What a message is about to say; the writer turns it into words. */
export type Say =
  | 'follow-up'
  | 'thanks'
  | 'question'
  | 'answer'
  | 'solution'
  | 'goodbye'
  | 'nudge'
  | 'note'
  | 'ai-answer'
  | 'ai-reject'
  | 'handoff'
  | 'complaint'
  | 'turn'

export type Assignee = { admin: number } | { team: number } | 'nobody'

/** One part of the thread, without its words unless somebody gave them. */
export interface StoryEvent {
  /** Position at creation; never reused, so that ids and words stay. */
  number: number
  /** Intercom's part type. */
  type: string
  at: number
  updatedAt: number
  by: Speaker
  /** null for an event that says nothing. */
  say: Say | null
  /** HTML given from outside instead of generated. */
  body?: string
  assignTo?: Assignee
  snoozedUntil?: number
  details?: JsonObject
  redacted?: boolean
}

interface StoryRating {
  score: number | null
  /** Whether the customer added a remark; without `remark` the writer words it. */
  remarked: boolean
  remark?: string
  requestedAt: number
  ratedAt: number | null
  /** Number of the rated teammate. */
  admin: number
}

interface StoryAi {
  resolution: string | null
  answered: boolean
  rating: number | null
  ratedAt: number | null
  source: string
}

export interface StoryTag {
  tag: number
  at: number
  by: Speaker
}

/** Everything that happens in one conversation, decided but not yet put into words. */
export interface Story {
  index: number
  createdAt: number
  /** Time of the last change that left no part behind (tags, redaction of the opening, …). */
  touchedAt: number
  contact: number
  topic: number
  /** 0 angry, 1 annoyed, 2 neutral, 3 content, 4 delighted. */
  mood: number
  channel: string
  deliveredAs: string
  /** Who wrote the opening message. */
  by: Speaker
  opening?: { subject: string; body: string }
  openingRedacted?: boolean
  events: StoryEvent[]
  tags: StoryTag[]
  rating: StoryRating | null
  ai: StoryAi | null
  priority: Priority
  sla: { name: string; status: string } | null
  read: boolean
  /** Conversations merged with this one. */
  linked: string[]
}

/** Whether a customer wrote it. */
export function isContactMessage(event: StoryEvent): boolean {
  return event.by === 'contact' && hasBody(event)
}

/** Whether a teammate said it to the customer: notes and automations are not replies. */
export function isAdminReply(event: StoryEvent): boolean {
  return typeof event.by === 'number' && hasBody(event) && !event.type.startsWith('note')
}

/** Whether the part carries words. */
export function hasBody(event: StoryEvent): boolean {
  return event.say !== null || event.body !== undefined
}

const stateAfter: Record<string, ConversationState> = {
  close: 'closed',
  snoozed: 'snoozed',
  open: 'open',
  unsnoozed: 'open',
  timer_unsnooze: 'open',
  note_and_reopen: 'open',
  note_and_unsnooze: 'open',
  assign_and_reopen: 'open',
  assign_and_unsnooze: 'open',
}

/** The conversation's state once `event` has happened. */
export function nextState(state: ConversationState, event: StoryEvent): ConversationState {
  return stateAfter[event.type] ?? state
}

/** State and time of the last change: all that an index needs to know. */
export function summarizeStory(story: Story): { state: ConversationState; updatedAt: number } {
  let state: ConversationState = 'open'
  let updatedAt = Math.max(story.createdAt, story.touchedAt)
  for (const event of story.events) {
    state = nextState(state, event)
    if (event.updatedAt > updatedAt) updatedAt = event.updatedAt
  }
  return { state, updatedAt }
}
