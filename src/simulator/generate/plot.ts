import type { JsonObject } from '../../domain/conversation'
import { topics } from '../content/topics'
import type { Random } from './random'
import { pickTeammate, type Staff } from './staff'
import type { Assignee, Say, Speaker, Story, StoryEvent } from './story'
import { isOfficeOpen, nextOfficeOpening, type Zone } from './zone'

const minute = 60
const hour = 3600
const day = 86_400
const mostParts = 40

export interface Plot {
  /** Fills the story's events up to the end of the world; `parts` forces a thread of that length. */
  tell(parts: number | null): void
}

/** One conversation's course of events: who writes when, and what becomes of it. */
export function createPlot(story: Story, random: Random, zone: Zone, staff: Staff, end: number): Plot {
  let at = story.createdAt
  let admin = -1
  let parts = mostParts
  // A thread that is made long on purpose has to fit between its opening and the end of the world.
  let hurried = false

  function emit(type: string, by: Speaker, say: Say | null, extra: Partial<StoryEvent> = {}): void {
    if (at > end || story.events.length >= parts) return
    story.events.push({ number: story.events.length, type, at, updatedAt: at, by, say, ...extra })
  }

  /** Skewed: most waits are near the short end, a few near the long one. */
  function wait(shortest: number, longest: number): void {
    const most = hurried ? Math.min(longest, shortest + 10 * minute) : longest
    at += Math.round(shortest + (most - shortest) * random.next() ** 3)
  }

  /** Teammates mostly answer in office hours. */
  function waitForTeammate(longest: number): void {
    wait(2 * minute, longest)
    if (!hurried && !isOfficeOpen(zone, at) && random.chance(0.85)) {
      at = nextOfficeOpening(zone, at) + random.int(90 * minute)
    }
  }

  function assign(to: Assignee, by: Speaker, type = 'assignment'): void {
    emit(type, by, null, { assignTo: to })
    if (to !== 'nobody' && 'admin' in to) admin = to.admin
  }

  function record(type: string, details: JsonObject | undefined, by: Speaker = 'bot'): void {
    emit(type, by, null, details === undefined ? {} : { details })
  }

  return {
    tell: (forced) => {
      if (forced !== null) {
        parts = forced
        hurried = true
      }
      if (forced === null && story.by !== 'contact' && !answersOutreach()) return
      if (story.by === 'contact' && story.channel === 'conversation' && random.chance(0.45) && answerByAi())
        return
      route()
      if (forced === null && random.chance(0.03)) return
      rounds(forced)
      finish()
      if (random.chance(0.14)) reopen()
    },
  }

  function answersOutreach(): boolean {
    if (random.chance(0.7)) {
      if (random.chance(0.3)) {
        wait(day, 7 * day)
        emit('close', 'bot', null)
      }
      return false
    }
    wait(10 * minute, 2 * day)
    emit('comment', 'contact', 'follow-up')
    return true
  }

  /** True when the AI agent settles it alone. */
  function answerByAi(): boolean {
    story.ai = {
      resolution: null,
      answered: false,
      rating: null,
      ratedAt: null,
      source: random.pick(['workflow', 'profile']),
    }
    at += random.between(4, 25)
    emit('comment', 'ai', 'ai-answer')
    if (at > end) return false
    story.ai.answered = true
    if (random.chance(0.42)) {
      const confirmed = random.chance(0.55)
      if (confirmed) {
        wait(minute, 40 * minute)
        emit('comment', 'contact', 'thanks')
      }
      wait(5 * minute, day)
      emit('close', 'bot', null)
      if (at <= end) story.ai.resolution = confirmed ? 'confirmed_resolution' : 'assumed_resolution'
      if (at <= end && random.chance(0.3)) {
        story.ai.rating = Math.min(5, Math.max(1, story.mood + random.between(0, 2)))
        story.ai.ratedAt = at
      }
      return true
    }
    wait(minute, 30 * minute)
    emit('comment', 'contact', 'ai-reject')
    at += random.between(3, 20)
    emit('comment', 'ai', 'handoff')
    if (at <= end) story.ai.resolution = random.chance(0.75) ? 'escalated' : 'negative_feedback'
    return false
  }

  function route(): void {
    const team = topics[story.topic]?.team ?? 0
    at += random.between(1, 30)
    assign({ team }, 'bot', random.chance(0.5) ? 'default_assignment' : 'assignment')
    if (random.chance(0.25)) {
      record('conversation_attribute_updated_by_workflow', {
        attribute: { name: 'Topic' },
        value: { name: topics[story.topic]?.key ?? '' },
        workflow: { name: 'Sort new conversations' },
      })
    }
    if (random.chance(0.3)) {
      record('conversation_sla_applied_by_rule', undefined)
      if (at <= end) story.sla = { name: 'First answer within 4 hours', status: 'active' }
    }
    if (random.chance(0.07)) record('priority_changed_by_rule', undefined)
    waitForTeammate(2 * hour)
    assign(
      { admin: pickTeammate(staff, random, team, at) },
      random.chance(0.6) ? 'bot' : pickTeammate(staff, random, team, at),
    )
  }

  function rounds(forced: number | null): void {
    const askedAt = at
    let count = 1
    while (count < 12 && random.chance(0.52)) count++
    if (random.chance(0.03)) count += 9
    if (forced !== null) count = forced
    for (let round = 0; round < count; round++) {
      if (round > 0) waitForTeammate(20 * hour)
      if (random.chance(0.14)) emit('note', admin, 'note')
      if (round > 0 && random.chance(0.08)) passOn()
      at += random.between(20, 200)
      const last = round === count - 1
      emit('comment', admin, last ? 'solution' : round === 0 ? 'question' : 'answer')
      if (round === 0 && story.sla !== null && at <= end)
        story.sla.status = at - askedAt > 4 * hour ? 'missed' : 'hit'
      if (!last) answerOfCustomer()
    }
  }

  function passOn(): void {
    const team = random.int(staff.teams.length)
    assign({ team }, admin)
    at += random.between(5, 90)
    assign({ admin: pickTeammate(staff, random, team, at) }, admin)
  }

  function answerOfCustomer(): void {
    if (!hurried && random.chance(0.06)) {
      const until = at + random.between(1, 4) * day
      at += random.between(5, 60)
      emit('snoozed', admin, null, { snoozedUntil: until })
      if (random.chance(0.5)) {
        at = until
        emit('timer_unsnooze', 'bot', null)
        emit('comment', admin, 'nudge')
        wait(10 * minute, day)
      } else {
        wait(30 * minute, day)
        emit('unsnoozed', 'contact', null)
      }
    } else {
      wait(minute, 20 * hour)
    }
    emit('comment', 'contact', 'follow-up')
    if (random.chance(0.15)) {
      wait(15, 5 * minute)
      emit('comment', 'contact', 'follow-up')
    }
  }

  function finish(): void {
    if (random.chance(0.65)) {
      wait(2 * minute, 18 * hour)
      emit('comment', 'contact', 'thanks')
    }
    if (random.chance(0.06)) return
    waitForTeammate(6 * hour)
    emit('close', admin, random.chance(0.35) ? 'goodbye' : null)
    if (story.rating === null && random.chance(0.35)) rate()
  }

  function rate(): void {
    at += 2
    if (at > end) return
    story.rating = { score: null, remarked: false, requestedAt: at, ratedAt: null, admin }
    if (random.chance(0.35)) return
    wait(minute, 9 * hour)
    if (at > end) return
    story.rating.score = Math.min(5, Math.max(1, story.mood + random.between(0, 2)))
    story.rating.ratedAt = at
    emit('conversation_rating_changed', 'contact', null)
    if (random.chance(0.45)) {
      story.rating.remarked = true
      emit('conversation_rating_remark_added', 'contact', null)
    }
  }

  function reopen(): void {
    wait(2 * hour, 6 * day)
    emit('open', 'contact', 'complaint')
    waitForTeammate(5 * hour)
    if (random.chance(0.3)) emit('note', admin, 'note')
    emit('comment', admin, 'answer')
    wait(5 * minute, 10 * hour)
    emit('comment', 'contact', 'follow-up')
    waitForTeammate(5 * hour)
    emit('comment', admin, 'solution')
    finish()
  }
}
