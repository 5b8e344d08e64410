import { reportIcon } from '../icons'
import { definePrompt } from './prompt'
import { describeScope, describeTask, filtersOf, idPlaceholder, waitSeconds } from './task-text'

/** What a support lead sends round on Monday. */
export const weeklyReport = definePrompt({
  name: 'weekly_report',
  title: 'Weekly support report',
  description:
    'Volume, response times, satisfaction, topics and mood of a week against the one before, with what stands out and who still waits.',
  icons: reportIcon,
  arguments: {
    timeframe: {
      kind: 'timeframe',
      description: 'Time of the report, such as "last week" (default), "last 7 days" or "March 2026".',
      fallback: 'last week',
    },
    team: { kind: 'team', description: 'Name or id of one team; empty for all.' },
    tag: { kind: 'tag', description: 'Name or id of one tag; empty for all.' },
  },
  write({ timeframe, team, tag }) {
    const scope = { team, tag }
    const filters = filtersOf(scope)
    const compared = { timeframe, filters, compare_to: 'previous_period' }
    const analyze = 'analyze_conversations'
    return describeTask({
      goal: `Write a support report about the timeframe ${JSON.stringify(timeframe)}${describeScope(scope)}, compared with the period before it. Its readers lead a support team and have two minutes.`,
      steps: [
        {
          tool: 'search_conversations',
          args: { timeframe, filters, limit: 1, wait_seconds: waitSeconds },
          why: 'The exact number of conversations, and how fresh and complete the data is.',
        },
        {
          tool: analyze,
          args: { analysis_type: 'performance_metrics', ...compared, dimensions: ['assignee'] },
          why: 'Volume, first response, closing times, reopenings, busiest times, backlog and the longest waiting.',
        },
        {
          tool: analyze,
          args: { analysis_type: 'customer_satisfaction', ...compared },
          why: 'Ratings, the share that is satisfied, and remarks to quote.',
        },
        {
          tool: analyze,
          args: { analysis_type: 'topic_analysis', ...compared, examples: 2 },
          why: 'What customers wrote about, what grew most, and an example of each.',
        },
        {
          tool: analyze,
          args: { analysis_type: 'sentiment_trends', ...compared },
          why: 'How customers felt, and the unhappiest conversations.',
        },
        {
          tool: 'get_conversation',
          args: { conversation_id: idPlaceholder },
          why: 'For at most three: the unhappiest and the longest waiting, so that you say what really happened.',
        },
      ],
      parts: [
        'In short: three sentences, the most important change first.',
        'Figures: a table of volume, median and p90 first response, resolution rate, reopenings and satisfaction, each with the value before and the change.',
        'Topics: the five largest and the fastest growing, a link to an example of each.',
        'What went wrong: at most three cases, what happened and what would have helped.',
        'Open now: the backlog, and the customers who wait longest.',
        'To do: at most three proposals that follow from the figures.',
      ],
      length: 'at most one page',
    })
  },
})
