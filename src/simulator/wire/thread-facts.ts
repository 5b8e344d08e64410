import type { ConversationState } from '../../domain/conversation'
import {
  type Assignee,
  isAdminReply,
  isContactMessage,
  nextState,
  type Speaker,
  type Story,
  type StoryEvent,
} from '../generate/story'
import { officeSeconds, type Zone } from '../generate/zone'

/** What follows from a thread: every derived field of the wire comes from here, so that fields agree with parts. */
export interface ThreadFacts {
  state: ConversationState
  /** State after each event. */
  states: ConversationState[]
  updatedAt: number
  snoozedUntil: number | null
  waitingSince: number | null
  admin: number | null
  team: number | null
  /** Teammates who wrote something, in order of appearance. */
  teammates: number[]
  firstContactReplyAt: number | null
  lastContactReplyAt: number | null
  firstAdminReplyAt: number | null
  lastAdminReplyAt: number | null
  firstAssignmentAt: number | null
  lastAssignmentAt: number | null
  /** Last assignment before the first reply. */
  assignedBeforeReplyAt: number | null
  lastAssignmentAdminReplyAt: number | null
  firstCloseAt: number | null
  lastCloseAt: number | null
  lastClosedBy: Speaker | null
  reopens: number
  assignments: number
  /** Team that had the conversation at its first reply, and since when. */
  respondingTeam: { team: number; since: number } | null
  /** Office seconds from each unanswered customer message to its reply. */
  replyTimes: number[]
}

/** Reads a thread once, first event to last. */
export function readThread(story: Story, zone: Zone): ThreadFacts {
  const facts = emptyFacts(story)
  let assignedToTeamAt: number | null = null
  if (story.by === 'contact') noteContact(facts, story.createdAt)
  for (const event of story.events) {
    const before = facts.state
    facts.state = nextState(before, event)
    facts.states.push(facts.state)
    if (event.updatedAt > facts.updatedAt) facts.updatedAt = event.updatedAt
    if (event.snoozedUntil !== undefined) facts.snoozedUntil = event.snoozedUntil
    if (event.assignTo !== undefined) {
      noteAssignment(facts, event.assignTo, event.at)
      if (facts.team !== null && event.assignTo !== 'nobody' && 'team' in event.assignTo) {
        assignedToTeamAt = event.at
      }
    }
    if (isContactMessage(event)) noteContact(facts, event.at)
    if (typeof event.by === 'number') noteTeammate(facts, event, event.by)
    if (isAdminReply(event)) {
      if (facts.firstAdminReplyAt === null && facts.team !== null && assignedToTeamAt !== null) {
        facts.respondingTeam = { team: facts.team, since: assignedToTeamAt }
      }
      noteReply(facts, event.at, zone)
    }
    if (before === 'closed' && facts.state === 'open') facts.reopens++
    if (event.type === 'close') noteClose(facts, event)
  }
  if (facts.state !== 'snoozed') facts.snoozedUntil = null
  if (facts.state === 'closed') facts.waitingSince = null
  return facts
}

function emptyFacts(story: Story): ThreadFacts {
  return {
    state: 'open',
    states: [],
    updatedAt: Math.max(story.createdAt, story.touchedAt),
    snoozedUntil: null,
    waitingSince: null,
    admin: null,
    team: null,
    teammates: typeof story.by === 'number' ? [story.by] : [],
    firstContactReplyAt: null,
    lastContactReplyAt: null,
    firstAdminReplyAt: null,
    lastAdminReplyAt: null,
    firstAssignmentAt: null,
    lastAssignmentAt: null,
    assignedBeforeReplyAt: null,
    lastAssignmentAdminReplyAt: null,
    firstCloseAt: null,
    lastCloseAt: null,
    lastClosedBy: null,
    reopens: 0,
    assignments: 0,
    respondingTeam: null,
    replyTimes: [],
  }
}

function noteContact(facts: ThreadFacts, at: number): void {
  facts.firstContactReplyAt ??= at
  facts.lastContactReplyAt = at
  facts.waitingSince ??= at
}

function noteAssignment(facts: ThreadFacts, to: Assignee, at: number): void {
  if (to === 'nobody') {
    facts.admin = null
    return
  }
  if ('admin' in to) facts.admin = to.admin
  else facts.team = to.team
  facts.assignments++
  facts.firstAssignmentAt ??= at
  facts.lastAssignmentAt = at
  if (facts.firstAdminReplyAt === null) facts.assignedBeforeReplyAt = at
}

function noteTeammate(facts: ThreadFacts, event: StoryEvent, admin: number): void {
  const wrote = event.say !== null || event.body !== undefined
  if (wrote && !facts.teammates.includes(admin)) facts.teammates.push(admin)
}

function noteReply(facts: ThreadFacts, at: number, zone: Zone): void {
  if (facts.waitingSince !== null) facts.replyTimes.push(officeSeconds(zone, facts.waitingSince, at))
  facts.waitingSince = null
  facts.firstAdminReplyAt ??= at
  facts.lastAdminReplyAt = at
  if (facts.lastAssignmentAt !== null && (facts.lastAssignmentAdminReplyAt ?? 0) < facts.lastAssignmentAt) {
    facts.lastAssignmentAdminReplyAt = at
  }
}

function noteClose(facts: ThreadFacts, event: StoryEvent): void {
  facts.firstCloseAt ??= event.at
  facts.lastCloseAt = event.at
  facts.lastClosedBy = event.by
}
