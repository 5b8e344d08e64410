/** What people say in English whatever the subject. Moods run from 0, angry, to 4, delighted. */
export const moodSentences: readonly (readonly string[])[] = [
  [
    'This is completely unacceptable!',
    'I am furious, nobody seems to care.',
    'Worst service I have ever had.',
    'If this is not fixed today we are leaving.',
    'I have been waiting for days and I am sick of it!!',
    'How can a company treat its customers like this?',
  ],
  [
    'This is getting rather annoying.',
    'I am disappointed, to be honest.',
    'This is the second time it happens.',
    'I expected better from you.',
    'It is frustrating that nobody answers.',
    'This costs us time that we do not have.',
  ],
  ['Can you help?', 'Thanks in advance.', 'Please let me know.', 'What should I do?', 'Any idea?', ''],
  [
    'No hurry, and thanks for your help.',
    'Apart from that we are quite happy.',
    'I appreciate your help!',
    'You have always been helpful so far.',
  ],
  [
    'You are doing a fantastic job!',
    'I love working with it.',
    'Brilliant support as ever, thank you so much!',
    'We are absolutely delighted with it.',
  ],
]

export const customerGreetings = [
  'Hi,',
  'Hello,',
  'Hi there,',
  'Good morning,',
  'Dear support,',
  'Hey,',
  '',
  '',
]
export const signOffs = [
  'Best regards,\n{name}',
  'Thanks,\n{first}',
  'Kind regards\n{name}, {company}',
  '{first}',
]

export const agentGreetings = [
  'Hi {first}, {agent} from {brand} here.',
  'Hello {first}, thanks for getting in touch.',
  'Hi {first},',
  'Good day {first}!',
]
export const agentEndings = [
  '',
  '',
  'Does that help?',
  'Kind regards, {agent}',
  'Let me know how it goes.',
  '',
]

export const apologies = [
  'I am really sorry about the trouble this has caused.',
  'I understand how annoying this is, and I apologise.',
  'That should not have happened, please accept our apologies.',
]

export const thanks: readonly (readonly string[])[] = [
  [
    'Finally. It should not take that many messages.',
    'About time.',
    'Fine, but I am still not happy with this.',
  ],
  ['OK, it works now.', 'Thanks, that took a while though.', 'All right.'],
  ['Thanks, that works.', 'Perfect, thank you.', 'Great, thanks for the quick help.', 'Got it, thank you.'],
  ['Wonderful, thank you very much!', 'That did it, thanks a lot!', 'Super helpful, thank you {agent}.'],
  ['Amazing, you are the best!', 'Wow, that was fast. Thank you so much!', 'Excellent service, five stars!'],
]

export const goodbyes = [
  'Happy to help. I close this for now; just reply if anything comes up.',
  'You are welcome! Have a good day.',
  'Glad it works. Talk to you soon!',
  'My pleasure, {first}.',
]

export const nudges = [
  'Hi {first}, did you have a chance to look at my last message?',
  'Just checking in: is this still a problem?',
  'I have not heard from you, so I will keep this aside for a few days.',
]

export const complaints = [
  'It is back! Exactly the same problem as before.',
  'I have to open this again, it worked for a day only.',
  'Sorry, one more thing about this.',
  'This was closed, but nothing has been solved.',
  'It happened again this morning.',
]

export const aiRejections = [
  'That does not answer my question.',
  'Can I talk to a human please?',
  'I have already read that article.',
  'No, my case is different. Please get me a person.',
]

export const handoffs = [
  'I am passing you on to my colleagues in the team. They usually answer within an hour.',
  'Let me connect you with a person who can look into your account.',
]

export const ratingRemarks: readonly (readonly string[])[] = [
  ['Terrible, had to ask five times.', 'Nobody understood the problem.', 'Never again.'],
  ['Slow answer.', 'Solved in the end, but too many questions.', 'The bot was no help.'],
  ['OK.', 'Average.', 'Took a day.'],
  ['Friendly and quick.', 'Good explanation.', 'Solved my problem.'],
  ['{agent} was outstanding!', 'Best support ever.', 'Fast, kind and competent.'],
]

/** Notes between teammates whatever the subject. */
export const generalNotes = [
  'Called the customer at {phoneNumber}, no answer. Will try again tomorrow.',
  '@{agent} can you take this one, you know the account.',
  'Waiting for engineering, see {ticket}.',
  'Similar case last week, the same answer applies.',
  'Customer pays {amount} a month, handle with care.',
]
