import { briefIcon } from '../icons'
import { definePrompt } from './prompt'
import { describeTask, idPlaceholder, waitSeconds } from './task-text'

/** What the call will be about is seen in what was read before. */
const wordsPlaceholder = '<words of the open problem>'

/** What to know before the telephone is picked up. */
export const beforeTheCall = definePrompt({
  name: 'before_the_call',
  title: 'Before-the-call brief',
  description:
    'A brief to read in a minute before talking to a customer: what is open, what was promised, how they feel, whether others have the same problem, what they will ask.',
  icons: briefIcon,
  arguments: {
    customer_email: {
      kind: 'customer_email',
      description: 'Whole e-mail address of the customer.',
      required: true,
    },
    about: { kind: 'words', description: 'What the call is about, in a few words, such as "late invoice".' },
  },
  write({ customer_email, about }) {
    const search = 'search_conversations'
    const subject = about === undefined ? '' : `, about ${JSON.stringify(about)}`
    const related = { customer_email, query: about, limit: 10 }
    return describeTask({
      goal: `Write a brief for a call with the customer ${JSON.stringify(customer_email)}${subject}. The reader has one minute, then the telephone rings.`,
      steps: [
        {
          tool: search,
          args: {
            ...{ customer_email, sort: 'newest', detail: 'detailed' },
            ...{ limit: 20, wait_seconds: waitSeconds },
          },
          why: 'The latest conversations. If there are none, say so and stop: the address may be another one.',
        },
        {
          tool: search,
          args: { customer_email, filters: { state: ['open', 'snoozed'] }, detail: 'detailed' },
          why: 'What is still open, whenever it began.',
        },
        ...(about === undefined
          ? []
          : [{ tool: search, args: related, why: 'What the customer wrote about it before.' }]),
        {
          tool: 'get_conversation',
          args: { conversation_id: idPlaceholder },
          why: 'For at most four: each open one, then the newest. Look for promises of ours with a date, and notes of teammates.',
        },
        {
          tool: search,
          args: { query: about ?? wordsPlaceholder, timeframe: 'last 30 days', limit: 10 },
          why: `Whether others report the same, and what they were told.${about === undefined ? ' Put two or three words of the most pressing open problem into query; leave the call out when nothing is open.' : ''}`,
        },
      ],
      parts: [
        'Who, in one line: name, company or plan where known, customer since, number of conversations.',
        'Open: each matter in one line with a link, since when, and who has it.',
        'Promised: what we said we would do, by when, done or not; with links.',
        'Mood: one line, with a short quotation as evidence.',
        'Others with the same problem: how many, and what is known.',
        'Will be asked: three questions with the answers that the threads give; where they give none, say so.',
        'First sentence to say.',
      ],
      length: 'at most 250 words',
    })
  },
})
