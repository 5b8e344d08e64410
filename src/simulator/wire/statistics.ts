import type { Staff } from '../generate/staff'
import type { Story } from '../generate/story'
import { officeSeconds, type Zone } from '../generate/zone'
import type { ThreadFacts } from './thread-facts'
import type { WireStatistics } from './wire-types'

/**
 * The `statistics` object; null as long as no customer has written. Durations named time_to_* leave out the hours
 * in which the office is closed, the *_at fields are instants.
 */
export function statisticsOf(
  story: Story,
  facts: ThreadFacts,
  staff: Staff,
  zone: Zone,
): WireStatistics | null {
  const start = facts.firstContactReplyAt
  if (start === null) return null
  const officeTime = (until: number | null) => (until === null ? null : officeSeconds(zone, start, until))
  const wallTime = (until: number | null) => (until === null ? null : Math.max(0, until - start))
  const responses = firstResponses(facts, staff)
  const closedBy = facts.lastClosedBy
  return {
    type: 'conversation_statistics',
    time_to_assignment: wallTime(facts.assignedBeforeReplyAt),
    time_to_admin_reply: officeTime(facts.firstAdminReplyAt),
    time_to_first_close: officeTime(facts.firstCloseAt),
    time_to_last_close: officeTime(facts.lastCloseAt),
    median_time_to_reply: median(facts.replyTimes),
    first_contact_reply_at: start,
    first_assignment_at: facts.firstAssignmentAt,
    first_admin_reply_at: facts.firstAdminReplyAt,
    first_close_at: facts.firstCloseAt,
    last_assignment_at: facts.lastAssignmentAt,
    last_assignment_admin_reply_at: facts.lastAssignmentAdminReplyAt,
    last_contact_reply_at: facts.lastContactReplyAt,
    last_admin_reply_at: facts.lastAdminReplyAt,
    last_close_at: facts.lastCloseAt,
    last_closed_by_id: typeof closedBy === 'number' ? (staff.admins[closedBy]?.id ?? null) : null,
    count_reopens: facts.reopens,
    count_assignments: facts.assignments,
    count_conversation_parts: story.events.length,
    assigned_team_first_response_time: responses(false),
    assigned_team_first_response_time_in_office_hours: responses(true),
    handling_time: handlingTime(story),
    adjusted_handling_time: Math.round(handlingTime(story) * 0.8),
  }

  function firstResponses(read: ThreadFacts, company: Staff) {
    return (inOfficeHours: boolean) => {
      const { respondingTeam, firstAdminReplyAt } = read
      if (respondingTeam === null || firstAdminReplyAt === null) return []
      const team = company.teams[respondingTeam.team]
      if (team === undefined) return []
      const time = inOfficeHours
        ? officeSeconds(zone, respondingTeam.since, firstAdminReplyAt)
        : firstAdminReplyAt - respondingTeam.since
      return [{ team_id: Number(team.id), team_name: team.name, response_time: time }]
    }
  }
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? 0) + upper) / 2)
}

/** A teammate spends up to ten minutes on each thing they do. */
function handlingTime(story: Story): number {
  let total = 0
  let before = story.createdAt
  for (const event of story.events) {
    if (typeof event.by === 'number') total += Math.min(600, event.at - before)
    before = event.at
  }
  return total
}
