import { escalationIcon } from '../icons'
import { definePrompt } from './prompt'
import { describeScope, describeTask, filtersOf, idPlaceholder, waitSeconds } from './task-text'

/** Words with which customers (and teammates, in notes) say that it is serious. */
const seriousWords =
  'escalate OR complaint OR unacceptable OR manager OR lawyer OR legal OR chargeback OR "cancel my" OR "third time"'

/** What somebody with authority should look at today. */
export const escalations = definePrompt({
  name: 'escalations',
  title: 'Escalations',
  description:
    'Conversations that need somebody with authority: waiting longest, urgent, badly rated, angry or threatening to leave, ranked, each with its next step.',
  icons: escalationIcon,
  arguments: {
    timeframe: {
      kind: 'timeframe',
      description: 'Time in which they were active, such as "last 7 days" (default) or "today".',
      fallback: 'last 7 days',
    },
    team: { kind: 'team', description: 'Name or id of one team; empty for all.' },
    assignee: {
      kind: 'assignee',
      description: 'Name or id of one teammate, or "unassigned"; empty for all.',
    },
    tag: { kind: 'tag', description: 'Name or id of one tag; empty for all.' },
  },
  write({ timeframe, ...scope }) {
    const active = { timeframe, time_field: 'updated_at' }
    const unsolved = ['open', 'snoozed']
    const search = 'search_conversations'
    return describeTask({
      goal: `List the conversations that should be escalated, active in the timeframe ${JSON.stringify(timeframe)}${describeScope(scope)}. The reader decides today who takes which.`,
      steps: [
        {
          tool: search,
          args: {
            ...active,
            filters: filtersOf(scope, { state: unsolved, priority: ['high', 'urgent'] }),
            limit: 20,
            wait_seconds: waitSeconds,
          },
          why: 'Those marked as urgent, and how fresh and complete the data is.',
        },
        {
          tool: search,
          args: { filters: filtersOf(scope, { waiting: true }), sort: 'longest_waiting', limit: 20 },
          why: 'Customers who wait for a reply, however old their conversation is (without a timeframe its coverage is that of everything ever written: do not report it).',
        },
        {
          tool: search,
          args: {
            query: seriousWords,
            ...active,
            filters: filtersOf(scope, { state: unsolved }),
            limit: 20,
          },
          why: 'Those in which somebody uses serious words; the snippet shows who and how. Many are harmless: read before you list.',
        },
        {
          tool: search,
          args: { ...active, filters: filtersOf(scope, { rating: [1, 2] }), limit: 20 },
          why: 'Badly rated ones, closed ones included.',
        },
        {
          tool: 'analyze_conversations',
          args: { analysis_type: 'sentiment_trends', timeframe, filters: filtersOf(scope) },
          why: 'most_negative: the unhappiest of those created in the timeframe.',
        },
        {
          tool: 'get_conversation',
          args: { conversation_id: idPlaceholder },
          why: 'For the worst, at most eight: those that appear in several of the lists first. Judge by the thread, not by the snippet.',
        },
      ],
      parts: [
        'In short: how many should be escalated, and which one first.',
        'A table, worst first, at most ten: link, customer, assignee, since when the customer waits, what is wrong in ten words, why now, next step.',
        'Patterns: one or two sentences, where several have the same cause.',
        'Looked at and left out: the number, and why.',
      ],
      length: 'at most one page',
    })
  },
})
