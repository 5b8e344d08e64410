import { historyIcon } from '../icons'
import { definePrompt } from './prompt'
import { describeTask, idPlaceholder, waitSeconds } from './task-text'

/** Everything that one customer has had with support. */
export const customerHistory = definePrompt({
  name: 'customer_history',
  title: 'Customer history',
  description:
    'What one customer has asked over time, how it ended, what comes back again and again, how satisfied they are, and what is open.',
  icons: historyIcon,
  arguments: {
    customer_email: {
      kind: 'customer_email',
      description: 'Whole e-mail address of the customer.',
      required: true,
    },
    timeframe: {
      kind: 'timeframe',
      description: 'Such as "last 90 days"; empty for everything stored.',
    },
  },
  write({ customer_email, timeframe }) {
    const search = 'search_conversations'
    const when = timeframe === undefined ? 'everything stored' : `the timeframe ${JSON.stringify(timeframe)}`
    return describeTask({
      goal: `Tell the history of the customer ${JSON.stringify(customer_email)} with our support, over ${when}, for a teammate who knows nothing of it.`,
      steps: [
        {
          tool: search,
          args: {
            ...{ customer_email, timeframe, sort: 'newest', detail: 'detailed' },
            ...{ limit: 50, wait_seconds: waitSeconds },
          },
          why: 'All conversations, newest first, with the exact total; while next_cursor is set, repeat with it as cursor, at most three times. If there are none, say so and stop: the address may be another one.',
        },
        {
          tool: search,
          args: { customer_email, filters: { state: ['open', 'snoozed'] }, detail: 'detailed' },
          why: 'What is still open, whenever it began.',
        },
        {
          tool: search,
          args: { customer_email, timeframe, filters: { has_rating: true }, detail: 'detailed' },
          why: 'What was rated, and how.',
        },
        {
          tool: 'get_conversation',
          args: { conversation_id: idPlaceholder },
          why: 'For at most five: each open one, the newest, the worst rated, the longest. The answer also says who the customer is.',
        },
      ],
      parts: [
        'Who: name, address, since when a customer, what the attributes say (plan, company); two lines.',
        'In short: number of conversations, first and latest, what they are mostly about, how it stands now.',
        'Timeline: a line per conversation (date, link, what it was about, how it ended), the older ones summed up when there are more than fifteen.',
        'What comes back: problems that were reported more than once, with links.',
        'Open: what we owe the customer, and since when.',
      ],
      length: 'at most one page',
    })
  },
})
